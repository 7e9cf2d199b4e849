package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"
)

// Record types of the old binary workbooks (MS-XLS, 2.3).
const (
	recFormula    = 0x0006
	recEOF        = 0x000a
	recDate1904   = 0x0022
	recFilePass   = 0x002f
	recContinue   = 0x003c
	recBoundSheet = 0x0085
	recMulRK      = 0x00bd
	recXF         = 0x00e0
	recSST        = 0x00fc
	recLabelSST   = 0x00fd
	recDimensions = 0x0200
	recBlank      = 0x0201
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRK         = 0x027e
	recFormat     = 0x041e
	recBOF        = 0x0809
)

// ErrEncrypted says that a workbook has a password.
var ErrEncrypted = errors.New("File is password-protected") //nolint:staticcheck // n8n's words

// biff reads the records of a workbook.
type biff struct {
	data    []byte
	at      int
	unicode bool // version 8; before that a character is a byte
	sheets  []biffSheet
	shared  []string
	formats map[int]string
	styles  []int // format by style
	y1904   bool
}

type biffSheet struct {
	name  string
	start int
}

type record struct {
	kind int
	body []byte
}

// next gives the next record; ok is false at the end.
func (b *biff) next() (r record, ok bool) {
	if b.at+4 > len(b.data) {
		return r, false
	}
	r.kind = int(binary.LittleEndian.Uint16(b.data[b.at:]))
	size := int(binary.LittleEndian.Uint16(b.data[b.at+2:]))
	if b.at+4+size > len(b.data) {
		return r, false
	}
	r.body = b.data[b.at+4 : b.at+4+size]
	b.at += 4 + size
	return r, true
}

// parts gives the bodies of a record and of those that continue it.
func (b *biff) parts(r record) [][]byte {
	list := [][]byte{r.body}
	for {
		before := b.at
		more, ok := b.next()
		if !ok || more.kind != recContinue {
			b.at = before
			return list
		}
		list = append(list, more.body)
	}
}

// readXLS reads one sheet of an old binary workbook; an empty name means the first.
func readXLS(data []byte, name string) (*Table, error) {
	stream, err := workbookStream(data)
	if err != nil {
		return nil, err
	}
	b := &biff{data: stream, formats: map[int]string{}}
	if err := b.globals(); err != nil {
		return nil, err
	}
	if len(b.sheets) == 0 {
		return nil, ErrFormat
	}
	list := make([]namedSheet, len(b.sheets))
	for i, s := range b.sheets {
		list[i].name = s.name
	}
	at, err := pick(list, name)
	if err != nil {
		return nil, err
	}
	return b.sheet(b.sheets[at])
}

func workbookStream(data []byte) ([]byte, error) {
	doc, err := mscfb.New(bytes.NewReader(data))
	if err != nil {
		return nil, errors.Join(ErrFormat, err)
	}
	for entry, err := doc.Next(); err == nil; entry, err = doc.Next() {
		switch entry.Name {
		case "Workbook", "Book", "WORKBOOK", "BOOK":
			stream, err := io.ReadAll(io.LimitReader(entry, MaxUnpacked))
			if err != nil {
				return nil, errors.Join(ErrFormat, err)
			}
			return stream, nil
		case "EncryptedPackage":
			return nil, ErrEncrypted
		}
	}
	return nil, ErrFormat
}

// globals reads what stands in front of the sheets.
func (b *biff) globals() error {
	for {
		r, ok := b.next()
		if !ok {
			return nil
		}
		switch r.kind {
		case recBOF:
			b.unicode = len(r.body) >= 2 && binary.LittleEndian.Uint16(r.body) == 0x0600
		case recFilePass:
			return ErrEncrypted
		case recDate1904:
			b.y1904 = len(r.body) > 0 && r.body[0] == 1
		case recBoundSheet:
			if len(r.body) < 8 {
				continue
			}
			name, _ := b.text(r.body[6:], 1)
			b.sheets = append(b.sheets, biffSheet{name, int(binary.LittleEndian.Uint32(r.body))})
		case recFormat:
			if len(r.body) > 4 {
				width := 1
				if b.unicode {
					width = 2
				}
				format, _ := b.text(r.body[2:], width)
				b.formats[int(binary.LittleEndian.Uint16(r.body))] = format
			}
		case recXF:
			if len(r.body) >= 4 {
				b.styles = append(b.styles, int(binary.LittleEndian.Uint16(r.body[2:])))
			}
		case recSST:
			b.shared = sharedTexts(b.parts(r))
		case recEOF:
			return nil
		}
	}
}

// text reads a text behind its length of one or two bytes, and gives what follows.
func (b *biff) text(body []byte, width int) (string, []byte) {
	if len(body) < width {
		return "", nil
	}
	n := int(body[0])
	if width == 2 {
		n = int(binary.LittleEndian.Uint16(body))
	}
	body = body[width:]
	if !b.unicode {
		n = min(n, len(body))
		return latin(body[:n]), body[n:]
	}
	if len(body) == 0 {
		return "", nil
	}
	wide := body[0]&1 != 0
	body = body[1:]
	if !wide {
		n = min(n, len(body))
		return latin(body[:n]), body[n:]
	}
	n = min(n, len(body)/2)
	return units(body[:2*n]), body[2*n:]
}

func latin(body []byte) string {
	var b strings.Builder
	for _, c := range body {
		b.WriteRune(rune(c))
	}
	return b.String()
}

func units(body []byte) string {
	list := make([]uint16, len(body)/2)
	for i := range list {
		list[i] = binary.LittleEndian.Uint16(body[2*i:])
	}
	return string(utf16.Decode(list))
}

// cursor reads over the borders of records; a text that goes on in the next one says there again how wide it is.
type cursor struct {
	parts [][]byte
	pos   int
}

func (c *cursor) more() bool {
	for len(c.parts) > 0 && c.pos >= len(c.parts[0]) {
		c.parts, c.pos = c.parts[1:], 0
	}
	return len(c.parts) > 0
}

func (c *cursor) byte() int {
	if !c.more() {
		return 0
	}
	c.pos++
	return int(c.parts[0][c.pos-1])
}

func (c *cursor) uint16() int { return c.byte() | c.byte()<<8 }

func (c *cursor) skip(n int) {
	for n > 0 && c.more() {
		step := min(n, len(c.parts[0])-c.pos)
		c.pos += step
		n -= step
	}
}

func (c *cursor) characters(n int, wide bool) string {
	list := make([]uint16, 0, min(n, MaxText+1))
	for len(list) < n {
		if c.pos >= 0 && len(c.parts) > 0 && c.pos == len(c.parts[0]) {
			if !c.more() {
				break
			}
			wide = c.byte()&1 != 0
		}
		if !c.more() {
			break
		}
		if wide {
			list = append(list, uint16(c.uint16()))
		} else {
			list = append(list, uint16(c.byte()))
		}
	}
	return string(utf16.Decode(list))
}

// sharedTexts reads the table of texts (MS-XLS, 2.4.265).
func sharedTexts(parts [][]byte) []string {
	c := &cursor{parts: parts}
	c.skip(4)
	count := c.uint16() | c.uint16()<<16
	var list []string
	for i := 0; i < count && c.more(); i++ {
		n := c.uint16()
		flags := c.byte()
		runs, extra := 0, 0
		if flags&8 != 0 {
			runs = c.uint16()
		}
		if flags&4 != 0 {
			extra = c.uint16() | c.uint16()<<16
		}
		list = append(list, c.characters(n, flags&1 != 0))
		c.skip(4*runs + extra)
	}
	return list
}

// sheet reads the cells of a sheet up to its end.
func (b *biff) sheet(s biffSheet) (*Table, error) {
	if s.start < 0 || s.start > len(b.data) {
		return nil, ErrFormat
	}
	b.at = s.start
	t, grid := &Table{Name: s.name}, Table{}
	whole := area{-1, -1, -1, -1}
	depth := 0
	var formula [2]int
	for {
		r, ok := b.next()
		if !ok || r.kind == recEOF && depth <= 1 {
			return t, t.crop(&grid, whole)
		}
		var err error
		switch r.kind {
		case recBOF:
			depth++
		case recEOF:
			depth--
		case recDimensions:
			if b.unicode && len(r.body) >= 12 {
				whole = area{int(binary.LittleEndian.Uint32(r.body)), u16(r.body, 8), int(binary.LittleEndian.Uint32(r.body[4:])) - 1, u16(r.body, 10) - 1}
			}
		case recString:
			text, _ := b.text(r.body, 2)
			err = grid.set(formula[0], formula[1], Cell{Kind: Text, Str: text})
		default:
			if len(r.body) >= 6 {
				formula = [2]int{u16(r.body, 0), u16(r.body, 2)}
				err = b.cells(&grid, r)
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

func u16(body []byte, at int) int { return int(binary.LittleEndian.Uint16(body[at:])) }

func (b *biff) cells(grid *Table, r record) error {
	row, column, style := u16(r.body, 0), u16(r.body, 2), u16(r.body, 4)
	body := r.body[6:]
	put := func(c Cell) error { return grid.set(row, column, c) }
	switch {
	case r.kind == recLabelSST && len(body) >= 4:
		if i := int(binary.LittleEndian.Uint32(body)); i < len(b.shared) {
			return put(Cell{Kind: Text, Str: b.shared[i]})
		}
	case r.kind == recLabel:
		text, _ := b.text(body, 2)
		return put(Cell{Kind: Text, Str: text})
	case r.kind == recNumber && len(body) >= 8:
		return put(b.number(float(body), style))
	case r.kind == recRK && len(body) >= 4:
		return put(b.number(rk(body), style))
	case r.kind == recMulRK:
		for body := r.body[4:]; len(body) >= 8; body = body[6:] {
			if err := grid.set(row, column, b.number(rk(body[2:]), u16(body, 0))); err != nil {
				return err
			}
			column++
		}
	case r.kind == recBoolErr && len(body) >= 2:
		return put(boolOrFault(body[0], body[1] != 0))
	case r.kind == recFormula && len(body) >= 8:
		return b.formula(put, body, style)
	}
	return nil
}

func boolOrFault(v byte, fault bool) Cell {
	if fault {
		return Cell{Kind: Fault, Num: float64(v)}
	}
	return Cell{Kind: Bool, Num: float64(v)}
}

// formula takes the value that was last computed; a text follows in a record of its own.
func (b *biff) formula(put func(Cell) error, body []byte, style int) error {
	if body[6] != 0xff || body[7] != 0xff {
		return put(b.number(float(body), style))
	}
	switch body[0] {
	case 1:
		return put(boolOrFault(body[2], false))
	case 2:
		return put(boolOrFault(body[2], true))
	}
	return nil
}

func float(body []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(body)) }

// rk is a number in four bytes (MS-XLS, 2.5.217).
func rk(body []byte) float64 {
	n := binary.LittleEndian.Uint32(body)
	v := math.Float64frombits(uint64(n&^3) << 32)
	if n&2 != 0 {
		v = float64(int32(n) >> 2)
	}
	if n&1 != 0 {
		v /= 100
	}
	return v
}

func (b *biff) number(v float64, style int) Cell {
	c := Cell{Kind: Number, Num: v}
	if style < len(b.styles) {
		id := b.styles[style]
		format, ok := b.formats[id]
		if !ok {
			format = builtin[id]
		}
		if IsDate(format) {
			c.Format = format
		}
	}
	if b.y1904 && c.Format != "" {
		c.Num += 1462
	}
	return c
}

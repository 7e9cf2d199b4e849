package sheet

import (
	"encoding/binary"
	"math"
	"unicode/utf16"
)

// The limits of the old binary workbooks.
const (
	maxOldRows    = 65_536
	maxOldColumns = 256
	maxOldText    = 255
)

// recordWriter appends records.
type recordWriter struct{ out []byte }

func (w *recordWriter) record(kind int, body ...byte) {
	w.out = binary.LittleEndian.AppendUint16(w.out, uint16(kind))
	w.out = binary.LittleEndian.AppendUint16(w.out, uint16(len(body)))
	w.out = append(w.out, body...)
}

func le16(values ...int) []byte {
	var out []byte
	for _, v := range values {
		out = binary.LittleEndian.AppendUint16(out, uint16(v))
	}
	return out
}

// XLS writes an old binary workbook (BIFF8) of one sheet. What lies beyond its rows and columns is left out, and texts
// are cut, as the format demands.
func (t *Table) XLS() []byte {
	var head recordWriter
	head.bof(0x0005)
	head.record(0x0042, le16(0x04b0)...)                                 // code page: UTF-16
	head.record(0x003d, le16(0, 0, 0x4000, 0x2000, 56, 0, 0, 1, 500)...) // window
	head.record(recDate1904, 0, 0)
	head.record(0x0031, append(le16(0x00c8, 0, 0x7fff, 400, 0, 0, 0), shortText("Arial")...)...)
	for i := range 16 {
		parent := 0xfff5
		if i == 15 {
			parent = 1
		}
		head.record(recXF, xf(0, parent)...)
	}
	head.record(recXF, xf(0, 1)...)
	head.record(recXF, xf(14, 1)...)
	name := shortText(t.Name)
	offset := len(head.out) + 4 + 6 + len(name) + 4
	bound := append(binary.LittleEndian.AppendUint32(nil, uint32(offset)), 0, 0)
	head.record(recBoundSheet, append(bound, name...)...)
	head.record(recEOF)
	t.xlsSheet(&head)
	return compound("Workbook", head.out)
}

func (w *recordWriter) bof(kind int) {
	w.record(recBOF, append(le16(0x0600, kind, 0x0dbb, 0x07cc), 0, 0, 0, 0, 6, 0, 0, 0)...)
}

// xf is a style: only its number format and parent matter.
func xf(format, parent int) []byte {
	return append(le16(0, format, parent), make([]byte, 14)...)
}

func (t *Table) xlsSheet(w *recordWriter) {
	rows, columns := min(t.Height, maxOldRows), min(t.Width, maxOldColumns)
	w.bof(0x0010)
	dim := binary.LittleEndian.AppendUint32(nil, 0)
	dim = binary.LittleEndian.AppendUint32(dim, uint32(rows))
	w.record(recDimensions, append(dim, le16(0, columns, 0)...)...)
	for r := range rows {
		for c := range columns {
			t.at(t.Top+r, t.Left+c).xls(w, r, c)
		}
	}
	w.record(0x023e, append(le16(0x06b6, 0, 0, 64, 0), make([]byte, 8)...)...)
	w.record(recEOF)
}

func (c Cell) xls(w *recordWriter, row, column int) {
	const plain, date = 16, 17
	switch c.Kind {
	case Number:
		style := plain
		if c.Format != "" {
			style = date
		}
		w.record(recNumber, binary.LittleEndian.AppendUint64(le16(row, column, style), math.Float64bits(c.Num))...)
	case Bool:
		w.record(recBoolErr, append(le16(row, column, plain), byte(c.Num), 0)...)
	case Fault:
		w.record(recBoolErr, append(le16(row, column, plain), byte(c.Num), 1)...)
	case Text:
		list := utf16.Encode([]rune(c.Str))
		list = list[:min(len(list), maxOldText)]
		body := append(le16(row, column, plain, len(list)), 1)
		for _, u := range list {
			body = binary.LittleEndian.AppendUint16(body, u)
		}
		w.record(recLabel, body...)
	case Stub:
		w.record(recBlank, le16(row, column, plain)...)
	}
}

// shortText is a text behind a length of one byte.
func shortText(s string) []byte {
	list := utf16.Encode([]rune(s))
	list = list[:min(len(list), 255)]
	out := []byte{byte(len(list)), 1}
	for _, u := range list {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// Marks in the table of sectors of a compound file (MS-CFB, 2.2).
const (
	sectorBytes = 512
	miniCutoff  = 4096
	sectorFree  = 0xffffffff
	sectorEnd   = 0xfffffffe
	sectorFAT   = 0xfffffffd
	sectorDIFAT = 0xfffffffc
	maxHeadFATs = 109
)

// compound wraps one stream into a compound file. The stream is filled up with zeros to the size below which streams
// are kept in another way.
func compound(name string, stream []byte) []byte {
	for len(stream) < miniCutoff || len(stream)%sectorBytes != 0 {
		stream = append(stream, 0)
	}
	data := len(stream) / sectorBytes
	fats := 1
	var difats int
	for {
		difats = (max(0, fats-maxHeadFATs) + 126) / 127
		need := (data + 1 + fats + difats + 127) / 128
		if need == fats {
			break
		}
		fats = need
	}
	directory := data
	firstFAT := data + 1
	firstDIFAT := firstFAT + fats
	out := header(directory, firstFAT, fats, firstDIFAT, difats)
	out = append(out, stream...)
	out = append(out, directorySector(name, len(stream))...)
	table := make([]uint32, 128*fats)
	for i := range table {
		table[i] = sectorFree
	}
	for i := range data {
		table[i] = uint32(i + 1)
	}
	table[data-1], table[directory] = sectorEnd, sectorEnd
	for i := range fats {
		table[firstFAT+i] = sectorFAT
	}
	for i := range difats {
		table[firstDIFAT+i] = sectorDIFAT
	}
	for _, next := range table {
		out = binary.LittleEndian.AppendUint32(out, next)
	}
	return append(out, difatSectors(firstFAT, fats, firstDIFAT, difats)...)
}

func header(directory, firstFAT, fats, firstDIFAT, difats int) []byte {
	out := []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}
	out = append(out, make([]byte, 16)...)
	out = append(out, le16(0x3e, 3, 0xfffe, 9, 6, 0, 0, 0, 0, 0)...)
	first := uint32(sectorEnd)
	if difats > 0 {
		first = uint32(firstDIFAT)
	}
	for _, v := range []uint32{uint32(fats), uint32(directory), 0, miniCutoff, sectorEnd, 0, first, uint32(difats)} {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	for i := range maxHeadFATs {
		v := uint32(sectorFree)
		if i < fats {
			v = uint32(firstFAT + i)
		}
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

// difatSectors lists the sectors of the table that the header has no room for.
func difatSectors(firstFAT, fats, firstDIFAT, difats int) []byte {
	var out []byte
	at := maxHeadFATs
	for i := range difats {
		for range 127 {
			v := uint32(sectorFree)
			if at < fats {
				v = uint32(firstFAT + at)
			}
			at++
			out = binary.LittleEndian.AppendUint32(out, v)
		}
		next := uint32(sectorEnd)
		if i+1 < difats {
			next = uint32(firstDIFAT + i + 1)
		}
		out = binary.LittleEndian.AppendUint32(out, next)
	}
	return out
}

func directorySector(name string, size int) []byte {
	out := entry("Root Entry", 5, 1, sectorEnd, 0)
	out = append(out, entry(name, 2, sectorFree, 0, size)...)
	out = append(out, entry("", 0, sectorFree, 0, 0)...)
	return append(out, entry("", 0, sectorFree, 0, 0)...)
}

// entry is one of a directory: 64 bytes of name, its kind, its relations, where it begins and its size.
func entry(name string, kind byte, child, start uint32, size int) []byte {
	out := make([]byte, 128)
	list := utf16.Encode([]rune(name))
	for i, u := range list {
		binary.LittleEndian.PutUint16(out[2*i:], u)
	}
	if name != "" {
		binary.LittleEndian.PutUint16(out[64:], uint16(2*len(list)+2))
	}
	out[66], out[67] = kind, 1
	binary.LittleEndian.PutUint32(out[68:], sectorFree)
	binary.LittleEndian.PutUint32(out[72:], sectorFree)
	binary.LittleEndian.PutUint32(out[76:], child)
	binary.LittleEndian.PutUint32(out[116:], start)
	binary.LittleEndian.PutUint32(out[120:], uint32(size))
	return out
}

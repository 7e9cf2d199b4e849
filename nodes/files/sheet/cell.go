package sheet

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// The limits of a table that is read or written.
const (
	// MaxCells is the largest number of cells that a table may span, empty ones included.
	MaxCells = 20_000_000
	// MaxRows and MaxColumns are those of xlsx.
	MaxRows    = 1_048_576
	MaxColumns = 16_384
	// MaxUnpacked is how many bytes the parts of a packed file may unpack to, together.
	MaxUnpacked = 512 << 20
)

// Errors that are matched by value.
var (
	// ErrFormat says that a file is not what it was taken for.
	ErrFormat = errors.New("the file is not a table in a format that is known")
	// ErrTooLarge says that a table goes beyond the limits.
	ErrTooLarge = fmt.Errorf("the table is too large: it may span %d cells and unpack to %d MB", MaxCells, MaxUnpacked>>20)
)

// Kind says what a cell holds. The zero kind is nothing at all.
type Kind uint8

// The kinds of cells.
const (
	None Kind = iota
	Stub      // a cell without a value, such as one made of null
	Number
	Bool
	Text
	Fault // an error value such as #N/A
)

// Cell is one cell.
type Cell struct {
	Kind Kind
	Num  float64 // the number; 1 for true; the code of a fault
	Str  string
	// Format is the number format; empty: General.
	Format string
	// Shown is what a reader of the file sees, where the file says so.
	Shown string
}

// Table is one sheet: its rows begin at row Top of the file and its cells at column Left, counted from 0.
type Table struct {
	Name      string
	Rows      [][]Cell
	Top, Left int
	// Width and Height are the span, which may go beyond the cells that are there.
	Width, Height int
}

// set puts a cell at a place counted from the table's corner.
func (t *Table) set(row, column int, c Cell) error {
	if row >= MaxRows || column >= MaxColumns || row < 0 || column < 0 {
		return ErrTooLarge
	}
	for len(t.Rows) <= row {
		t.Rows = append(t.Rows, nil)
	}
	for len(t.Rows[row]) <= column {
		t.Rows[row] = append(t.Rows[row], Cell{})
	}
	t.Rows[row][column] = c
	t.Height, t.Width = max(t.Height, row+1), max(t.Width, column+1)
	if t.Height*t.Width > MaxCells {
		return ErrTooLarge
	}
	return nil
}

// at is the cell at a place counted from the corner of the file.
func (t *Table) at(row, column int) Cell {
	row, column = row-t.Top, column-t.Left
	if row < 0 || row >= len(t.Rows) || column < 0 || column >= len(t.Rows[row]) {
		return Cell{}
	}
	return t.Rows[row][column]
}

// text is what the cell shows.
func (c Cell) text() string {
	switch {
	case c.Kind == None || c.Kind == Stub:
		return ""
	case c.Shown != "":
		return c.Shown
	case c.Kind == Text:
		return c.Str
	case c.Kind == Bool && c.Num != 0:
		return "TRUE"
	case c.Kind == Bool:
		return "FALSE"
	case c.Kind == Fault:
		return faultText(c.Num)
	case IsDate(c.Format):
		return formatDate(c.Format, c.Num)
	}
	return General(c.Num)
}

// value is the cell's JSON value; ok is false where it has none.
func (c Cell) value() (v item.Value, ok bool) {
	switch c.Kind {
	case Text:
		return item.String(c.Str), true
	case Bool:
		return item.Bool(c.Num != 0), true
	case Number:
		if IsDate(c.Format) && (c.Num < 60 || c.Num >= 61) {
			return item.Date(dateMS(c.Num)), true
		}
		return item.Number(c.Num), true
	case Fault:
		return item.Null, c.Num == 0
	}
	return item.Undefined, false
}

// faults are the error values by their code (MS-XLS 2.5.10).
var faults = map[float64]string{
	0x00: "#NULL!", 0x07: "#DIV/0!", 0x0f: "#VALUE!", 0x17: "#REF!", 0x1d: "#NAME?", 0x24: "#NUM!", 0x2a: "#N/A", 0x2b: "#GETTING_DATA",
}

func faultText(code float64) string { return faults[code] }

// faultOf is the code of an error value that is written as text.
func faultOf(text string) (float64, bool) {
	for code, t := range faults { //tidy:anyorder the texts differ
		if t == text {
			return code, true
		}
	}
	return 0, false
}

// dayMS is a day in milliseconds; epochMS is day 0 of spreadsheets, 30 December 1899.
const (
	dayMS   = 86_400_000
	epochMS = -2_209_161_600_000
)

// dateMS is the moment of a day number; numbers below 60 are a day later, since spreadsheets count a 29 February 1900.
func dateMS(day float64) float64 {
	if day <= 60 {
		day++
	}
	return math.Round(day*dayMS + epochMS)
}

// General shows a number in at most 11 characters, as the format General does.
func General(v float64) string {
	switch {
	case math.IsNaN(v):
		return "#NUM!"
	case math.IsInf(v, 0):
		return "#DIV/0!"
	case v == math.Trunc(v) && math.Abs(v) < 1<<31:
		return strconv.FormatInt(int64(v), 10)
	}
	var text string
	switch exponent := int(math.Floor(math.Log10(math.Abs(v)))); {
	case exponent >= -4 && exponent <= -1:
		text = precision(v, 10+exponent)
	case exponent >= -9 && exponent <= 9:
		text = smallNumber(v)
	case exponent == 10:
		text = strconv.FormatFloat(v, 'f', 10, 64)
		text = text[:min(12, len(text))]
	default:
		text = largeNumber(v)
	}
	return stripZeros(exponentForm(strings.ToUpper(text)))
}

func width(v float64) int {
	if v < 0 {
		return 12
	}
	return 11
}

func smallNumber(v float64) string {
	if text := stripZeros(strconv.FormatFloat(v, 'f', 12, 64)); len(text) <= width(v) {
		return text
	}
	if text := precision(v, 10); len(text) <= width(v) {
		return text
	}
	return jsExponent(strconv.FormatFloat(v, 'e', 5, 64))
}

func largeNumber(v float64) string {
	text := item.FormatNumber(v)
	if math.Abs(v) < 1e21 {
		text = stripZeros(strconv.FormatFloat(v, 'f', 11, 64))
	}
	if len(text) > width(v) || text == "0" || text == "-0" {
		return precision(v, 6)
	}
	return text
}

// precision is Number.prototype.toPrecision.
func precision(v float64, digits int) string {
	form := strconv.FormatFloat(v, 'e', digits-1, 64)
	e := strings.IndexByte(form, 'e')
	exponent, err := strconv.Atoi(form[e+1:])
	if err != nil || exponent < -6 || exponent >= digits {
		return jsExponent(form)
	}
	return strconv.FormatFloat(v, 'f', max(0, digits-1-exponent), 64)
}

// jsExponent turns Go's exponent of two digits into JavaScript's shortest.
func jsExponent(s string) string {
	mantissa, exponent, ok := strings.Cut(s, "e")
	if !ok {
		return s
	}
	digits := strings.TrimLeft(exponent[1:], "0")
	if digits == "" {
		digits = "0"
	}
	return mantissa + "e" + exponent[:1] + digits
}

var (
	trailing      = regexp.MustCompile(`(?:\.0*|(\.\d*[1-9])0+)$`)
	trailingE     = regexp.MustCompile(`(?:\.0*|(\.\d*[1-9])0+)E`)
	shortExponent = regexp.MustCompile(`(E[+-])(\d)$`)
)

func stripZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return trailing.ReplaceAllString(s, "$1")
}

func exponentForm(s string) string {
	if !strings.Contains(s, "E") {
		return s
	}
	return shortExponent.ReplaceAllString(trailingE.ReplaceAllString(s, "${1}E"), "${1}0$2")
}

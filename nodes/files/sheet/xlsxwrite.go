package sheet

import (
	"bytes"
	"errors"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// MaxText is the longest text of a cell in xlsx, in UTF-16 units.
const MaxText = 32_767

// ErrTextTooLong says that a cell's text does not fit.
var ErrTextTooLong = errors.New("Text length must not exceed 32767 characters") //nolint:staticcheck // n8n's words

// XLSX writes a workbook of one sheet.
func (t *Table) XLSX() ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it was made in memory
	if err := f.SetSheetName("Sheet1", t.Name); err != nil {
		return nil, err
	}
	w, err := f.NewStreamWriter(t.Name)
	if err != nil {
		return nil, err
	}
	date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		return nil, err
	}
	for r := range t.Height {
		values := make([]any, t.Width)
		for c := range values {
			if values[c], err = t.at(t.Top+r, t.Left+c).excel(date); err != nil {
				return nil, err
			}
		}
		if err := w.SetRow("A"+itoa(r+1), values); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = f.Write(&out)
	return out.Bytes(), err
}

func (c Cell) excel(date int) (any, error) {
	switch c.Kind {
	case Text:
		if len(c.Str) > MaxText && len(utf16.Encode([]rune(c.Str))) > MaxText {
			return nil, ErrTextTooLong
		}
		return c.Str, nil
	case Bool:
		return c.Num != 0, nil
	case Number:
		if c.Format != "" {
			return excelize.Cell{StyleID: date, Value: c.Num}, nil
		}
		return c.Num, nil
	case Fault:
		return c.text(), nil
	}
	return nil, nil
}

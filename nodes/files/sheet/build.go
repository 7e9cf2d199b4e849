package sheet

import (
	"strconv"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

// DefaultName is the name of a sheet where nothing else is said.
const DefaultName = "Sheet"

// Build makes a table of JSON objects, a row each; members inside of members and lists get a column of their own, named
// by their path with dots. The columns stand in the order in which they first appear. header adds a row with their
// names. Errors: ErrTooLarge.
func Build(rows []item.Value, header bool) (*Table, error) {
	t := &Table{Name: DefaultName}
	columns := map[string]int{}
	var names []string
	offset := 0
	if header {
		offset = 1
	}
	for r, row := range rows {
		var err error
		flatten("", row, func(path string, v item.Value) {
			column, ok := columns[path]
			if !ok {
				column = len(names)
				columns[path] = column
				names = append(names, path)
			}
			if cell := cellOf(v); err == nil && (cell.Kind != None || v.Kind() == item.KindNull) {
				err = t.set(r+offset, column, cell)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	if header {
		for c, name := range names {
			if err := t.set(0, c, Cell{Kind: Text, Str: name}); err != nil {
				return nil, err
			}
		}
	}
	t.Height, t.Width = len(rows)+offset, max(1, len(names))
	for len(t.Rows) < t.Height {
		t.Rows = append(t.Rows, nil)
	}
	if t.Height > MaxRows || t.Width > MaxColumns || t.Height*t.Width > MaxCells {
		return nil, ErrTooLarge
	}
	return t, nil
}

// flatten calls each with every value that is neither a list nor an object; those that are empty have none.
func flatten(path string, v item.Value, each func(path string, v item.Value)) {
	if o, ok := v.Obj(); ok {
		for name, member := range o.All() {
			flatten(join(path, name), member, each)
		}
		return
	}
	if list, ok := v.Elems(); ok {
		for i, e := range list {
			flatten(join(path, strconv.Itoa(i)), e, each)
		}
		return
	}
	each(path, v)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func cellOf(v item.Value) Cell {
	switch v.Kind() {
	case item.KindNull:
		return Cell{Kind: Stub}
	case item.KindNumber:
		n, _ := v.Number()
		return Cell{Kind: Number, Num: n}
	case item.KindBool:
		c := Cell{Kind: Bool}
		if v.Truthy() {
			c.Num = 1
		}
		return c
	case item.KindString:
		s, _ := v.Str()
		return Cell{Kind: Text, Str: s}
	case item.KindDate:
		ms, _ := v.Date()
		return Cell{Kind: Number, Num: (ms - epochMS) / dayMS, Format: dateFormat}
	}
	return Cell{}
}

// CheckName says what is wrong with the name of a sheet, nil where nothing is.
func CheckName(name string) error {
	switch {
	case name == "":
		return NameError("Sheet name cannot be blank")
	case utf8.RuneCountInString(name) > 31:
		return NameError("Sheet name cannot exceed 31 chars")
	case name[0] == '\'' || name[len(name)-1] == '\'':
		return NameError("Sheet name cannot start or end with apostrophe (')")
	case len(name) == 7 && (name[0]|0x20) == 'h' && lower(name) == "history":
		return NameError("Sheet name cannot be 'History'")
	}
	for _, r := range name {
		switch r {
		case ':', ']', '[', '*', '?', '/', '\\':
			return NameError(`Sheet name cannot contain : \ / ? * [ ]`)
		}
	}
	return nil
}

// NameError says what is wrong with a sheet's name.
type NameError string

// Error is the message.
func (e NameError) Error() string { return string(e) }

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

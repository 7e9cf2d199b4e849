package sheet

import (
	"errors"
	"strconv"

	"github.com/jobsprint/jobsprint/item"
)

// Select says how rows become values.
type Select struct {
	// Range is a range such as "A2:C5", or the number of the first row counted from 0; empty: the whole table.
	Range string
	// Lists gives each row as a list instead of an object named by the first row.
	Lists bool
	// Blank stands for cells without a value; Undefined: they are left out.
	Blank item.Value
}

// Values are the rows of a table as objects, or as lists. Rows without a value are left out of the objects.
func (t *Table) Values(s Select) ([]item.Value, error) {
	if t.Width == 0 || t.Height == 0 {
		return nil, nil
	}
	area := area{t.Top, t.Left, t.Top + t.Height - 1, t.Left + t.Width - 1}
	if s.Range != "" {
		var err error
		if area, err = parseRange(s.Range, area); err != nil {
			return nil, err
		}
	}
	if s.Lists {
		return t.lists(area, s.Blank), nil
	}
	return t.objects(area, s.Blank), nil
}

// area is a block of cells, both ends included.
type area struct{ top, left, bottom, right int }

func (t *Table) lists(a area, blank item.Value) []item.Value {
	out := make([]item.Value, 0, max(0, a.bottom-a.top+1))
	for r := a.top; r <= a.bottom; r++ {
		var list []item.Value
		for c := a.left; c <= a.right; c++ {
			v, ok := t.at(r, c).value()
			if !ok && !blank.IsUndefined() {
				v, ok = blank, true
			}
			if !ok {
				continue
			}
			for len(list) < c-a.left {
				list = append(list, item.Null)
			}
			list = append(list, v)
		}
		out = append(out, item.Array(list))
	}
	return out
}

func (t *Table) objects(a area, blank item.Value) []item.Value {
	names := t.names(a)
	var out []item.Value
	for r := a.top + 1; r <= a.bottom; r++ {
		row := item.NewObject(len(names))
		empty := true
		for i, name := range names {
			v, ok := t.at(r, a.left+i).value()
			switch {
			case ok:
				row.Set(name, v)
				empty = empty && v.IsNullish()
			case !blank.IsUndefined():
				row.Set(name, blank)
			}
		}
		if !empty {
			out = append(out, row.Value())
		}
	}
	return out
}

// names are the columns' names: what the first row shows, with a number where that was there before.
func (t *Table) names(a area) []string {
	names := make([]string, 0, max(0, a.right-a.left+1))
	seen := map[string]int{}
	for c := a.left; c <= a.right; c++ {
		cell := t.at(a.top, c)
		base := cell.text()
		if cell.Kind == None || cell.Kind == Stub {
			base = "__EMPTY"
		}
		name, count := base, seen[base]
		if count == 0 {
			seen[base] = 1
		} else {
			for {
				name = base + "_" + strconv.Itoa(count)
				count++
				if seen[name] == 0 {
					break
				}
			}
			seen[base], seen[name] = count, 1
		}
		names = append(names, name)
	}
	return names
}

// parseRange reads "A2:C5", "B3" (one cell), or the number of the first row.
func parseRange(text string, whole area) (area, error) {
	if n, err := strconv.Atoi(text); err == nil {
		whole.top = n
		if n < 0 {
			return area{}, errors.New("invalid row " + text)
		}
		return whole, nil
	}
	var a area
	left, top, rest := cellName(text)
	a.left, a.top, a.right, a.bottom = left, top, left, top
	if len(rest) > 1 && rest[0] == ':' {
		a.right, a.bottom, _ = cellName(rest[1:])
	}
	if a.left < 0 || a.right < 0 {
		return a, errors.New("invalid column -1")
	}
	a.right = min(a.right, MaxColumns-1)
	a.bottom = min(a.bottom, max(whole.bottom, 0))
	return a, nil
}

// cellName reads the name of a cell such as "AB12"; places count from 0, and what is not given is -1.
func cellName(text string) (column, row int, rest string) {
	i := 0
	for ; i < len(text) && text[i] >= 'A' && text[i] <= 'Z' && column <= MaxColumns; i++ {
		column = 26*column + int(text[i]-'A') + 1
	}
	for ; i < len(text) && text[i] >= '0' && text[i] <= '9' && row <= MaxRows; i++ {
		row = 10*row + int(text[i]-'0')
	}
	return column - 1, row - 1, text[i:]
}

// columnName is the name of a column counted from 0.
func columnName(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

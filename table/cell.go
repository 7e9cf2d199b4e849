package table

import (
	"fmt"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// cell is a value as a column stores it: of its type, or null. Dates without
// an offset are read in zone.
func (t *Table) cell(c events.Column, v item.Value, zone *time.Location) (item.Value, error) {
	if v.IsNullish() {
		return item.Null, nil
	}
	switch c.Type {
	case events.ColumnText:
		if v.Kind() == item.KindString {
			return v, nil
		}
		if v.Kind() == item.KindArray || v.Kind() == item.KindObject {
			return item.String(v.JSON()), nil
		}
		return item.String(v.ToString()), nil
	case events.ColumnNumber:
		if n, ok := numberOf(v); ok {
			return item.Number(n), nil
		}
	case events.ColumnBoolean:
		if b, ok := booleanOf(v); ok {
			return item.Bool(b), nil
		}
	case events.ColumnDate:
		if at, ok := dateOf(v, zone); ok {
			return item.String(at), nil
		}
	}
	return item.Null, &Error{Pointer: "/" + c.Name,
		Message: fmt.Sprintf("value '%s' does not match column type '%s' of '%s' in data table '%s'", v.ToString(), c.Type, c.Name, t.Name)}
}

func numberOf(v item.Value) (float64, bool) {
	if text, ok := v.Str(); ok && strings.TrimSpace(text) == "" {
		return 0, false
	}
	if k := v.Kind(); k != item.KindNumber && k != item.KindString {
		return 0, false
	}
	n := v.ToNumber()
	return n, n-n == 0
}

func booleanOf(v item.Value) (bool, bool) {
	if b, ok := v.Bool(); ok {
		return b, true
	}
	switch strings.ToLower(v.ToString()) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}

// dateLayouts are the forms of ISO 8601 that a date may have; those of the
// second list say no zone.
var dateLayouts = [2][]string{
	{"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05.999999999Z07:00"},
	{"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", "2006-01-02"},
}

// dateOf is a date as it is stored: ISO text in UTC.
func dateOf(v item.Value, zone *time.Location) (string, bool) {
	if iso := v.ISODate(); iso != "" {
		return iso, true
	}
	text, ok := v.Str()
	if !ok {
		return "", false
	}
	if zone == nil {
		zone = time.UTC
	}
	for i, layouts := range dateLayouts {
		for _, layout := range layouts {
			at, err := time.ParseInLocation(layout, strings.TrimSpace(text), [...]*time.Location{time.UTC, zone}[i])
			if err == nil {
				return item.Date(float64(at.UnixMilli())).ISODate(), true
			}
		}
	}
	return "", false
}

// Cells turns objects of column name and value into stored rows, of column key
// and value. Errors: *Error.
func (t *Table) Cells(rows []item.Value, zone *time.Location) ([]item.Value, error) {
	out := make([]item.Value, len(rows))
	for i, row := range rows {
		o, ok := row.Obj()
		if !ok {
			return nil, &Error{Pointer: fmt.Sprintf("/%d", i), Message: "a row is an object of column and value"}
		}
		cells := item.NewObject(o.Len())
		for name, v := range o.All() {
			c, ok := t.Column(name)
			if !ok {
				return nil, unknownColumn(t, name)
			}
			cell, err := t.cell(c, v, zone)
			if err != nil {
				return nil, err
			}
			cells.Set(c.Key, cell)
		}
		out[i] = cells.Value()
	}
	return out, nil
}

func unknownColumn(t *Table, name string) error {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return &Error{Pointer: "/" + name, Message: fmt.Sprintf("the data table %q has no column %q; it has %s", t.Name, name, strings.Join(names, ", "))}
}

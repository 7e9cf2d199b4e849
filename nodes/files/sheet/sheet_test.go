package sheet

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

// writers are the formats that keep the types of cells.
var writers = map[string]func(t *Table) ([]byte, error){
	"xlsx":  func(t *Table) ([]byte, error) { return t.XLSX(true) },
	"ods":   func(t *Table) ([]byte, error) { return t.ODS(true) },
	"plain": func(t *Table) ([]byte, error) { return t.ODS(false) },
	"xls":   func(t *Table) ([]byte, error) { return t.XLS(), nil },
}

func rows(list string) []item.Value {
	out, _ := item.MustParse(list).Elems()
	return out
}

func TestTablesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	in := rows(`[{"n":1,"t":" a\nb <&>\"","b":true},{"n":-0.25,"o":{"p":[1,{"q":"x"}]}},{"b":false,"t":"é漢😀"}]`)
	want := `[{"n":1,"t":" a\nb <&>\"","b":true},{"n":-0.25,"o.p.0":1,"o.p.1.q":"x"},{"t":"é漢😀","b":false}]`
	for name, write := range writers {
		table, err := Build(in, true)
		if err != nil {
			t.Fatal(err)
		}
		table.Name = "My sheet"
		data, err := write(table)
		if err != nil {
			t.Fatal(name, err)
		}
		back, err := Read(data, Options{Sheet: "My sheet"})
		if err != nil {
			t.Fatal(name, err)
		}
		values, err := back.Values(Select{Blank: item.Undefined})
		if got := item.Array(values).JSON(); err != nil || got != want {
			t.Errorf("%s: %s %v", name, got, err)
		}
		var missing NoSheet
		if _, err := Read(data, Options{Sheet: "Other"}); !errors.As(err, &missing) {
			t.Errorf("%s: a sheet that is not there: %v", name, err)
		}
	}
}

func TestDatesComeBackAsDates(t *testing.T) {
	t.Parallel()
	in := []item.Value{item.NewObject(1).Set("d", item.Date(1_704_164_645_000)).Value()}
	for name, write := range writers {
		table, err := Build(in, true)
		if err != nil {
			t.Fatal(err)
		}
		data, err := write(table)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Read(data, Options{})
		if err != nil {
			t.Fatal(name, err)
		}
		values, err := back.Values(Select{})
		if got := item.Array(values).JSON(); err != nil || got != `[{"d":"2024-01-02T03:04:05.000Z"}]` {
			t.Errorf("%s: %s %v", name, got, err)
		}
	}
}

func TestLargeTablesFit(t *testing.T) {
	t.Parallel()
	var in []item.Value
	for i := range 4_000 {
		in = append(in, item.NewObject(2).Set("i", item.Int(i)).Set("text", item.String(fmt.Sprintf("row %d", i))).Value())
	}
	for name, write := range writers {
		table, err := Build(in, true)
		if err != nil {
			t.Fatal(err)
		}
		data, err := write(table)
		if err != nil {
			t.Fatal(name, err)
		}
		back, err := Read(data, Options{})
		if err != nil {
			t.Fatal(name, err)
		}
		values, err := back.Values(Select{})
		if err != nil || len(values) != len(in) || values[3_999].JSON() != in[3_999].JSON() {
			t.Errorf("%s: %d rows %v", name, len(values), err)
		}
	}
}

func TestRangesAndNames(t *testing.T) {
	t.Parallel()
	table := &Table{}
	for r, row := range [][]string{{"a", "a", "", "a_1"}, {"1", "2", "3", "4"}, {"5", "6", "7", "8"}} {
		for c, text := range row {
			cell := Cell{Kind: Text, Str: text}
			if text == "" {
				cell = Cell{}
			}
			if err := table.set(r, c, cell); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		s    Select
		want string
	}{
		{Select{}, `[{"a":"1","a_1":"2","__EMPTY":"3","a_1_1":"4"},{"a":"5","a_1":"6","__EMPTY":"7","a_1_1":"8"}]`},
		{Select{Range: "1"}, `[{"1":"5","2":"6","3":"7","4":"8"}]`},
		{Select{Range: "B2:C3"}, `[{"2":"6","3":"7"}]`},
		{Select{Range: "D1:D2", Lists: true}, `[["a_1"],["4"]]`},
		{Select{Range: "A1:C1", Lists: true, Blank: item.String("")}, `[["a","a",""]]`},
	} {
		values, err := table.Values(c.s)
		if got := item.Array(values).JSON(); err != nil || got != c.want {
			t.Errorf("%+v: %s %v", c.s, got, err)
		}
	}
	if _, err := table.Values(Select{Range: "x"}); err == nil || err.Error() != "invalid column -1" {
		t.Error(err)
	}
}

func TestTextsAreTypedWhereAFormatHasNoTypes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1": "1", "1,234": "1234", "$5": "5", "50%": "0.5", "(3)": "-3", "-1.5": "-1.5", "1e3": "1000", "TRUE": "true", "FALSE": "false", "true": `"true"`,
		"2024-01-02": `"2024-01-02T00:00:00.000Z"`, "1/2/2024": `"2024-01-02T00:00:00.000Z"`, "10:30": `"1899-12-31T10:30:00.000Z"`, "3 pm": `"1899-12-31T15:00:00.000Z"`,
		"Jan 2 2024": `"2024-01-02T00:00:00.000Z"`, "maybe": `"maybe"`, "a1": `"a1"`, "2024-13-45": `"2024-13-45"`, "#NULL!": "null",
	} {
		v, _ := Guess(text).value()
		if got := v.JSON(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestNumbersAreShownInElevenCharacters(t *testing.T) {
	t.Parallel()
	for n, want := range map[float64]string{
		0: "0", 0.1: "0.1", 1e21: "1E+21", 123456789012: "1.23457E+11", 1.23456789012345: "1.23456789", -5e-7: "-0.0000005", 1. / 3: "0.333333333",
		2147483648: "2147483648", 12345.678901234: "12345.6789", 0.00012345678901: "0.000123457", -1: "-1", 1e-10: "1E-10", 12345678901: "12345678901",
	} {
		if got := General(n); got != want {
			t.Errorf("%v: %s, want %s", n, got, want)
		}
	}
	for format, want := range map[string]string{"m/d/yy": "1/2/24", "yyyy-mm-dd hh:mm:ss": "2024-01-02 03:04:05", "d mmm yyyy": "2 Jan 2024", "h:mm AM/PM": "3:04 AM", `"on" dddd`: "on Tuesday"} {
		if got := formatDate(format, 45293.12783564815); got != want || !IsDate(format) {
			t.Errorf("%s: %s, want %s", format, got, want)
		}
	}
	for _, format := range []string{"", "General", "0.00", "#,##0", "0%", `"day" 0`, "[Red]0", "@"} {
		if IsDate(format) {
			t.Errorf("%s is taken for a date", format)
		}
	}
}

func TestDamagedFilesAreErrors(t *testing.T) {
	t.Parallel()
	table, err := Build(rows(`[{"a":1,"b":"text"}]`), true)
	if err != nil {
		t.Fatal(err)
	}
	for name, write := range writers {
		data, err := write(table)
		if err != nil {
			t.Fatal(err)
		}
		for _, cut := range []int{9, len(data) / 3, len(data) / 2, len(data) - 5} {
			if _, err := Read(data[:cut], Options{}); err == nil && name != "xls" {
				t.Errorf("%s cut to %d bytes is read", name, cut)
			}
		}
	}
	for _, text := range []string{"<a><b", "<html></html>", `{\rtf1 no table}`, "PK\x03\x04junk", "\x89PNG\r\n"} {
		if _, err := Read([]byte(text), Options{}); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := (&Table{Name: "x", Rows: [][]Cell{{{Kind: Text, Str: strings.Repeat("a", MaxText+1)}}}, Width: 1, Height: 1}).XLSX(false); !errors.Is(err, ErrTextTooLong) {
		t.Error(err)
	}
	if err := (&Table{}).set(0, MaxColumns, Cell{}); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func TestNamesOfSheetsAreChecked(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]bool{"Sheet": false, "": true, "a/b": true, "'a": true, "History": true, strings.Repeat("x", 32): true, strings.Repeat("é", 31): false} {
		if got := CheckName(name) != nil; got != bad {
			t.Errorf("%q: %v", name, CheckName(name))
		}
	}
}

func FuzzRead(f *testing.F) {
	table, err := Build(rows(`[{"a":1,"b":"text"},{"a":true}]`), true)
	if err != nil {
		f.Fatal(err)
	}
	for _, write := range writers {
		data, err := write(table)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(table.HTML())
	f.Add(table.RTF())
	f.Add(table.CSV(","))
	f.Fuzz(func(t *testing.T, data []byte) {
		if t, err := Read(data, Options{}); err == nil {
			_, _ = t.Values(Select{})
		}
	})
}

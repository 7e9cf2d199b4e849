package iostreams

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func rows(s *Streams) *Table {
	t := s.NewTable("ID", "NAME", "STATUS")
	t.Row(Cell{Text: "0193a5b2-6c1e", Whole: true}, Cell{Text: "a name that is longer than the terminal can show"}, Cell{Text: "success", Style: Green})
	t.Row(Cell{Text: "2", Whole: true}, Cell{Text: "é\tb\x1b[2J"}, Cell{Text: "2026-01-01T00:00:00Z", Short: "3 min ago"})
	return t
}

func TestTableInAPipeIsTabSeparatedAndWhole(t *testing.T) {
	t.Parallel()
	s, _, out, _ := Test()
	if err := rows(s).Write(); err != nil {
		t.Fatal(err)
	}
	want := "0193a5b2-6c1e\ta name that is longer than the terminal can show\tsuccess\n2\té b [2J\t2026-01-01T00:00:00Z\n"
	if out.String() != want {
		t.Errorf("got %q", out.String())
	}
}

func TestTableOnATerminalIsFitted(t *testing.T) {
	t.Parallel()
	s, _, out, _ := Test()
	s.OutTerminal = true
	s.SetWidth(45)
	if err := rows(s).Write(); err != nil {
		t.Fatal(err)
	}
	want := "" +
		"ID             NAME                 STATUS\n" +
		"0193a5b2-6c1e  a name that is lon…  success\n" +
		"2              é b [2J              3 min ago\n"
	if got := out.String(); got != want {
		t.Errorf("got\n%s", got)
	}
	for line := range strings.Lines(out.String()) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 45 {
			t.Errorf("a line has %d columns: %s", n, line)
		}
	}
}

func TestTableNarrowerThanItsIdsKeepsThem(t *testing.T) {
	t.Parallel()
	s, _, out, _ := Test()
	s.OutTerminal = true
	s.SetWidth(10)
	if err := rows(s).Write(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "0193a5b2-6c1e") {
		t.Errorf("the id was cut:\n%s", out)
	}
}

func TestColourIsOnlyWhereItIsWelcome(t *testing.T) {
	t.Parallel()
	s, _, out, _ := Test()
	s.OutTerminal, s.Colour = true, true
	_ = rows(s).WriteRows()
	if !strings.Contains(out.String(), "\x1b[32msuccess") {
		t.Errorf("no colour: %q", out)
	}
	s.Colour = false
	if got := s.Paint(Red, "x"); got != "x" {
		t.Errorf("got %q", got)
	}
}

func TestPlainKeepsTextAndTakesControlAway(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain":            "plain",
		"a\nb\r\x07":       "a b  ",
		"\x1b]0;own\u009c": " ]0;own ",
		"ok\u202egpj":      "ok gpj",
		"Grüße 日本":         "Grüße 日本",
	} {
		if got := Plain(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestMoments(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for before, want := range map[time.Duration]string{
		0: "just now", 59 * time.Second: "59 s ago", 3 * time.Minute: "3 min ago", 5 * time.Hour: "5 h ago",
		72 * time.Hour: "3 days ago", -2 * time.Minute: "in 2 min",
	} {
		if c := Moment(now.Add(-before), now); c.Short != want || !strings.HasSuffix(c.Text, "Z") {
			t.Errorf("%s: %+v, want %s", before, c, want)
		}
	}
	if c := Moment(time.Time{}, now); c != (Cell{}) {
		t.Errorf("no time is %+v", c)
	}
}

func TestTook(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		340 * time.Microsecond: "340 µs", 12340 * time.Microsecond: "12.3 ms", 456 * time.Millisecond: "456 ms",
		4560 * time.Millisecond: "4.56 s", 150 * time.Second: "2m30s",
	} {
		if got := Took(d); got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
	}
}

func TestProgressIsForPeopleOnly(t *testing.T) {
	t.Parallel()
	s, _, out, errs := Test()
	s.Progress("half")
	s.ProgressDone()
	if errs.Len() > 0 {
		t.Errorf("a pipe got %q", errs)
	}
	s.ErrTerminal = true
	s.Progress("half %d", 1)
	s.ProgressDone()
	if errs.String() != "\r\x1b[Khalf 1\r\x1b[K" || out.Len() > 0 {
		t.Errorf("a person got %q and %q", errs, out)
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	type row struct {
		Name string `json:"name"`
	}
	list := []row{{"<a&b>"}, {"c"}}
	for f, want := range map[Format]string{
		FormatJSON: `[{"name":"<a&b>"},{"name":"c"}]` + "\n", FormatJSONL: `{"name":"<a&b>"}` + "\n" + `{"name":"c"}` + "\n", FormatTable: "T\n",
	} {
		s, _, out, _ := Test()
		err := List(s, f, list, func() *Table {
			table := s.NewTable("NAME")
			table.Row(Cell{Text: "T"})
			return table
		})
		if err != nil || out.String() != want {
			t.Errorf("%s: %q %v", f, out, err)
		}
	}
	s, _, out, _ := Test()
	if err := List(s, FormatJSON, []row(nil), nil); err != nil || out.String() != "[]\n" {
		t.Errorf("no rows: %q %v", out, err)
	}
}

func TestJSONIsIndentedForAPerson(t *testing.T) {
	t.Parallel()
	s, _, out, _ := Test()
	s.OutTerminal = true
	if err := s.RawJSON([]byte("{\"a\":1}\n")); err != nil || out.String() != "{\n  \"a\": 1\n}\n" {
		t.Errorf("%q %v", out, err)
	}
	if err := s.JSON(func() {}); err == nil {
		t.Error("a func was printed")
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestAClosedPipeIsAnError(t *testing.T) {
	t.Parallel()
	s := &Streams{Out: closedPipe{}}
	if err := rows(s).Write(); err == nil {
		t.Error("the table was written")
	}
	if err := s.JSONLine(1); err == nil {
		t.Error("the line was written")
	}
}

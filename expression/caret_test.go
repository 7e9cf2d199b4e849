package expression

import (
	"strings"
	"testing"
)

func TestCaret(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200)
	for _, c := range []struct {
		source     string
		start, end int
		want       string
	}{
		{"={{ 1 + }}", 7, 7, "={{ 1 + }}\n       ^"},
		{"={{ ünï }}", 4, 9, "={{ ünï }}\n    ^^^"},
		{"a\n\tbad x\nb", 3, 6, "\tbad x\n\t^^^"},
		{"a\r\nbad\r\nb", 3, 99, "bad\n^^^"},
		{"", 0, 0, "\n^"},
		{"abc", -5, 99, "abc\n^^^"},
		{long + "!" + long, 200, 201, "…" + long[:60] + "!" + long[:60] + "…\n" + strings.Repeat(" ", 61) + "^"},
	} {
		e := &Error{Source: c.source, Start: c.start, End: c.end}
		if got := e.Caret(); got != c.want {
			t.Errorf("%q %d..%d:\n%s\nwant\n%s", c.source, c.start, c.end, got, c.want)
		}
	}
}

package jsregexp_test

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/nodes/jsregexp"
)

func TestExpressionsAreJavaScripts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		source, text string
		want         bool
	}{
		{`a\/b`, "a/b", true}, {`/a\/b/g`, "a/b", true}, {`^\s$`, "\u00a0", true}, {`^[\s]$`, "\u2003", true}, {`^\S$`, "\u00a0", false},
		{`\u0041`, "A", true}, {`/\u{1F600}/u`, "😀", true}, {`\uzz`, "uzz", true}, {`[^]`, "\n", true}, {`[]`, "a", false}, {`[a[]`, "[", true}, {`[^a]`, "b", true},
		{`^\d{2}$`, "12", true}, {`[\b]`, "\b", true}, {`\cJ`, "\n", true}, {`\0`, "\x00", true}, {`\a`, "a", true}, {`(?<y>\d)`, "1", true}, {`/^b/m`, "a\nb", true},
		{`a/b`, "a/b", true}, {`\-`, "-", true}, {`a.b`, "a\nb", false}, {`a.b`, "a\u2028b", false}, {`/a.b/s`, "a\nb", true}, {`/A/i`, "a", true}, {`a{,2}`, "a{,2}", true},
		{`/b/y`, "ab", false}, {`/a|b/y`, "ab", true},
		{`(?<!a)b`, "ab", false}, {`(?<=a)b`, "ab", true}, {`a(?!b)`, "ac", true}, {`^(a|b)\1$`, "bb", true}, {`(?<x>a)\k<x>`, "aa", true}, {`/(?=a).B/is`, "a\nb", false}, {`/(?=a)..B/is`, "a\nb", true},
	} {
		re, err := jsregexp.Parse(test.source)
		if err != nil {
			t.Errorf("%s: %v", test.source, err)
		} else if got, err := re.Match(test.text); got != test.want || err != nil {
			t.Errorf("%s on %q: %v %v", test.source, test.text, got, err)
		}
	}
}

func TestErrorsAreJavaScripts(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		`(`: "Unterminated group", `a)`: "Unmatched ')'", `*`: "Nothing to repeat", `a**`: "Nothing to repeat", `[a`: "Unterminated character class",
		`[b-a]`: "Range out of order in character class", `a{2,1}`: "numbers out of order in {} quantifier", `(?a)`: "Invalid group", `\`: `\ at end of pattern`, `(?<>a)`: "Invalid capture group name",
	} {
		_, err := jsregexp.Compile(pattern, "")
		if err == nil || err.Error() != "Invalid regular expression: /"+pattern+"/: "+want {
			t.Errorf("%s: %v, want %s", pattern, err, want)
		}
	}
	if _, err := jsregexp.Compile("a", "ii"); err == nil || err.Error() != "Invalid flags supplied to RegExp constructor 'ii'" {
		t.Error(err)
	}
	for _, fine := range []string{`a+?`, `(?:a)*`, `[]-a]`, `a{2}?`, `a{`, `{}`, `^$`, `[a\]b]`, `x|`, `[a-]`} {
		if _, err := jsregexp.Compile(fine, ""); err != nil {
			t.Errorf("%s: %v", fine, err)
		}
	}
}

func TestReplaceFirst(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ pattern, text, replacement, want string }{
		{`b`, "abcb", "X", "aXcb"}, {`(b)(c)`, "abcd", "$2$1$$$&", "acb$bcd"}, {`b`, "abc", "$`|$'|$1|$", "aa|c|$1|$c"}, {`(?<x>b)`, "abc", "[$<x>]", "a[b]c"},
		{`b`, "abc", "$<x>", "a$<x>c"}, {`z`, "abc", "X", "abc"}, {`(b)|(c)`, "c", "<$1$2>", "<c>"}, {`(?<=ä)(b)`, "äb", "$1$1", "äbb"}, {`(a)(a)(a)(a)(a)(a)(a)(a)(a)(b)`, "aaaaaaaaab", "$10$1", "ba"},
	} {
		re, err := jsregexp.Compile(test.pattern, "")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := re.ReplaceFirst(test.text, test.replacement); err != nil || got != test.want {
			t.Errorf("%s on %s with %s: %q %v, want %q", test.pattern, test.text, test.replacement, got, err, test.want)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	re, err := jsregexp.Compile(`(a)|(b)`, "")
	if err != nil {
		t.Fatal(err)
	}
	groups, ok, err := re.Find("xb")
	if !ok || err != nil || len(groups) != 3 || groups[0].ToString() != "b" || !groups[1].IsUndefined() || groups[2].ToString() != "b" {
		t.Errorf("%v %v %v", groups, ok, err)
	}
	if _, ok, _ := re.Find("x"); ok {
		t.Error("found in x")
	}
}

func TestBacktrackingEnds(t *testing.T) {
	t.Parallel()
	re, err := jsregexp.Compile(`^(?=a)(a+)+\1$`, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.Match(strings.Repeat("a", 60) + "b"); err == nil {
		t.Error("a match that would take years gives no error")
	}
}

package prelude

import (
	"strings"
	"testing"
)

func TestTextsAreWrittenInLatin(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":       "plain",
		"Ünïcødé":     "Unicode",
		"Привет, мир": "Privet, mir",
		"北京 is big":   "Bei Jing is big",
		"x東京y":        "xDong Jing y",
		"smile 🙂":     "smile ?",
		"“a” – b…":    `"a" - b...`,
		"¾ of 10 €":   "3/4 of 10 EU",
		"":            "",
	} {
		if got := Transliterate(text); got != want {
			t.Errorf("Transliterate(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestEveryScriptIsInTheOrder(t *testing.T) {
	t.Parallel()
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	scripts := Scripts()
	if len(entries) != len(scripts) {
		t.Errorf("%d scripts are embedded, %d are evaluated", len(entries), len(scripts))
	}
	for _, s := range scripts {
		if !strings.HasSuffix(s.Name, ".js") || s.Source == "" {
			t.Errorf("script %q is empty", s.Name)
		}
	}
}

func TestFunctionsAreDescribed(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range Functions() {
		name := f.Type + "." + f.Name
		if seen[name] {
			t.Errorf("%s is described twice", name)
		}
		seen[name] = true
		if f.Doc == "" || f.Returns == "" || len(f.Examples) == 0 {
			t.Errorf("%s lacks a part: %+v", name, f)
		}
		for _, e := range f.Examples {
			if !strings.Contains(e.Expression, f.Name+"(") {
				t.Errorf("the example %s does not call %s", e.Expression, f.Name)
			}
		}
		for _, a := range f.Args {
			if a.Name == "" || a.Type == "" || a.Doc == "" {
				t.Errorf("an argument of %s lacks a part: %+v", name, a)
			}
		}
	}
	if len(seen) < 90 {
		t.Errorf("only %d functions are described", len(seen))
	}
}

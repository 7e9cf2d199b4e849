package condition

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

func compile(params string) *nodes.Compile {
	return &nodes.Compile{Type: "test", Version: 2, Params: item.MustParse(params), Engine: expression.NewCompiled()}
}

func call(t *testing.T, json string) *nodes.Call {
	t.Helper()
	return &nodes.Call{Context: t.Context(), Batch: expression.Batch{Items: []item.Item{{JSON: item.MustParse(json)}}}}
}

// operatorJSON is an operator as n8n's editor writes it: it marks those without a
// right side, and names the right side's type where that is another.
func operatorJSON(typ, op string) string {
	more := ""
	switch {
	case strings.HasPrefix(op, "length"):
		more = `,"rightType":"number"`
	case typ == "array" && strings.HasSuffix(op, "ontains"):
		more = `,"rightType":"any"`
	case strings.HasSuffix(op, "xists"), strings.HasSuffix(op, "mpty"), op == "true", op == "false":
		more = `,"singleValue":true`
	}
	return `{"type":"` + typ + `","operation":"` + op + `"` + more + `}`
}

// pass runs one condition: left and right are JSON, empty for none.
func pass(t *testing.T, typ, op, left, right, options string) (bool, error) {
	t.Helper()
	condition := `{"operator":` + operatorJSON(typ, op)
	if left != "" {
		condition += `,"leftValue":` + left
	}
	if right != "" {
		condition += `,"rightValue":` + right
	}
	c := compile(`{"c":{"options":{` + options + `},"combinator":"and","conditions":[` + condition + `}]}}`)
	f := NewFilter(c, "c")
	if err := c.Err(); err != nil {
		t.Fatalf("%s %s: %v", typ, op, err)
	}
	return f.Pass(call(t, `{}`), 0)
}

func TestOperators(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typ, op, left, right string
		want                 bool
	}{
		{"string", "exists", `"a"`, ``, true}, {"string", "exists", `null`, ``, false}, {"number", "notExists", ``, ``, true},
		{"string", "empty", `""`, ``, true}, {"string", "notEmpty", `"a"`, ``, true}, {"string", "empty", ``, ``, true},
		{"string", "equals", `"a"`, `"a"`, true}, {"string", "notEquals", `"a"`, `"b"`, true}, {"string", "equals", `"a"`, `"A"`, false},
		{"string", "contains", `"abc"`, `"b"`, true}, {"string", "notContains", `"abc"`, `"b"`, false},
		{"string", "startsWith", `"abc"`, `"ab"`, true}, {"string", "notStartsWith", `"abc"`, `"ab"`, false},
		{"string", "endsWith", `"abc"`, `"bc"`, true}, {"string", "notEndsWith", `"abc"`, `"x"`, true},
		{"string", "regex", `"abc"`, `"^a.c$"`, true}, {"string", "regex", `"ABC"`, `"/^a/i"`, true}, {"string", "notRegex", `"abc"`, `"/z/"`, true},
		{"number", "equals", `1`, `1`, true}, {"number", "notEquals", `1`, `1`, false}, {"number", "gt", `2`, `1`, true}, {"number", "gt", `1`, `1`, false},
		{"number", "lt", `1`, `2`, true}, {"number", "gte", `1`, `1`, true}, {"number", "lte", `1`, `1`, true}, {"number", "lte", `2`, `1`, false},
		{"number", "empty", `null`, ``, true}, {"number", "notEmpty", `0`, ``, true}, {"number", "gt", ``, `1`, false}, {"number", "equals", `5`, `"5"`, true},
		{"boolean", "true", `true`, ``, true}, {"boolean", "false", `true`, ``, false}, {"boolean", "false", `null`, ``, true},
		{"boolean", "equals", `true`, `true`, true}, {"boolean", "notEquals", `true`, `false`, true}, {"boolean", "empty", `null`, ``, true}, {"boolean", "notEmpty", `false`, ``, true},
		{"dateTime", "after", `"2024-01-02"`, `"2024-01-01"`, true}, {"dateTime", "before", `"2024-01-02"`, `"2024-01-01"`, false},
		{"dateTime", "equals", `"2024-01-01T00:00:00Z"`, `"2024-01-01"`, true}, {"dateTime", "notEquals", `"2024-01-01"`, `"2024-01-02"`, true},
		{"dateTime", "afterOrEquals", `"2024-01-01"`, `"2024-01-01"`, true}, {"dateTime", "beforeOrEquals", `"2024-01-03"`, `"2024-01-01"`, false},
		{"dateTime", "empty", `null`, ``, true}, {"dateTime", "notEmpty", `"2024-01-01"`, ``, true}, {"dateTime", "notEquals", ``, `"2024-01-01"`, false},
		{"array", "contains", `[1,"a"]`, `"a"`, true}, {"array", "contains", `[1,"a"]`, `"A"`, false}, {"array", "notContains", `[1]`, `2`, true}, {"array", "contains", ``, `2`, false},
		{"array", "lengthEquals", `[1]`, `1`, true}, {"array", "lengthNotEquals", `[1]`, `1`, false}, {"array", "lengthGt", `[1]`, `0`, true}, {"array", "lengthLt", `[1]`, `0`, false},
		{"array", "lengthGte", `[1]`, `1`, true}, {"array", "lengthLte", `[1]`, `1`, true}, {"array", "empty", `[]`, ``, true}, {"array", "notEmpty", `[]`, ``, false},
		{"object", "empty", `{}`, ``, true}, {"object", "notEmpty", `{"a":1}`, ``, true}, {"object", "empty", `null`, ``, true}, {"object", "exists", `{}`, ``, true},
	}
	for _, test := range tests {
		got, err := pass(t, test.typ, test.op, test.left, test.right, `"typeValidation":"strict","caseSensitive":true,"version":2`)
		if err != nil || got != test.want {
			t.Errorf("%s %s %s %s: %v %v", test.left, test.typ, test.op, test.right, got, err)
		}
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	tests := []struct{ typ, op, left, right, options, want string }{
		{"number", "gt", `"5"`, `1`, `"typeValidation":"strict"`, "Wrong type: '5' is a string but was expecting a number [condition 0, item 0]"},
		{"string", "equals", `5`, `"5"`, `"typeValidation":"strict"`, "Wrong type: '5' is a number but was expecting a string [condition 0, item 0]"},
		{"object", "empty", `[]`, ``, `"typeValidation":"strict"`, "Wrong type: '' is an object but was expecting an object [condition 0, item 0]"},
		{"array", "empty", `"[]"`, ``, `"typeValidation":"strict"`, "Wrong type: '[]' is a string but was expecting an array [condition 0, item 0]"},
		{"boolean", "true", `"true"`, ``, `"typeValidation":"strict"`, "Wrong type: 'true' is a string but was expecting a boolean [condition 0, item 0]"},
		{"dateTime", "after", `"x"`, `"2024-01-01"`, `"typeValidation":"strict"`, "Wrong type: 'x' is a string but was expecting a dateTime [condition 0, item 0]"},
		{"number", "gt", `5`, `"={{ $json.t }}"`, `"typeValidation":"strict"`, "Wrong type: 'abc' is a string but was expecting a number [condition 0, item 0]"},
		{"dateTime", "empty", `""`, ``, `"typeValidation":"strict"`, "Wrong type: '' is a string but was expecting a dateTime [condition 0, item 0]"},
		{"string", "exists", `5`, ``, `"typeValidation":"strict"`, "Wrong type: '5' is a number but was expecting a string [condition 0, item 0]"},
		{"number", "gt", `"5"`, `"3"`, `"typeValidation":"strict"`, "Comparison type expects a number but both fields are a string"},
		{"string", "equals", `{"a":1}`, `[1]`, `"typeValidation":"strict"`, "Comparison type expects a string but both fields are an object"},
		{"array", "lengthGt", `"x"`, `"y"`, ``, "Comparison type expects an array but both fields are a string"},
		{"number", "gt", `5`, `"={{ '3' }}"`, `"typeValidation":"strict"`, "Wrong type: '3' is a string but was expecting a number [condition 0, item 0]"},
		{"string", "equals", `"x"`, `5`, `"typeValidation":"strict"`, "Wrong type: '5' is a number but was expecting a string [condition 0, item 0]"},
		{"number", "gt", `5`, `"abc"`, `"typeValidation":"strict"`, "Wrong type: 'abc' is a string but was expecting a number [condition 0, item 0]"},
		{"string", "regex", `"a"`, `"("`, ``, "Invalid regular expression"},
		{"string", "like", `"a"`, `"a"`, ``, "false"},
		{"number", "gt", `"5"`, `"1"`, ``, "true"},
		{"number", "gt", `"x"`, `"1"`, ``, "Conversion error: the string 'x' can't be converted to a number [condition 0, item 0]"},
		{"boolean", "true", `"false"`, ``, `"version":2`, "false"},
		{"boolean", "true", `"false"`, ``, `"version":1`, "true"},
		{"boolean", "true", `"yes"`, ``, `"version":2`, "true"},
		{"string", "equals", `5`, `"5"`, ``, "true"},
		{"string", "equals", `"A"`, `"a"`, `"caseSensitive":false`, "true"},
		{"array", "contains", `["A"]`, `"a"`, `"caseSensitive":false`, "true"},
		{"string", "regex", `"Dee"`, `"^[a-z]"`, `"caseSensitive":false`, "true"},
		{"string", "regex", `"Dee"`, `"^D"`, `"caseSensitive":false`, "false"},
		{"string", "regex", `"a"`, `"={{ $json.t }}"`, ``, "false"},
		{"string", "regex", `"a"`, `"={{ $json.bad }}"`, ``, "Invalid regular expression"},
	}
	for _, test := range tests {
		c := compile(`{"c":{"options":{` + test.options + `},"conditions":[{"leftValue":` + test.left + `,"rightValue":` + or(test.right, `""`) + `,"operator":` + operatorJSON(test.typ, test.op) + `}]}}`)
		f := NewFilter(c, "c")
		ok, err := f.Pass(call(t, `{"t":"abc","bad":"("}`), 0)
		got := map[bool]string{true: "true", false: "false"}[ok]
		if err != nil {
			got = err.Error()
		}
		if c.Err() != nil || !strings.HasPrefix(got, test.want) {
			t.Errorf("%+v: %s %v", test, got, c.Err())
		}
	}
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

func TestTheRightSideIsOfTheOperatorsTypeUnlessItSaysSo(t *testing.T) {
	t.Parallel()
	c := compile(`{"c":{"conditions":[{"leftValue":[1],"rightValue":"","operator":{"type":"array","operation":"notEmpty"}}]}}`)
	_, err := NewFilter(c, "c").Pass(call(t, `{}`), 0)
	if err == nil || err.Error() != "Conversion error: the string '' can't be converted to an array [condition 0, item 0]" {
		t.Error(err)
	}
}

func TestUnknownOperationsAreRemarked(t *testing.T) {
	t.Parallel()
	c := compile(`{"c":{"conditions":[{"operator":{"type":"string","operation":"like"}}]}}`)
	NewFilter(c, "c")
	if c.Err() != nil || len(c.Remarks()) != 1 {
		t.Error(c.Err(), c.Remarks())
	}
}

func TestCombinators(t *testing.T) {
	t.Parallel()
	condition := func(v string) string {
		return `{"leftValue":` + v + `,"operator":{"type":"boolean","operation":"true"}}`
	}
	for name, want := range map[string]bool{"and true true": true, "and true false": false, "or false true": true, "or false false": false} {
		word := strings.Fields(name)
		c := compile(`{"c":{"combinator":"` + word[0] + `","conditions":[` + condition(word[1]) + `,` + condition(word[2]) + `]}}`)
		if got, err := NewFilter(c, "c").Pass(call(t, `{}`), 0); got != want || err != nil {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	if got, err := NewFilter(compile(`{}`), "c").Pass(call(t, `{}`), 0); !got || err != nil {
		t.Error("no conditions: every item passes")
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{"c":"={{ $json.c }}"}`:     "must be an object",
		`{"c":{"combinator":"xor"}}`: "xor",
		`{"c":{"conditions":[{"operator":{"type":"color","operation":"equals"}}]}}`:                       "color",
		`{"c":{"conditions":[{"operator":{"type":"array","operation":"contains","rightType":"color"}}]}}`: "color",
	} {
		c := compile(params)
		NewFilter(c, "c")
		if err := c.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", params, err, want)
		}
	}
}

func TestOlderComparisons(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		typ, op, a, b string
		want          bool
	}{
		{"number", "", `1`, `2`, true}, {"number", "smallerEqual", `2`, `2`, true}, {"number", "larger", `3`, `2`, true}, {"number", "largerEqual", `1`, `2`, false},
		{"number", "larger", `null`, `-1`, true}, {"number", "equal", `"1"`, `1`, false}, {"number", "notEqual", `"1"`, `1`, true},
		{"number", "isEmpty", `null`, `0`, true}, {"number", "isNotEmpty", `0`, `0`, true}, {"number", "isEmpty", `{}`, `0`, true}, {"number", "isEmpty", `[1]`, `0`, false},
		{"boolean", "", `true`, `true`, true}, {"boolean", "notEqual", `true`, `true`, false},
		{"string", "", `"a"`, `"a"`, true}, {"string", "contains", `"abc"`, `"b"`, true}, {"string", "notContains", `null`, `"b"`, true}, {"string", "contains", `12`, `1`, true},
		{"string", "startsWith", `"abc"`, `"a"`, true}, {"string", "notStartsWith", `"abc"`, `"a"`, false}, {"string", "endsWith", `"abc"`, `"c"`, true}, {"string", "notEndsWith", `"abc"`, `"c"`, false},
		{"string", "regex", `"abc"`, `"/B/i"`, true}, {"string", "notRegex", `"abc"`, `"b"`, false}, {"string", "isEmpty", `""`, `""`, true},
		{"dateTime", "", `"2024-01-02"`, `"2024-01-01"`, true}, {"dateTime", "before", `"2024-01-02"`, `"2024-01-01"`, false},
	} {
		op := item.String(test.op)
		if test.op == "" {
			op = item.Undefined
		}
		compare, err := NewComparison(test.typ, op)
		if err != nil {
			t.Errorf("%+v: %v", test, err)
			continue
		}
		if got, err := compare(item.MustParse(test.a), item.MustParse(test.b)); err != nil || got != test.want {
			t.Errorf("%+v: %v %v", test, got, err)
		}
	}
	for _, bad := range []string{"boolean smaller", "dateTime equal", "number contains", "string smaller", "color equal"} {
		w := strings.Fields(bad)
		if _, err := NewComparison(w[0], item.String(w[1])); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

func TestOlderLists(t *testing.T) {
	t.Parallel()
	params := `{"c":{"boolean":[{"value1":true}],"number":[{"value1":1,"value2":2}]}}`
	for enough, want := range map[bool]bool{true: true, false: false} {
		c := compile(params)
		if got, err := NewLegacy(c, "c", enough).Pass(call(t, `{}`), 0); got != want || err != nil || c.Err() != nil {
			t.Errorf("one is enough %v: %v %v %v", enough, got, err, c.Err())
		}
	}
	c := compile(`{"c":{"dateTime":[{"value1":"never","value2":"2024-01-01"}]}}`)
	if _, err := NewLegacy(c, "c", true).Pass(call(t, `{}`), 0); err == nil || !strings.Contains(err.Error(), "The value \"never\" is not a valid DateTime.") {
		t.Error(err)
	}
	c = compile(`{"c":{"dateTime":[{"value1":"2024-01-01"}]}}`)
	if _, err := NewLegacy(c, "c", true).Pass(call(t, `{}`), 0); err == nil {
		t.Error("an empty date is taken")
	}
	c = compile(`{"c":{"string":[{"operation":"like"}]}}`)
	if NewLegacy(c, "c", true); c.Err() == nil {
		t.Error("an unknown operation is taken")
	}
}

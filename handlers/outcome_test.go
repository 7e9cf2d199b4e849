package handlers

import (
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// itemsOfJSON reads a list of stored items.
func itemsOfJSON(t *testing.T, text string) []item.Item {
	t.Helper()
	list, err := item.ParseItems([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func listsText(lists [][]item.Item) string {
	text := ""
	for _, l := range lists {
		text += string(item.AppendItems(nil, l)) + "\n"
	}
	return text
}

func TestErrorsGoToTheirOwnOutput(t *testing.T) {
	t.Parallel()
	in := nodes.Inputs{itemsOfJSON(t, `[{"json":{"i":0,"error":"old"}},{"json":{"i":1}}]`)}
	lists := [][]item.Item{
		itemsOfJSON(t, `[{"json":{"ok":1}},{"json":{"error":"a"},"pairedItem":{"item":1}},{"json":{"error":"a","message":""},"pairedItem":[{"item":0},{"item":1}]}]`),
		itemsOfJSON(t, `[{"json":{"error":"a","x":1}},{"json":{"error":""}},{"json":{"error":false,"message":"m"}},{"json":{"error":{"m":1}}},{"json":{"error":"a"},"pairedItem":{"item":9}}]`),
		itemsOfJSON(t, `[{"json":{"beyond":"what the step declares"}}]`),
	}
	want := `[{"json":{"ok":1}}]
[{"json":{"error":"a","x":1}},{"json":{"error":""}},{"json":{"error":false,"message":"m"}}]
[{"json":{"i":1,"error":"a"},"pairedItem":{"item":1}},{"json":{"i":0,"error":"a","message":""},"pairedItem":[{"item":0},{"item":1}]},{"json":{"error":{"m":1}}},{"json":{"error":"a"},"pairedItem":{"item":9}}]
`
	if got := listsText(divert(lists, 2, in)); got != want {
		t.Errorf("diverted to\n%swant\n%s", got, want)
	}
	if got := listsText(divert(nil, 1, in)); got != "[]\n[]\n" {
		t.Errorf("of nothing came %s", got)
	}
}

func TestItemsArePairedWhereItIsPlain(t *testing.T) {
	t.Parallel()
	const none, one, two, three = `[]`, `[{"json":{}}]`, `[{"json":{}},{"json":{}}]`, `[{"json":{}},{"json":{}},{"json":{}}]`
	for name, c := range map[string]struct {
		in   []string
		out  []string
		want string
	}{
		"one item in":            {[]string{one}, []string{two, one}, `[{"json":{},"pairedItem":{"item":0}},{"json":{},"pairedItem":{"item":0}}]` + "\n" + `[{"json":{},"pairedItem":{"item":0}}]` + "\n"},
		"as many as came in":     {[]string{two}, []string{two}, `[{"json":{},"pairedItem":{"item":0}},{"json":{},"pairedItem":{"item":1}}]` + "\n"},
		"one item out":           {[]string{three}, []string{one}, `[{"json":{},"pairedItem":{"item":0}}]` + "\n"},
		"another number":         {[]string{three}, []string{two}, two + "\n"},
		"as many, on two":        {[]string{two}, []string{two, none}, two + "\n[]\n"},
		"two inputs":             {[]string{one, one}, []string{one}, one + "\n"},
		"nothing in":             {[]string{none}, []string{one}, one + "\n"},
		"what is said stays":     {[]string{one}, []string{`[{"json":{},"pairedItem":{"item":7}}]`}, `[{"json":{},"pairedItem":{"item":7}}]` + "\n"},
		"also that there is non": {[]string{one}, []string{`[{"json":{},"pairedItem":[]}]`}, `[{"json":{},"pairedItem":[]}]` + "\n"},
	} {
		var in nodes.Inputs
		for _, text := range c.in {
			in = append(in, itemsOfJSON(t, text))
		}
		var lists [][]item.Item
		for _, text := range c.out {
			lists = append(lists, itemsOfJSON(t, text))
		}
		pair(lists, in)
		if got := listsText(lists); got != c.want {
			t.Errorf("%s:\n%swant\n%s", name, got, c.want)
		}
	}
}

func TestFirstItemReportsAFailure(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[]`: "", `[{"json":{"a":1}}]`: "", `[{"json":{"a":1}},{"json":{"error":"x"}}]`: "",
		`[{"json":{"error":"x","y":1}}]`: "x", `[{"json":{"error":{"message":"m"}}}]`: "m", `[{"json":{"error":null}}]`: "null",
	} {
		got := ""
		if e := reportedFailure([][]item.Item{itemsOfJSON(t, text)}); e != nil {
			got = e.Message
		}
		if got != want {
			t.Errorf("%s reports %q, want %q", text, got, want)
		}
	}
	if reportedFailure(nil) != nil {
		t.Error("no output reports a failure")
	}
}

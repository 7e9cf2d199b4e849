package reference_test

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/catalogue/full"
	"github.com/jobsprint/jobsprint/nodes/net"
	"github.com/jobsprint/jobsprint/nodes/reference"
)

func definition() nodes.Definition {
	return nodes.Definition{
		Type: "pack.join", Aliases: []string{"pack.glue"}, Versions: []float64{1, 1.1, 2}, Class: nodes.Effect, Repeat: "safe",
		Name: "Join", Doc: "Joins texts.", Group: "data", Icon: "merge", Inputs: []string{"main"},
		Credentials: []nodes.Credential{{Type: "glueApi", Required: true, ShowWhen: []nodes.Condition{nodes.When("mode", "strong")}}},
		Fields: []nodes.Field{
			nodes.ChoiceField("mode", "Mode", "How it holds.", nodes.Choose("weak", "Weak"), nodes.Option{Value: "strong", Label: "Strong", Doc: "Needs a key."}),
			nodes.TextField("old", "Old", "a|b", "").Show(nodes.When("@version", 1, 1.1)),
			nodes.FlagField("deep", "Deep", false, "Not on top.").Show(nodes.When("@version", 2), nodes.When("mode", "weak", "strong", "none")),
			{Name: "late", Label: "Late", Kind: "string", Required: true, HideWhen: []nodes.Condition{nodes.When("@version", 1), nodes.When("mode", "weak")}},
			nodes.OptionsField("options", "Options", nodes.ListField("parts", "Parts",
				nodes.NumberField("width", "Width", 2, "").Show(nodes.When("@version", 2)))),
		},
		Examples: []nodes.Example{
			{Name: "Two", Params: `{"mode":"weak"}`, In: `[{}]`, Out: `[[{}]]`},
			{Name: "Old", Version: 1, Params: `{}`, In: `[{}]`, Error: "no <key>"},
		},
	}
}

func paths(d nodes.Definition) string {
	var out []string
	for _, l := range reference.Lines(&d) {
		out = append(out, l.Path)
	}
	return strings.Join(out, " ")
}

func TestAVersionHasItsFieldsOnly(t *testing.T) {
	t.Parallel()
	d := definition()
	for version, want := range map[float64]string{
		1:   "mode old options options.parts",
		1.1: "mode old late options options.parts",
		2:   "mode deep late options options.parts options.parts[].width",
	} {
		one, ok := reference.ForVersion(&d, version)
		if got := paths(one); !ok || got != want {
			t.Errorf("version %v has %s, want %s", version, got, want)
		}
		for _, l := range reference.Lines(&one) {
			if when := reference.When(l.Field); strings.Contains(when, "version") {
				t.Errorf("version %v speaks of versions: %s is shown when %s", version, l.Path, when)
			}
		}
	}
	if _, ok := reference.ForVersion(&d, 3); ok {
		t.Error("there is a version 3")
	}
	if two, _ := reference.ForVersion(&d, 2); len(two.Examples) != 1 || two.Examples[0].Name != "Two" {
		t.Errorf("the newest version has the examples %v", two.Examples)
	}
	if len(d.Fields[2].ShowWhen) != 2 {
		t.Error("the definition itself was changed")
	}
}

func TestConditionsAreWords(t *testing.T) {
	t.Parallel()
	d := definition()
	for i, want := range []string{"", "version 1 or 1.1", "version 2, mode is weak, strong or none", "not version 1, mode is not weak", ""} {
		if got := reference.When(d.Fields[i]); got != want {
			t.Errorf("%s is shown when %q, want %q", d.Fields[i].Name, got, want)
		}
	}
}

func TestAPageSaysAll(t *testing.T) {
	t.Parallel()
	d := definition()
	page := reference.Markdown(&d)
	for _, want := range []string{
		reference.Marker, "# Join\n", "| type | `pack.join` |", "| also | `pack.glue` |", "| versions | 1, 1.1, 2 |",
		"repeating is safe", "| outputs | none |", "| credential | `glueApi`, required, when mode is strong |",
		"| `mode` | options | `\"weak\"` |  | Mode: How it holds. One of `weak` Weak; `strong` Strong (Needs a key). |",
		"| `old` | string | `\"a\\|b\"` | version 1 or 1.1 | Old |", "| `late` | string, required |",
		"| `options.parts` | collection, several |", "| `options.parts[].width` | number | `2` | version 2 | Width |",
		"### Two\nVersion 2\n", "### Old\nVersion 1\n", "It fails: no &lt;key>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

func TestEveryTypeIsInTheIndex(t *testing.T) {
	t.Parallel()
	defs := full.Definitions(net.Options{})
	index := reference.Index(defs)
	for i := range defs {
		if !strings.Contains(index, "`"+defs[i].Type+"`") {
			t.Errorf("%s is in no group of the index: %s", defs[i].Type, defs[i].Group)
		}
		for _, v := range defs[i].Versions {
			if _, ok := reference.ForVersion(&defs[i], v); !ok {
				t.Errorf("%s has no version %v", defs[i].Type, v)
			}
		}
	}
}

package catalogue_test

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/catalogue"
)

func definition(typ string, aliases ...string) nodes.Definition {
	return nodes.Definition{
		Type: typ, Aliases: aliases, Versions: []float64{1}, Class: nodes.Pure, Name: "N", Doc: "D.", Group: "flow",
		New: func(*nodes.Compile) (nodes.Node, error) { return nil, nil },
	}
}

func TestACatalogueIsAValue(t *testing.T) {
	t.Parallel()
	first, err := catalogue.New(definition("b"), definition("a", "old-a"))
	if err != nil {
		t.Fatal(err)
	}
	if d, ok := first.Find("old-a"); !ok || d.Type != "a" {
		t.Error("the alias is not found")
	}
	if _, ok := first.Find("c"); ok {
		t.Error("an unknown type is found")
	}
	more, err := first.With(definition("c"), definition("a"))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := more.Find("old-a"); ok || len(more.All()) != 3 || more.All()[0].Type != "a" {
		t.Errorf("%+v", more.All())
	}
	less, err := more.Without("c", "b")
	if err != nil || len(less.All()) != 1 || len(first.All()) != 2 {
		t.Error(err, less.All())
	}
}

func TestTheVersionFollowsTheDefinitions(t *testing.T) {
	t.Parallel()
	version := func(defs ...nodes.Definition) string {
		c, err := catalogue.New(defs...)
		if err != nil {
			t.Fatal(err)
		}
		return c.Version()
	}
	changed := definition("a")
	changed.Doc = "Other."
	if version(definition("a"), definition("b")) != version(definition("b"), definition("a")) {
		t.Error("the order of the list counts")
	}
	if version(definition("a")) == version(changed) || !strings.HasPrefix(version(changed), "1-") {
		t.Error("a change does not show")
	}
}

func TestWhatADefinitionMustHave(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*nodes.Definition){
		"no type":    func(d *nodes.Definition) { d.Type = "" },
		"no version": func(d *nodes.Definition) { d.Versions = nil },
		"ascending":  func(d *nodes.Definition) { d.Versions = []float64{2, 1} },
		"no New":     func(d *nodes.Definition) { d.New = nil },
		"a doc":      func(d *nodes.Definition) { d.Doc = "" },
		"repeated":   func(d *nodes.Definition) { d.Class = nodes.Effect },
		"taken":      func(d *nodes.Definition) { d.Aliases = []string{"x"} },
	} {
		d := definition("t")
		change(&d)
		if _, err := catalogue.New(definition("x"), d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestNewChecksNamesAndVersions(t *testing.T) {
	t.Parallel()
	c, err := catalogue.New(definition("t"))
	if err != nil {
		t.Fatal(err)
	}
	d, _ := c.Find("t")
	for _, build := range []func(*nodes.Compile) (nodes.Node, error){d.New, d.Build} {
		in := &nodes.Compile{Type: "t", Version: 1, Params: item.MustParse(`{"x":1}`), Engine: expression.NewCompiled()}
		if _, err := build(in); err != nil || len(in.Remarks()) != 1 || strings.Count(in.Remarks()[0].Error(), `"x"`) != 1 {
			t.Errorf("remarks %v, error %v", in.Remarks(), err)
		}
		if _, err := build(&nodes.Compile{Version: 2}); err == nil {
			t.Error("version 2 is taken")
		}
	}
}

func TestLookupKnowsWhatPeopleSay(t *testing.T) {
	t.Parallel()
	def := func(typ, name string, aliases ...string) nodes.Definition {
		return nodes.Definition{Type: typ, Aliases: aliases, Versions: []float64{1}, Class: nodes.Pure, Name: name, Doc: "d", Group: "data",
			New: func(*nodes.Compile) (nodes.Node, error) { return nil, nil }}
	}
	c, err := catalogue.New(def("a.set", "Edit Fields"), def("b.set", "Other Set", "b.put"), def("a.if", "If"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a.set": "a.set", "A.SET": "a.set", "if": "a.if", "put": "b.set", "edit fields": "a.set"} {
		if d, _ := c.Lookup(name); d == nil || d.Type != want {
			t.Errorf("%s finds %v, want %s", name, d, want)
		}
	}
	if d, several := c.Lookup("set"); d != nil || len(several) != 2 {
		t.Errorf("a name of two types finds %v %v", d, several)
	}
	if d, several := c.Lookup("none"); d != nil || several != nil {
		t.Errorf("a name of none finds %v %v", d, several)
	}
}

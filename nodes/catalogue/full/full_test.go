package full_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/catalogue"
	"github.com/jobsprint/jobsprint/nodes/catalogue/full"
	"github.com/jobsprint/jobsprint/nodes/net"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

func all(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.New(full.Definitions(net.Options{})...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryDefinitionOfTheSourceIsInTheCatalogue(t *testing.T) {
	t.Parallel()
	c := all(t)
	var found []string
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if pair, ok := n.(*ast.KeyValueExpr); ok {
				key, isName := pair.Key.(*ast.Ident)
				value, isText := pair.Value.(*ast.BasicLit)
				if isName && isText && key.Name == "Type" && strings.Contains(value.Value, ".") {
					found = append(found, strings.Trim(value.Value, `"`))
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 13 {
		t.Fatalf("found only %v in the source", found)
	}
	for _, typ := range found {
		if _, ok := c.Find(typ); !ok {
			t.Errorf("%s stands in the source and is not in the catalogue", typ)
		}
	}
	if len(found) != len(c.All()) {
		t.Errorf("the source has %d definitions, the catalogue %d", len(found), len(c.All()))
	}
}

func TestEveryExampleRuns(t *testing.T) {
	t.Parallel()
	for _, d := range all(t).All() {
		if len(d.Examples) == 0 && d.Class != nodes.Effect && !d.Note {
			t.Errorf("%s has no example", d.Type)
		}
		for _, e := range d.Examples {
			t.Run(d.Type+"/"+e.Name, func(t *testing.T) {
				t.Parallel()
				step := nodetest.Step{Definition: d, Version: e.Version, Params: e.Params, Name: "Step"}
				result, err := step.Run(t, nodetest.Inputs(e.In))
				if e.Error != "" {
					if err == nil || err.Error() != e.Error {
						t.Fatalf("error %v, want %q", err, e.Error)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if got := nodetest.Outputs(result.Outputs); got != item.MustParse(e.Out).JSON() {
					t.Errorf("got %s\nwant %s", got, e.Out)
				}
			})
		}
	}
}

func TestDefinitionsRoundTripAsJSON(t *testing.T) {
	t.Parallel()
	for _, d := range all(t).All() {
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatalf("%s: %v", d.Type, err)
		}
		var back nodes.Definition
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatalf("%s: %v", d.Type, err)
		}
		again, err := json.Marshal(back)
		if err != nil {
			t.Fatal(err)
		}
		if string(again) != string(data) {
			t.Errorf("%s changes:\n%s\n%s", d.Type, data, again)
		}
		if back.Type != d.Type || !reflect.DeepEqual(back.Versions, d.Versions) || len(back.Fields) != len(d.Fields) {
			t.Errorf("%s lost data: %+v", d.Type, back)
		}
	}
}

func TestFieldsAreSound(t *testing.T) {
	t.Parallel()
	for _, d := range all(t).All() {
		names := map[string]bool{"@version": true}
		shown := map[string]bool{}
		for _, f := range d.Fields {
			when, err := json.Marshal([]any{f.Name, f.ShowWhen, f.HideWhen})
			if err != nil || shown[string(when)] {
				t.Errorf("%s shows the field %s twice at a time", d.Type, f.Name)
			}
			names[f.Name], shown[string(when)] = true, true
		}
		var check func(path string, fields []nodes.Field, known map[string]bool)
		check = func(path string, fields []nodes.Field, known map[string]bool) {
			here := map[string]bool{}
			for k := range known {
				here[k] = true
			}
			for _, f := range fields {
				here[f.Name] = true
			}
			for _, f := range fields {
				if f.Name == "" || f.Label == "" || !slices.Contains(nodes.FieldKinds, f.Kind) {
					t.Errorf("%s: field %s%s lacks a name, a label or a kind", d.Type, path, f.Name)
				}
				for _, when := range f.ShowWhen {
					if !here[when.Field] || len(when.Values) == 0 {
						t.Errorf("%s: field %s%s is shown by %q, which is not there", d.Type, path, f.Name, when.Field)
					}
				}
				check(path+f.Name+".", f.Fields, here)
			}
		}
		check("", d.Fields, names)
	}
}

func TestParametersThatNobodyDeclaredAreRemarked(t *testing.T) {
	t.Parallel()
	for _, d := range all(t).All() {
		if d.Note {
			continue
		}
		for _, v := range d.Versions {
			in := &nodes.Compile{Type: d.Type, Version: v, Params: item.MustParse(`{"path":"p","surprise":1}`), Engine: nodetest.Engine()}
			_, err := d.Build(in)
			named := func(e error) bool { return strings.Contains(e.Error(), `"surprise"`) }
			if !slices.ContainsFunc(in.Remarks(), named) || err != nil && named(err) {
				t.Errorf("%s version %v says of a parameter that it does not know %v, and %v", d.Type, v, in.Remarks(), err)
			}
		}
		if _, err := (nodetest.Step{Definition: d, Version: 99}).Compile(); err == nil {
			t.Errorf("%s takes version 99", d.Type)
		}
	}
}

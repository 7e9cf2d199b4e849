package nodes_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

func compile(params string) *nodes.Compile {
	return &nodes.Compile{Type: "t", Version: 1, Params: item.MustParse(params), Engine: expression.NewCompiled()}
}

func call(t *testing.T, items string) *nodes.Call {
	t.Helper()
	return nodetest.Step{}.Call(t.Context(), nodetest.Inputs(items))
}

func TestParametersDifferFromItemToItem(t *testing.T) {
	t.Parallel()
	c := compile(`{"a":{"t":"={{ $json.n }}!","n":"={{ $json.n }}","f":"={{ $json.n > 1 }}","any":["={{ $json.n }}",2]}}`)
	text, number := nodes.Text(c, "a.t", ""), nodes.Num(c, "a.n", 0)
	flag, list := nodes.Flag(c, "a.f", false), nodes.Any(c, "a.any", item.Null)
	if err := c.Err(); err != nil {
		t.Fatal(err)
	}
	run := call(t, `[{"n":1},{"n":2}]`)
	for i, want := range []string{`1! 1 false [1,2]`, `2! 2 true [2,2]`} {
		s, err1 := text.At(run, i)
		n, err2 := number.At(run, i)
		f, err3 := flag.At(run, i)
		v, err4 := list.At(run, i)
		got := strings.Join([]string{s, item.FormatNumber(n), item.Bool(f).ToString(), v.JSON()}, " ")
		if err := errors.Join(err1, err2, err3, err4); err != nil || got != want {
			t.Errorf("item %d: %s %v, want %s", i, got, err, want)
		}
	}
	if _, fixed := text.Fixed(); fixed {
		t.Error("an expression is not fixed")
	}
	if _, err := text.At(run, 2); nodetest.StepError(t, err).Code != "step.item" {
		t.Error(err)
	}
}

func TestDefaultsStandForWhatIsAbsent(t *testing.T) {
	t.Parallel()
	c := compile(`{"null":null,"yes":"TRUE","no":""}`)
	text, _ := nodes.Text(c, "t", "def").Fixed()
	number, _ := nodes.Num(c, "n", 4).Fixed()
	flag, _ := nodes.Flag(c, "f", true).Fixed()
	null, _ := nodes.Text(c, "null", "def").Fixed()
	yes, _ := nodes.Flag(c, "yes", false).Fixed()
	no, _ := nodes.Flag(c, "no", true).Fixed()
	if text != "def" || number != 4 || !flag || null != "" || !yes || no || c.Err() != nil {
		t.Error(text, number, flag, null, yes, no, c.Err())
	}
}

func TestAParameterThatFailsNamesItselfAndTheItem(t *testing.T) {
	t.Parallel()
	c := compile(`{"n":"={{ $json.n }}","gone":"={{ $('Gone').item.json.a }}"}`)
	number, gone := nodes.Num(c, "n", 0), nodes.Text(c, "gone", "")
	run := call(t, `[{"n":1},{"n":"x"}]`)
	if _, err := number.At(run, 0); err != nil {
		t.Error(err)
	}
	_, err := number.At(run, 1)
	if f := nodetest.StepError(t, err); f.Code != "parameter" || f.Item != 2 || f.Description != `in parameter "n"` || f.Message != `it must be a number, not "x"` {
		t.Errorf("%+v", f)
	}
	_, err = gone.At(run, 0)
	if f := nodetest.StepError(t, err); f.Code != expression.CodeReference || !strings.Contains(f.Description, "$('Gone')") {
		t.Errorf("%+v", f)
	}
}

func TestABatchThatIsInterruptedIsNoItemsFault(t *testing.T) {
	t.Parallel()
	p := nodes.Text(compile(`{"t":"={{ $json.n }}"}`), "t", "")
	ctx, cancel := context.WithCancel(t.Context())
	run := nodetest.Step{}.Call(ctx, nodetest.Inputs(`[{"n":1}]`))
	cancel()
	if _, err := p.At(run, 0); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	run.Continue = true
	if _, err := run.Failed(0, context.Canceled); !errors.Is(err, context.Canceled) {
		t.Error("a canceled step goes on")
	}
}

func TestFixedParameters(t *testing.T) {
	t.Parallel()
	c := compile(`{"a":"={{ 'x' }}","n":"5","f":"true","list":{"one":1},"many":[1,2]}`)
	if c.FixedText("a", "") != "x" || c.FixedNumber("n", 0) != 5 || !c.FixedFlag("f", false) || c.FixedText("none", "d") != "d" {
		t.Error("fixed values", c.Err())
	}
	if c.Choice("a", "y", "x") != "x" || len(c.List("list")) != 1 || len(c.List("many")) != 2 || c.List("a") != nil {
		t.Error("choices and lists", c.Err())
	}
	if err := c.Err(); err != nil {
		t.Fatal(err)
	}
	for params, want := range map[string]string{
		`{"p":"={{ $json.a }}"}`: `parameter "p": it must be a fixed value`,
		`{"p":"={{ ( }}"}`:       `parameter "p": `,
		`{"p":"what"}`:           `parameter "p": "what" is not supported for t version 1; choose "a", "b" or "c"`,
	} {
		c := compile(params)
		if got := c.Choice("p", "a", "c", "b"); got != "a" || c.Err() == nil || !strings.HasPrefix(c.Err().Error(), want) {
			t.Errorf("%s: %s %v", params, got, c.Err())
		}
	}
	c = compile(`{"n":"x","f":"x","p":"x"}`)
	if c.FixedNumber("n", 3) != 3 || !c.FixedFlag("f", true) || c.Choice("p", "a") != "a" {
		t.Error("defaults stand for what is wrong")
	}
	var param *nodes.ParamError
	if err := c.Err(); !errors.As(err, &param) || strings.Count(err.Error(), "parameter") != 3 || param.Unwrap() == nil {
		t.Error(c.Err())
	}
}

func TestBrokenParameters(t *testing.T) {
	t.Parallel()
	c := compile(`{"t":"={{ ( }}","n":"x"}`)
	text := nodes.Text(c, "t", "")
	nodes.Num(c, "n", 0)
	if err := c.Err(); err == nil || strings.Count(err.Error(), "parameter") != 1 {
		t.Errorf("a value that is no number: %v", err)
	}
	// A broken expression is remarked upon and fails where it is evaluated.
	if list := c.Remarks(); len(list) != 1 || !strings.HasPrefix(list[0].Error(), `parameter "t": `) {
		t.Errorf("remarks %v", list)
	}
	call := &nodes.Call{Context: t.Context(), Batch: expression.Batch{Items: make([]item.Item, 2)}}
	for i := range 2 {
		_, err := text.At(call, i)
		var failure *nodes.StepError
		if !errors.As(err, &failure) || failure.Item != i+1 || failure.Code != expression.CodeSyntax {
			t.Errorf("item %d: %#v", i, err)
		}
	}
}

func definition() nodes.Definition {
	return nodes.Definition{
		Type: "t", Versions: []float64{1, 2},
		Fields: []nodes.Field{
			nodes.TextField("a", "A", "", "").Need(),
			nodes.OptionsField("options", "Options", nodes.FlagField("x", "X", false, ""), nodes.GroupField("g", "G", "", nodes.ListField("values", "Values", nodes.NumberField("n", "N", 0, "")))),
		},
		Ignored: []string{"notice"},
		New:     func(*nodes.Compile) (nodes.Node, error) { return nil, nil },
	}
}

func TestNamesAreCheckedAtAnyDepth(t *testing.T) {
	t.Parallel()
	d := definition()
	c := compile(`{"a":{"free":1},"notice":"","options":{"x":true,"g":{"values":[{"n":1},{"n":2}]}}}`)
	if _, err := d.Build(c); err != nil {
		t.Error(err)
	}
	c = compile(`{"b":1,"options":{"y":1,"g":{"values":[{"n":1},{"m":2}],"w":[]}}}`)
	if _, err := d.Build(c); err != nil {
		t.Error(err)
	}
	err := errors.Join(c.Remarks()...)
	for _, name := range []string{`"b"`, `"options.y"`, `"options.g.values[1].m"`, `"options.g.w"`} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named: %v", name, err)
		}
	}
	c = compile(`{}`)
	c.Version = 7
	if _, err := d.Build(c); err == nil || err.Error() != "version 7 of t is not known here; choose 1, 2" {
		t.Error(err)
	}
	d.New = func(*nodes.Compile) (nodes.Node, error) { return nil, errors.New("no") }
	if _, err := d.Build(compile(`{}`)); err == nil || err.Error() != "no" {
		t.Error(err)
	}
	if d.Newest() != 2 || !d.HasVersion(1) || d.HasVersion(3) {
		t.Error("versions")
	}
}

func TestConditionsHoldPlainValues(t *testing.T) {
	t.Parallel()
	f := nodes.TextField("a", "A", "", "").Show(nodes.When("b", "x", true, 1, 2.5)).Show(nodes.When("c", "y"))
	if len(f.ShowWhen) != 2 || item.Array(f.ShowWhen[0].Values).JSON() != `["x",true,1,2.5]` {
		t.Errorf("%+v", f.ShowWhen)
	}
	defer func() {
		if recover() == nil {
			t.Error("a list is taken")
		}
	}()
	nodes.When("b", []string{})
}

func TestInputs(t *testing.T) {
	t.Parallel()
	if (nodes.Inputs{}).First() != nil {
		t.Error("no inputs have no first")
	}
	if got := call(t, `[]`).Now(); !got.Equal(nodetest.Now) {
		t.Error(got)
	}
}

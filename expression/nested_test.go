package expression

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

func TestNested(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ raw, want string }{
		{`"={{ $json.id }}"`, `3`},
		{`{"a":"={{ $json.id }}","b":[1,"={{ $json.name }}!",{"c":"plain","d":null}],"e":"={{ 1 + 1 }}"}`,
			`{"a":3,"b":[1,"cy!",{"c":"plain","d":null}],"e":2}`},
		{`[[],{},"={{ $json.none }}"]`, `[[],{},null]`},
	} {
		p, err := Nested(NewCompiled(), item.MustParse(c.raw))
		if err != nil {
			t.Errorf("%s: %v", c.raw, err)
			continue
		}
		if _, ok := p.Constant(); ok {
			t.Errorf("%s: constant", c.raw)
		}
		out := make([]Outcome, 2)
		if err := p.Eval(context.Background(), shop(), out); err != nil || out[1].Err != nil || out[1].Value.JSON() != c.want {
			t.Errorf("%s: %v, %+v", c.raw, err, out[1])
		}
	}
}

func TestNestedConstant(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`5`:                             `5`,
		`[]`:                            `[]`,
		`{}`:                            `{}`,
		`"x"`:                           `"x"`,
		`{"a":["={{ 2 }}",{"b":"=c"}]}`: `{"a":[2,{"b":"c"}]}`,
	} {
		p, err := Nested(NewCompiled(), item.MustParse(raw))
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		v, ok := p.Constant()
		out := make([]Outcome, 1)
		if err := p.Eval(context.Background(), &Batch{Items: make([]item.Item, 1)}, out); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
		if !ok || v.JSON() != want || out[0].Value.JSON() != want {
			t.Errorf("%s: %s (constant %v), evaluates to %s", raw, v, ok, out[0].Value)
		}
	}
}

func TestNestedErrors(t *testing.T) {
	t.Parallel()
	_, err := Nested(NewCompiled(), item.MustParse(`{"list":[{"x":"ok"},{"x":"={{ 1 + }}"}]}`))
	var e *Error
	if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), "list[1].x: ") || e.Source != "={{ 1 + }}" {
		t.Errorf("%v", err)
	}
	p, err := Nested(NewCompiled(), item.MustParse(`["={{ $json.id }}","={{ $json.id === 2 ? $('Nope').item : 1 }}","={{ $('A').item }}","={{ $('A').item }}"]`))
	if err != nil {
		t.Fatal(err)
	}
	if r := p.Reads(); !equalLists(r.Paired, []string{"Nope", "A"}) || r.Dynamic {
		t.Errorf("reads %+v", r)
	}
	if p.Source() == "" {
		t.Error("no source")
	}
	out := make([]Outcome, 2)
	if err := p.Eval(context.Background(), shop(), out); err != nil || out[0].Err == nil || !out[0].Value.IsUndefined() {
		t.Errorf("%v, %+v", err, out)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.Eval(ctx, shop(), out); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

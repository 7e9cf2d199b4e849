package flow

import (
	"fmt"
	"math"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/condition"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

// MaxOutputs is the largest number of outputs that a step may have.
const MaxOutputs = 1000

// noOutput: an item goes nowhere.
const noOutput = -1

// Switch sends each item to one of many outputs: n8n's "switch".
func Switch() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.switch",
		Versions: []float64{1, 2, 3, 3.1, 3.2, 3.3, 3.4},
		Class:    nodes.Pure,
		Name:     "Switch",
		Doc:      "Sends every item to the output of the first rule that it meets, of all rules that it meets, or to the output that an expression names.",
		Group:    "flow",
		Icon:     "route",
		Inputs:   []string{"main"},
		Outputs:  []string{"0"},
		Fields:   switchFields(),
		Examples: switchExamples(),
		New:      newSwitch,
	}
}

// router sends items to outputs.
type router struct {
	version  float64
	outputs  int
	output   *nodes.Param[item.Value] // of expression mode
	rules    []rule
	all      bool // to all rules' outputs that match, not just the first
	fallback int
}

// rule leads to an output.
type rule struct {
	test   condition.Test
	output int
}

func newSwitch(c *nodes.Compile) (nodes.Node, error) {
	r := &router{version: c.Version, fallback: noOutput}
	if c.Choice("mode", "rules", "expression") == "expression" {
		output := nodes.Any(c, "output", item.Int(0))
		r.output, r.outputs = &output, expressionOutputs(c)
		return r, nil
	}
	if c.Version < 3 {
		r.oldRules(c)
	} else {
		r.newRules(c)
	}
	if r.outputs > MaxOutputs {
		c.Problem("rules", "a switch has %d outputs at most, not %d; split it", MaxOutputs, r.outputs)
	}
	return r, nil
}

func expressionOutputs(c *nodes.Compile) int {
	path := "numberOutputs"
	switch {
	case c.Version < 2:
		return 4
	case c.Version < 3:
		path = "outputsAmount"
	}
	n := c.FixedNumber(path, 4)
	if n < 1 || n > MaxOutputs || n != float64(int(n)) {
		c.Problem(path, "the number of outputs must be a whole number from 1 to %d, not %v", MaxOutputs, n)
		return 1
	}
	return int(n)
}

func (r *router) newRules(c *nodes.Compile) {
	for i := range c.List("rules.values") {
		r.rules = append(r.rules, rule{condition.NewFilter(c, fmt.Sprintf("rules.values[%d].conditions", i)), i})
	}
	r.outputs = len(r.rules)
	r.all = c.FixedFlag("options.allMatchingOutputs", false)
	switch raw := c.Constant("options.fallbackOutput", item.String("none")); raw.ToString() {
	case "none":
	case "extra":
		r.fallback = r.outputs
		r.outputs++
	default:
		r.fallback = checkOutput(c, "options.fallbackOutput", raw, r.outputs)
	}
	r.outputs = max(1, r.outputs)
}

// oldRules reads the rules of versions 1 and 2: one value is compared with the
// value of each. In version 1 a rule names its output.
func (r *router) oldRules(c *nodes.Compile) {
	r.outputs = 4
	if c.Version >= 2 {
		r.outputs = len(c.List("rules.rules"))
	}
	typ := c.Choice("dataType", "number", "boolean", "dateTime", "string")
	value := nodes.Any(c, "value1", item.Undefined)
	for i, raw := range c.List("rules.rules") {
		at := fmt.Sprintf("rules.rules[%d]", i)
		compare, err := condition.NewComparison(typ, raw.Get("operation"))
		if err != nil {
			c.Problem(at+".operation", "%w", err)
		}
		to := rule{test: &comparison{value, nodes.Any(c, at+".value2", oldValue2(typ)), compare}, output: i}
		if c.Version < 2 {
			to.output = checkOutput(c, at+".output", c.Constant(at+".output", item.Int(0)), r.outputs)
		}
		r.rules = append(r.rules, to)
	}
	if raw := c.Constant("fallbackOutput", item.Int(noOutput)); raw.ToNumber() != noOutput {
		r.fallback = checkOutput(c, "fallbackOutput", raw, r.outputs)
	}
}

func oldValue2(typ string) item.Value {
	switch typ {
	case "number":
		return item.Int(0)
	case "boolean":
		return item.False
	}
	return item.String("")
}

func checkOutput(c *nodes.Compile, path string, raw item.Value, outputs int) int {
	n := raw.ToNumber()
	if n >= 0 && n < float64(outputs) && n == float64(int(n)) {
		return int(n)
	}
	c.Problem(path, "there is no output %s; give a number from 0 to %d", raw.ToString(), outputs-1)
	return noOutput
}

// comparison is a rule of the older form.
type comparison struct {
	left, right nodes.Param[item.Value]
	compare     condition.Comparison
}

// Pass compares the two values.
func (p *comparison) Pass(c *nodes.Call, i int) (bool, error) {
	left, err := p.left.At(c, i)
	if err != nil {
		return false, err
	}
	right, err := p.right.At(c, i)
	if err != nil {
		return false, err
	}
	pass, err := p.compare(left, right)
	if err != nil {
		return false, nodes.Fail("switch.value", err.Error(), i)
	}
	return pass, nil
}

// Inputs is 1.
func (r *router) Inputs() int { return 1 }

// Outputs is how many outputs the parameters ask for.
func (r *router) Outputs() int { return r.outputs }

// Run sends each item where it belongs.
func (r *router) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	out := make([][]item.Item, r.outputs)
	for i, it := range in.First() {
		it.Paired = item.PairOf(i)
		if err := r.route(c, i, it, out); err != nil {
			failed, err := c.Failed(i, err)
			if err != nil {
				return nodes.Result{}, err
			}
			if len(out) > 0 {
				failed.Paired = item.NoPair() // as n8n's
				out[0] = append(out[0], failed)
			}
		}
	}
	return nodes.Result{Outputs: out}, nil
}

func (r *router) route(c *nodes.Call, i int, it item.Item, out [][]item.Item) error {
	if r.output != nil {
		return r.byNumber(c, i, it, out)
	}
	matched := false
	for k := range r.rules {
		pass, err := r.rules[k].test.Pass(c, i)
		if err != nil {
			return err
		}
		if !pass {
			continue
		}
		matched = true
		out[r.rules[k].output] = append(out[r.rules[k].output], it)
		if !r.all {
			break
		}
	}
	if !matched && r.fallback != noOutput {
		out[r.fallback] = append(out[r.fallback], it)
	}
	return nil
}

func (r *router) byNumber(c *nodes.Call, i int, it item.Item, out [][]item.Item) error {
	v, err := r.output.At(c, i)
	if err != nil {
		return err
	}
	n, err := outputNumber(v, r.version, i)
	if err != nil {
		return err
	}
	switch {
	case n != n:
		return noSuchOutput(i)
	case n < 0 || n >= float64(len(out)):
		return outsideOutputs(n, len(out), r.version, i)
	case n != float64(int(n)):
		return noSuchOutput(i)
	}
	out[int(n)] = append(out[int(n)], it)
	return nil
}

// outputNumber reads the number of an output; NaN where it is none. From version
// 3 on n8n checks its type.
func outputNumber(v item.Value, version float64, i int) (float64, error) {
	n := v.ToNumber()
	switch {
	case v.IsNullish(), version < 3 && v.Kind() == item.KindBool:
		return math.NaN(), nil
	case n != n && version >= 3:
		fail := nodes.Fail("switch.output", fmt.Sprintf("Invalid input for 'Output Index' [item %d]", i), i)
		fail.Description = typing.Expected("output", typing.Number, v)
		return n, fail
	}
	return n, nil
}

// noSuchOutput has n8n's words for a number that lies between two outputs, or is
// none at all.
func noSuchOutput(i int) error {
	fail := nodes.Fail("switch.output", "Cannot read properties of undefined (reading 'push')", i)
	fail.Description = "The output is no whole number"
	return fail
}

// outsideOutputs has n8n's words, the misspelt one included.
func outsideOutputs(n float64, outputs int, version float64, i int) error {
	text := item.FormatNumber(n)
	if version < 3 {
		return nodes.Fail("switch.output", fmt.Sprintf("The ouput %s is not allowed. It has to be between 0 and %d!", text, outputs-1), i)
	}
	message, description := "The ouput "+text+" is not allowed", fmt.Sprintf("It has to be between 0 and %d", outputs-1)
	if n == float64(outputs) {
		message += ". "
		description = fmt.Sprintf("Output indexes are zero based, if you want to use the extra output use %d", outputs-1)
	}
	fail := nodes.Fail("switch.output", message, i)
	fail.Description = description
	return fail
}

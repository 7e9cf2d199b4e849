package datatable

import (
	"strings"
	"unicode/utf16"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

// maxCompared is the longest text that is compared letter by letter.
const maxCompared = 20_000

func metricFields() []nodes.Field {
	set, custom := nodes.When("operation", "setMetrics"), nodes.When("metric", "customMetrics")
	when := func(f nodes.Field, metrics ...any) nodes.Field { return f.Show(set, nodes.When("metric", metrics...)) }
	return []nodes.Field{
		nodes.ChoiceField("metric", "Metric", "Version 4.6 has your own only. The first two need a language model, which cannot be connected here yet.",
			nodes.Choose("correctness", "Correctness"), nodes.Choose("helpfulness", "Helpfulness"), nodes.Choose("stringSimilarity", "Similarity of texts"),
			nodes.Choose("categorization", "Same category"), nodes.Choose("toolsUsed", "Tools used"), nodes.Choose("customMetrics", "Your own")).Show(set),
		when(nodes.TextField("expectedAnswer", "Expected answer", "", ""), "correctness", "stringSimilarity", "categorization"),
		when(nodes.TextField("userQuery", "Question", "", ""), "helpfulness"),
		when(nodes.TextField("actualAnswer", "Answer", "", ""), "correctness", "helpfulness", "stringSimilarity", "categorization"),
		when(nodes.TextField("expectedTools", "Expected tools", "", "Names with commas between them."), "toolsUsed"),
		when(nodes.TextField("intermediateSteps", "Steps of the agent", "", "A list."), "toolsUsed"),
		{Name: "metrics", Label: "Metrics", Kind: "assignmentCollection", ShowWhen: []nodes.Condition{set, custom}},
		nodes.OptionsField("options", "Options", nodes.TextField("metricName", "Name", "", "Of the metric, in place of its own."), nodes.TextField("inputPrompt", "Prompt", "", "")).Show(set),
	}
}

// metrics emits scores in place of each item.
type metrics struct {
	metric           nodes.Param[string]
	expected, actual nodes.Param[item.Value]
	tools, steps     nodes.Param[item.Value]
	name             nodes.Param[string]
	own              []ownMetric
	unnamed          bool // there is no list of own metrics
}

type ownMetric struct {
	name  nodes.Param[string]
	value nodes.Param[item.Value]
	kind  typing.Kind
}

func newMetrics(c *nodes.Compile) *metrics {
	def := "correctness"
	if c.Version < 4.7 {
		def = "customMetrics"
	}
	x := &metrics{
		metric: nodes.Text(c, "metric", def), name: nodes.Text(c, "options.metricName", ""),
		expected: nodes.Any(c, "expectedAnswer", item.String("")), actual: nodes.Any(c, "actualAnswer", item.String("")),
		tools: nodes.Any(c, "expectedTools", item.String("")), steps: nodes.Any(c, "intermediateSteps", item.String("")),
		unnamed: c.Raw("metrics").IsUndefined(),
	}
	const path = "metrics.assignments"
	for _, raw := range c.List(path) {
		kind := typing.Kind(raw.Get("type").ToString())
		if !kind.Known() {
			kind = typing.Number
		}
		x.own = append(x.own, ownMetric{
			nodes.From(c, path, raw.Get("name"), nodes.ToText), nodes.From(c, path, raw.Get("value"), func(v item.Value) (item.Value, error) { return v, nil }), kind,
		})
	}
	return x
}

// Run scores every item.
func (x *metrics) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	out := make([]item.Item, len(in.First()))
	for i := range out {
		json, err := x.scores(c, i)
		if err != nil {
			return nodes.Result{}, err
		}
		out[i] = item.Item{JSON: json, Paired: item.PairOf(i)}
	}
	return nodes.One(out), nil
}

func (x *metrics) scores(c *nodes.Call, i int) (item.Value, error) {
	metric, err := x.metric.At(c, i)
	if err != nil {
		return item.Undefined, err
	}
	var name string
	var score float64
	switch metric {
	case "customMetrics":
		return x.ownScores(c, i)
	case "correctness", "helpfulness":
		return item.Undefined, x.model(c, metric, i)
	case "stringSimilarity":
		name = "String similarity"
		score, err = x.compared(c, i, similarity)
	case "categorization":
		name = "Categorization"
		score, err = x.compared(c, i, same)
	case "toolsUsed":
		name = "Tools Used"
		score, err = x.toolsUsed(c, i)
	default:
		err = nodes.Fail("evaluation.metric", "Unknown metric", i)
	}
	if err != nil {
		return item.Undefined, err
	}
	given, err := x.name.At(c, i)
	if given != "" {
		name = given
	}
	return item.NewObject(1).Set(name, item.Number(score)).Value(), err
}

// refuse makes an error in n8n's words.
func refuse(i int, message, description string) error {
	fail := nodes.Fail("evaluation.metric", message, i)
	fail.Description = description
	return fail
}

// model says that there is no language model, where the values it would judge are
// there.
func (x *metrics) model(c *nodes.Call, metric string, i int) error {
	if metric == "correctness" {
		if _, _, err := x.answers(c, i); err != nil {
			return err
		}
	}
	return refuse(i, "No language model connected", "Connect a language model to the Model input to use the "+metric+" metric")
}

// answers are the texts to compare, without white space around them.
func (x *metrics) answers(c *nodes.Call, i int) (expected, actual string, err error) {
	e, err := x.expected.At(c, i)
	if err != nil {
		return "", "", err
	}
	a, err := x.actual.At(c, i)
	switch {
	case err != nil:
		return "", "", err
	case !e.Truthy():
		return "", "", refuse(i, "Expected answer is missing", "Make sure to fill in an expected answer")
	case !a.Truthy():
		return "", "", refuse(i, "Actual answer is missing", "Make sure to fill in an actual answer")
	}
	return strings.TrimSpace(e.ToString()), strings.TrimSpace(a.ToString()), nil
}

func (x *metrics) compared(c *nodes.Call, i int, score func(expected, actual string) float64) (float64, error) {
	expected, actual, err := x.answers(c, i)
	if err != nil {
		return 0, err
	}
	if len(expected) > maxCompared || len(actual) > maxCompared {
		return 0, nodes.Fail("evaluation.size", "answers of more than 20,000 bytes are not compared", i)
	}
	return score(expected, actual), nil
}

func same(expected, actual string) float64 {
	if expected == actual {
		return 1
	}
	return 0
}

// similarity is 1 less the share of letters to change, add or remove.
func similarity(expected, actual string) float64 {
	a, b := utf16.Encode([]rune(expected)), utf16.Encode([]rune(actual))
	longest := max(len(a), len(b))
	if longest == 0 {
		return 1
	}
	return float64(longest-distance(a, b)) / float64(longest)
}

// distance is how many letters to change, add or remove make one of the other.
func distance(a, b []uint16) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// toolsUsed is the share of the expected tools that the steps of an agent used.
func (x *metrics) toolsUsed(c *nodes.Call, i int) (float64, error) {
	tools, err := x.tools.At(c, i)
	if err != nil {
		return 0, err
	}
	steps, err := x.steps.At(c, i)
	if err != nil {
		return 0, err
	}
	var expected []string
	for name := range strings.SplitSeq(tools.ToString(), ",") {
		if name = toolName(name); name != "" {
			expected = append(expected, name)
		}
	}
	if len(expected) == 0 || !tools.Truthy() {
		return 0, refuse(i, "Expected tool name missing", "Make sure you add at least one expected tool name (comma-separated if multiple)")
	}
	list, ok := steps.Elems()
	if !ok {
		return 0, refuse(i, "Intermediate steps missing", "Make sure to enable returning intermediate steps in your agent node's options, then map them in here")
	}
	used := map[string]bool{}
	for _, step := range list {
		if name, ok := step.Get("action").Get("tool").Str(); ok {
			used[toolName(name)] = true
		}
	}
	found := 0
	for _, name := range expected {
		if used[name] {
			found++
		}
	}
	return float64(found) / float64(len(expected)), nil
}

// toolName writes the name of a tool as agents do.
func toolName(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(name)), "_")
}

// ownScores are the metrics that the step itself defines.
func (x *metrics) ownScores(c *nodes.Call, i int) (item.Value, error) {
	if x.unnamed {
		return item.Undefined, noName(i)
	}
	out := item.NewObject(len(x.own))
	for _, m := range x.own {
		name, err := m.name.At(c, i)
		if err != nil {
			return item.Undefined, err
		}
		v, err := m.value.At(c, i)
		switch {
		case err != nil:
			return item.Undefined, err
		case name == "":
			return item.Undefined, noName(i)
		}
		if v, err = m.score(name, v, i); err != nil {
			return item.Undefined, err
		}
		out.Set(name, v)
	}
	return out.Value(), nil
}

func noName(i int) error {
	return refuse(i, "Metric name missing", "Make sure each metric you define has a name")
}

// score gives a value its type. It must be a number, or be one as JavaScript
// reads it; nothing is 0.
func (m *ownMetric) score(name string, v item.Value, i int) (item.Value, error) {
	n := v.ToNumber()
	if n != n {
		return v, refuse(i, "Value for '"+name+"' isn't a number", "It's currently '"+v.ToString()+"'. Metrics must be numeric.")
	}
	v = item.Number(n)
	converted, ok := typing.Convert(v, m.kind)
	if !ok {
		return v, refuse(i, typing.Expected(name, m.kind, v)+" [item "+item.Int(i).ToString()+"]",
			"To fix the error try to change the type for the field \""+name+"\" or activate the option “Ignore Type Conversion Errors” to apply a less strict type validation")
	}
	return converted, nil
}

package debug

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// MaxRandomItems is the largest number of items that the debug helper makes.
const MaxRandomItems = 100_000

// DebugHelper fails on purpose or makes data of chance: n8n's "debugHelper".
func DebugHelper() nodes.Definition {
	random := nodes.When("category", "randomData")
	kinds := make([]nodes.Option, len(randomKinds))
	for i, k := range randomKinds {
		kinds[i] = nodes.Choose(k.name, k.label)
	}
	return nodes.Definition{
		Type:     "n8n-nodes-base.debugHelper",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Debug helper",
		Doc:      "Fails on purpose, does nothing, or makes data of chance to try a workflow with.",
		Group:    "flow",
		Icon:     "bug",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("category", "What to do", "", nodes.Choose("throwError", "Fail"), nodes.Choose("doNothing", "Nothing"),
				nodes.Choose("oom", "Run out of memory"), nodes.Choose("randomData", "Random data")),
			nodes.ChoiceField("throwErrorType", "Kind of error", "", nodes.Choose("NodeApiError", "Of an API"), nodes.Choose("NodeOperationError", "Of the step"), nodes.Choose("Error", "Plain")).
				Show(nodes.When("category", "throwError")),
			nodes.TextField("throwErrorMessage", "Message", "Node has thrown an error", "").Show(nodes.When("category", "throwError")),
			nodes.NumberField("memorySizeValue", "Megabytes", 10, "Nothing is taken: the step fails as one does that needs too much.").Show(nodes.When("category", "oom")),
			nodes.ChoiceField("randomDataType", "Kind of data", "", kinds...).Show(random),
			nodes.TextField("nanoidAlphabet", "Letters", nanoidLetters, "").Show(random, nodes.When("randomDataType", "nanoid")),
			nodes.TextField("nanoidLength", "Length", "16", "").Show(random, nodes.When("randomDataType", "nanoid")),
			nodes.TextField("randomDataSeed", "Seed", "", "The same seed makes the same data.").Show(random),
			nodes.NumberField("randomDataCount", "How many", 10, "").Show(random),
			nodes.FlagField("randomDataSingleArray", "As one list", false, "").Show(random),
		},
		Examples: []nodes.Example{{
			Name: "Fail", Params: `{"throwErrorType":"Error","throwErrorMessage":"not today"}`, In: `[{}]`, Error: "not today",
		}, {
			Name: "Nothing", Params: `{"category":"doNothing"}`, In: `[{"a":1}]`, Out: `[[{"a":1}]]`,
		}},
		New: newDebugHelper,
	}
}

type debugHelper struct {
	category            string
	message, kind, seed nodes.Param[string]
	letters, length     nodes.Param[string]
	count               nodes.Param[float64]
	single              nodes.Param[bool]
}

func newDebugHelper(c *nodes.Compile) (nodes.Node, error) {
	return &debugHelper{
		category: c.Choice("category", "throwError", "doNothing", "oom", "randomData"),
		message:  nodes.Text(c, "throwErrorMessage", "Node has thrown an error"), kind: nodes.Text(c, "randomDataType", "user"),
		seed: nodes.Text(c, "randomDataSeed", ""), letters: nodes.Text(c, "nanoidAlphabet", nanoidLetters), length: nodes.Text(c, "nanoidLength", "16"),
		count: nodes.Num(c, "randomDataCount", 10), single: nodes.Flag(c, "randomDataSingleArray", false),
	}, nil
}

// Run does so for every item.
func (d *debugHelper) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	if d.category == "doNothing" {
		return nodes.One(nodes.PassOn(in.First())), nil
	}
	var out []item.Item
	for i := range in.First() {
		made, err := d.apply(c, i)
		if err != nil {
			failed, err := c.Failed(i, err)
			if err != nil {
				return nodes.Result{}, err
			}
			made = []item.Item{failed}
		}
		out = append(out, made...)
	}
	return nodes.One(out), nil
}

func (d *debugHelper) apply(c *nodes.Call, i int) ([]item.Item, error) {
	switch d.category {
	case "throwError":
		message, err := d.message.At(c, i)
		if err != nil {
			return nil, err
		}
		return nil, nodes.Fail("debug", message, i)
	case "oom":
		return nil, nodes.Fail("debug.memory", "the step would need more memory than it may have", i)
	}
	return d.random(c, i)
}

func (d *debugHelper) random(c *nodes.Call, i int) ([]item.Item, error) {
	name, err1 := d.kind.At(c, i)
	seed, err2 := d.seed.At(c, i)
	count, err3 := d.count.At(c, i)
	single, err4 := d.single.At(c, i)
	letters, err5 := d.letters.At(c, i)
	length, err6 := d.length.At(c, i)
	for _, err := range []error{err1, err2, err3, err4, err5, err6} {
		if err != nil {
			return nil, err
		}
	}
	size, err := strconv.Atoi(strings.TrimSpace(length))
	if err != nil || size < 0 || size > 10_000 || letters == "" || count < 0 || count > MaxRandomItems {
		return nil, nodes.Fail("debug.random", fmt.Sprintf("at most %d items, and a length of 0 to 10000", MaxRandomItems), i)
	}
	h := sha256.New()
	if seed == "" {
		h.Write(c.Batch.Env.Seed[:])
	}
	fmt.Fprintf(h, "%s %d", seed, i)
	r := chance{rand.New(rand.NewChaCha8([32]byte(h.Sum(nil)))), letters, size} //nolint:gosec // data to try with
	list := make([]item.Value, int(count))
	for k := range list {
		list[k] = r.value(name)
	}
	if single {
		return []item.Item{{JSON: item.NewObject(1).Set("generatedItems", item.Array(list)).Value(), Paired: item.PairOf(i)}}, nil
	}
	out := make([]item.Item, len(list))
	for k := range out {
		out[k] = item.Item{JSON: list[k], Paired: item.PairOf(i)}
	}
	return out, nil
}

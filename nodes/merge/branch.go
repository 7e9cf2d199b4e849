package merge

import (
	"fmt"
	"strconv"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// MaxItems is the largest number of items that combinations may make.
const MaxItems = 5_000_000

func tooMany(n int) error {
	return nodes.Fail("merge.size", fmt.Sprintf("The inputs combine to %d items, and %d is the limit; match by fields, or filter the inputs first", n, MaxItems), -1)
}

// appending gives the items of all inputs, one input after the other.
type appending struct{}

// Run appends; each item names the input that it came by.
func (appending) Run(_ *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	n := 0
	for _, items := range in {
		n += len(items)
	}
	out := make([]item.Item, 0, n)
	for input, items := range in {
		out = append(out, passed(items, input)...)
	}
	return nodes.One(out), nil
}

// choice waits for its inputs and gives the items of one of them, or an empty
// item.
type choice struct {
	output nodes.Param[string]
	number nodes.Param[string]
	inputs int
}

func newChoice(c *nodes.Compile, inputs int) *choice {
	output := "input1"
	if c.Version >= 3 {
		output = "specifiedInput"
	}
	return &choice{nodes.Text(c, "output", output), nodes.Text(c, "useDataOfInput", "1"), inputs}
}

// Run chooses.
func (x *choice) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	if len(c.Batch.Items) == 0 {
		return nodes.One(nil), nil
	}
	texts, err := textsAt(c, x.output, x.number)
	if err != nil {
		return nodes.Result{}, err
	}
	number := texts[1]
	switch texts[0] {
	case "empty":
		var pairs []item.Pair
		for input, items := range in {
			for i := range items {
				pairs = append(pairs, item.Pair{Item: i, Input: input})
			}
		}
		return nodes.One([]item.Item{{JSON: item.NewObject(0).Value(), Paired: item.Pairs(pairs)}}), nil
	case "input1":
		number = "1"
	case "input2":
		number = "2"
	}
	n, err := strconv.Atoi(number)
	if err != nil || n > x.inputs {
		fail := nodes.Fail("merge.input", fmt.Sprintf("Input %s doesn't exist", number), -1)
		fail.Description = fmt.Sprintf("The node has only %d inputs, so selecting input %s is not possible.", x.inputs, number)
		return nodes.Result{}, fail
	}
	if n < 1 || n > len(in) {
		return nodes.One(nil), nil
	}
	return nodes.One(passed(in[n-1], n-1)), nil
}

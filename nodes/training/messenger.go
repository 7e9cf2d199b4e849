package training

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// CustomerMessenger says that it sent a message to a customer, and sends none:
// n8n's "n8nTrainingCustomerMessenger".
func CustomerMessenger() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.n8nTrainingCustomerMessenger",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Customer messenger (training)",
		Doc:      "Says that it sent a message to a made-up customer; nothing is sent.",
		Group:    "data",
		Icon:     "send",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.TextField("customerId", "Customer ID", "", "").Need(),
			nodes.TextField("message", "Message", "", "").Need(),
		},
		Examples: []nodes.Example{{
			Name: "A message for each item", Params: `{"customerId":"={{ $json.id }}","message":"=Hello {{ $json.name }}"}`,
			In: `[{"id":"7","name":"Ada"}]`, Out: `[[{"output":"Sent message to customer 7:  Hello Ada"}]]`,
		}},
		New: func(c *nodes.Compile) (nodes.Node, error) {
			return &messenger{nodes.From(c, "customerId", c.Raw("customerId"), asText), nodes.From(c, "message", c.Raw("message"), asText)}, nil
		},
	}
}

// asText is the text that JavaScript makes of a value inside of another text,
// "undefined" among them.
func asText(v item.Value) (string, error) { return v.ToString(), nil }

type messenger struct{ customer, message nodes.Param[string] }

// Run answers every item.
func (m *messenger) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	out := make([]item.Item, len(in.First()))
	for i := range out {
		customer, err := m.customer.At(c, i)
		if err != nil {
			return nodes.Result{}, err
		}
		message, err := m.message.At(c, i)
		if err != nil {
			return nodes.Result{}, err
		}
		json := item.NewObject(1).Set("output", item.String("Sent message to customer "+customer+":  "+message)).Value()
		out[i] = item.Item{JSON: json, Paired: item.PairOf(i)}
	}
	return nodes.One(out), nil
}

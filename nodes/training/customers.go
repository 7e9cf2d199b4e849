package training

import (
	"math"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// people are the customers that the course's workflows expect, as JSON.
const people = `[
{"id":"23423532","name":"Jay Gatsby","email":"gatsby@west-egg.com","notes":"Keeps asking about a green light??","country":"US","created":"1925-04-10"},
{"id":"23423533","name":"José Arcadio Buendía","email":"jab@macondo.co","notes":"Lots of people named after him. Very confusing","country":"CO","created":"1967-05-05"},
{"id":"23423534","name":"Max Sendak","email":"info@in-and-out-of-weeks.org","notes":"Keeps rolling his terrible eyes","country":"US","created":"1963-04-09"},
{"id":"23423535","name":"Zaphod Beeblebrox","email":"captain@heartofgold.com","notes":"Felt like I was talking to more than one person","country":null,"created":"1979-10-12"},
{"id":"23423536","name":"Edmund Pevensie","email":"edmund@narnia.gov","notes":"Passionate sailor","country":"UK","created":"1950-10-16"}
]`

// defaultLimit is how many people there are where nothing is said.
const defaultLimit = 5

// CustomerDatastore emits made-up customers: n8n's "n8nTrainingCustomerDatastore".
func CustomerDatastore() nodes.Definition {
	all := nodes.When("operation", "getAllPeople")
	return nodes.Definition{
		Type:     "n8n-nodes-base.n8nTrainingCustomerDatastore",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Customer datastore (training)",
		Doc:      "Gives made-up customers to practise with.",
		Group:    "data",
		Icon:     "database",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("operation", "Operation", "", nodes.Choose("getOnePerson", "One person"), nodes.Choose("getAllPeople", "All people")),
			nodes.FlagField("returnAll", "Return all", false, "").Show(all),
			nodes.NumberField("limit", "Limit", defaultLimit, "At most so many people for each item.").Show(all, nodes.When("returnAll", false)),
		},
		Examples: []nodes.Example{{
			Name: "The first", Params: `{"operation":"getAllPeople","limit":1}`, In: `[{}]`,
			Out: `[[{"id":"23423532","name":"Jay Gatsby","email":"gatsby@west-egg.com","notes":"Keeps asking about a green light??","country":"US","created":"1925-04-10"}]]`,
		}},
		New: newDatastore,
	}
}

type datastore struct {
	people    []item.Value
	operation nodes.Param[string]
	all       nodes.Param[bool]
	limit     nodes.Param[float64]
}

func newDatastore(c *nodes.Compile) (nodes.Node, error) {
	list, _ := item.MustParse(people).Elems()
	return &datastore{
		list, nodes.Text(c, "operation", "getOnePerson"), nodes.From(c, "returnAll", c.Raw("returnAll"), truthy),
		nodes.From(c, "limit", c.Raw("limit"), limit),
	}, nil
}

func truthy(v item.Value) (bool, error) { return v.Truthy(), nil }

// limit takes any value as a number of people: what is no number is none.
func limit(v item.Value) (float64, error) {
	if v.IsUndefined() {
		return defaultLimit, nil
	}
	return v.ToNumber(), nil
}

// Run emits people for every item.
func (d *datastore) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	var out []item.Item
	for i := range in.First() {
		list, err := d.at(c, i)
		if err != nil {
			return nodes.Result{}, err
		}
		for _, v := range list {
			out = append(out, item.Item{JSON: v, Paired: item.PairOf(i)})
		}
	}
	return nodes.One(out), nil
}

// at is the people for one item; an unknown operation has none.
func (d *datastore) at(c *nodes.Call, i int) ([]item.Value, error) {
	operation, err := d.operation.At(c, i)
	if err != nil {
		return nil, err
	}
	switch operation {
	case "getOnePerson":
		return d.people[:1], nil
	case "getAllPeople":
		all, err := d.all.At(c, i)
		if err != nil || all {
			return d.people, err
		}
		n, err := d.limit.At(c, i)
		return d.people[:end(n, len(d.people))], err
	}
	return nil, nil
}

// end is where a slice of size elements ends as in JavaScript: a negative number
// counts from the end.
func end(n float64, size int) int {
	switch n = math.Trunc(n); {
	case n != n:
		return 0
	case n < 0:
		return int(max(0, n+float64(size)))
	}
	return int(min(n, float64(size)))
}

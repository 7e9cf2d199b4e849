package flow

import (
	"errors"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// StopAndError ends a run with an error: n8n's "stopAndError".
func StopAndError() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.stopAndError",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Stop and error",
		Doc:      "Ends the run as failed, with a message of your own.",
		Group:    "flow",
		Icon:     "octagon-x",
		Inputs:   []string{"main"},
		Outputs:  []string{},
		Fields: []nodes.Field{
			nodes.ChoiceField("errorType", "Error", "", nodes.Choose("errorMessage", "A message"), nodes.Choose("errorObject", "An object")),
			nodes.TextField("errorMessage", "Message", "", "").Show(nodes.When("errorType", "errorMessage")),
			nodes.JSONField("errorObject", "Object", "", "Its message, description or error member is the message.").Show(nodes.When("errorType", "errorObject")),
		},
		Examples: []nodes.Example{{
			Name: "A message", Params: `{"errorMessage":"no stock"}`, In: `[{}]`, Error: "no stock",
		}, {
			Name: "An object", Params: `{"errorType":"errorObject","errorObject":"{\"message\":\"no stock\",\"code\":7}"}`, In: `[{}]`, Error: "no stock",
		}},
		New: newStop,
	}
}

type stop struct {
	message nodes.Param[string]
	object  *nodes.Param[item.Value]
}

func newStop(c *nodes.Compile) (nodes.Node, error) {
	s := &stop{}
	if c.Choice("errorType", "errorMessage", "errorObject") == "errorMessage" {
		s.message = nodes.Text(c, "errorMessage", "")
		return s, nil
	}
	object := nodes.From(c, "errorObject", c.Raw("errorObject"), toObject)
	s.object = &object
	return s, nil
}

func toObject(v item.Value) (item.Value, error) {
	if text, ok := v.Str(); ok {
		parsed, err := item.Parse([]byte(text), item.Limits{})
		if err != nil {
			return v, err
		}
		v = parsed
	}
	if v.Kind() != item.KindObject {
		return v, errors.New("the error must be a JSON object")
	}
	return v, nil
}

// Run fails, for the first item.
func (s *stop) Run(c *nodes.Call, _ nodes.Inputs) (nodes.Result, error) {
	if s.object == nil {
		message, err := s.message.At(c, 0)
		if err != nil {
			return nodes.Result{}, err
		}
		return nodes.Result{}, nodes.Fail("stop", message, -1)
	}
	object, err := s.object.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	fail := nodes.Fail("stop", "Error: "+object.JSON(), -1)
	fail.Context = object
	for _, name := range []string{"message", "description", "error"} {
		if v := object.Get(name); v.Truthy() {
			fail.Message = v.ToString()
			break
		}
	}
	return nodes.Result{}, fail
}

package flow

import "github.com/jobsprint/jobsprint/nodes"

// ErrorTrigger begins a run of an error workflow: n8n's "errorTrigger".
func ErrorTrigger() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.errorTrigger",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Error trigger",
		Doc:      "Begins a run when a run of a workflow fails that names this one as its error workflow, and emits what is known about the failure.",
		Group:    "trigger",
		Icon:     "bug",
		Trigger:  true,
		Outputs:  []string{"main"},
		Ignored:  []string{"notice"},
		Examples: []nodes.Example{{
			Name: "What is known about the failure", Params: `{}`,
			In:  `[{"execution":{"id":"7","error":{"message":"boom"}},"workflow":{"id":"1","name":"Orders"}}]`,
			Out: `[[{"execution":{"id":"7","error":{"message":"boom"}},"workflow":{"id":"1","name":"Orders"}}]]`,
		}},
		New: func(*nodes.Compile) (nodes.Node, error) { return start{}, nil },
	}
}

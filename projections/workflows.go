package projections

import (
	"encoding/json"

	"github.com/jobsprint/jobsprint/events"
)

// The statuses of a workflow in the read model.
const (
	WorkflowInactive   = "inactive"
	WorkflowActivating = "activating"
	WorkflowActive     = "active"
	WorkflowFailed     = "failed"
	WorkflowArchived   = "archived"
)

// Workflows keeps one row per definition: its name, newest version, and how
// its last activation went. The definition's JSON stays in the log.
var Workflows = Projection{
	Name: "workflows", Version: 1,
	Tables: []Table{{
		Name: "workflows",
		Columns: []Column{
			{"workspace", Text}, {"id", Text}, {"name", Text}, {"status", Text}, {"version", Integer},
			{"active_version", Integer}, {"created_at", Integer}, {"updated_at", Integer}, {"reasons", Text},
		},
		Key:     []string{"workspace", "id"},
		Indexes: [][]string{{"workspace", "status", "created_at", "id"}},
	}},
	Apply: Applies(On(workflowCreated), On(workflowRevised), Seen[events.ActivationRequested](activationRequested),
		On(workflowActivated), On(activationFailed), Seen[events.WorkflowDeactivated](workflowDeactivated),
		Seen[events.WorkflowArchived](workflowArchived), OnCommit(events.KindWorkflow, workflowCommit)),
}

func workflowCreated(m Meta, e events.WorkflowCreated) []Statement {
	return []Statement{Put("workflows", Key(m.Workspace, m.ID),
		Set("name", e.Name), Set("status", WorkflowInactive), Set("version", 1), Set("created_at", m.At))}
}

func workflowRevised(m Meta, e events.WorkflowRevised) []Statement {
	return changeWorkflow(m, Set("name", e.Name), Set("version", e.Version))
}

// activationRequested leaves the active version alone: an older one goes on
// serving until the new one has its routes.
func activationRequested(m Meta, _ int) []Statement {
	return changeWorkflow(m, Set("status", WorkflowActivating), Set("reasons", ""))
}

func workflowActivated(m Meta, e events.WorkflowActivated) []Statement {
	return changeWorkflow(m, Set("status", WorkflowActive), Set("active_version", e.Version), Set("reasons", ""))
}

func activationFailed(m Meta, e events.ActivationFailed) []Statement {
	return changeWorkflow(m, Set("status", WorkflowFailed), Set("reasons", encodeReasons(e.Reasons)))
}

func workflowDeactivated(m Meta, _ int) []Statement {
	return changeWorkflow(m, Set("status", WorkflowInactive), Set("active_version", 0), Set("reasons", ""))
}

func workflowArchived(m Meta, _ int) []Statement {
	return changeWorkflow(m, Set("status", WorkflowArchived), Set("active_version", 0), Set("reasons", ""))
}

func workflowCommit(m Meta) []Statement { return changeWorkflow(m, Set("updated_at", m.At)) }

func changeWorkflow(m Meta, cells ...Cell) []Statement {
	return []Statement{Change("workflows", Key(m.Workspace, m.ID), cells...)}
}

// encodeReasons writes a list as JSON into one text column; none as "".
func encodeReasons(list []string) string {
	if len(list) == 0 {
		return ""
	}
	b, err := json.Marshal(list)
	if err != nil {
		return "" // strings always marshal
	}
	return string(b)
}

func decodeReasons(s string) []string {
	var list []string
	if s == "" || json.Unmarshal([]byte(s), &list) != nil {
		return nil
	}
	return list
}

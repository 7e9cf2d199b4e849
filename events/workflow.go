package events

import "github.com/jobsprint/jobsprint/item"

// WorkflowCreated is the first event of a definition; it is version 1.
type WorkflowCreated struct {
	Name string
	// Raw is the workflow's n8n JSON, byte for byte as it was given, so that
	// an export loses nothing, not even the form of a number.
	Raw string
}

// WorkflowRevised adds a version to a definition.
type WorkflowRevised struct {
	Version int
	Name    string
	Raw     string
}

// ActivationRequested begins the claim of a version's routes.
type ActivationRequested struct{ Version int }

// WorkflowActivated says that all routes of the version are claimed.
type WorkflowActivated struct {
	Version int
	// Routes are the ids of the claimed routes.
	Routes []string
}

// ActivationFailed says why a requested activation did not happen; routes
// claimed for it are released.
type ActivationFailed struct {
	Version int
	Reasons []string
}

// WorkflowDeactivated ends an activation; its routes are released.
type WorkflowDeactivated struct{}

// WorkflowArchived retires a definition: it is kept and can be read, and takes
// no more commands.
type WorkflowArchived struct{}

var workflowSpecs = []Spec{
	{Type: WorkflowCreated{}.EventType(), Decode: decodeWorkflowCreated},
	{Type: WorkflowRevised{}.EventType(), Decode: decodeWorkflowRevised},
	{Type: ActivationRequested{}.EventType(), Decode: decodeActivationRequested},
	{Type: WorkflowActivated{}.EventType(), Decode: decodeWorkflowActivated},
	{Type: ActivationFailed{}.EventType(), Decode: decodeActivationFailed},
	{Type: WorkflowDeactivated{}.EventType(), Decode: func(item.Value) (Event, error) { return WorkflowDeactivated{}, nil }},
	{Type: WorkflowArchived{}.EventType(), Decode: func(item.Value) (Event, error) { return WorkflowArchived{}, nil }},
}

// EventType is workflow.created v1.
func (WorkflowCreated) EventType() Type { return Type{"workflow.created", 1} }

// EventType is workflow.revised v1.
func (WorkflowRevised) EventType() Type { return Type{"workflow.revised", 1} }

// EventType is workflow.activation_requested v1.
func (ActivationRequested) EventType() Type { return Type{"workflow.activation_requested", 1} }

// EventType is workflow.activated v1.
func (WorkflowActivated) EventType() Type { return Type{"workflow.activated", 1} }

// EventType is workflow.activation_failed v1.
func (ActivationFailed) EventType() Type { return Type{"workflow.activation_failed", 1} }

// EventType is workflow.deactivated v1.
func (WorkflowDeactivated) EventType() Type { return Type{"workflow.deactivated", 1} }

// EventType is workflow.archived v1.
func (WorkflowArchived) EventType() Type { return Type{"workflow.archived", 1} }

// AppendJSON appends the stored form. The workflow stands in it as a string,
// since any other form would not keep its bytes.
func (e WorkflowCreated) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("name", e.Name)
	o.str("raw", e.Raw)
	return o.end()
}

func decodeWorkflowCreated(v item.Value) (Event, error) {
	f := fields{v}
	return WorkflowCreated{Name: f.str("name"), Raw: f.str("raw")}, nil
}

// AppendJSON appends the stored form.
func (e WorkflowRevised) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.int("version", int64(e.Version))
	o.str("name", e.Name)
	o.str("raw", e.Raw)
	return o.end()
}

func decodeWorkflowRevised(v item.Value) (Event, error) {
	f := fields{v}
	return WorkflowRevised{Version: int(f.int("version")), Name: f.str("name"), Raw: f.str("raw")}, nil
}

// AppendJSON appends the stored form.
func (e ActivationRequested) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.int("version", int64(e.Version))
	return o.end()
}

func decodeActivationRequested(v item.Value) (Event, error) {
	return ActivationRequested{Version: int(fields{v}.int("version"))}, nil
}

// AppendJSON appends the stored form.
func (e WorkflowActivated) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.int("version", int64(e.Version))
	o.strings("routes", e.Routes)
	return o.end()
}

func decodeWorkflowActivated(v item.Value) (Event, error) {
	f := fields{v}
	return WorkflowActivated{Version: int(f.int("version")), Routes: f.strings("routes")}, nil
}

// AppendJSON appends the stored form.
func (e ActivationFailed) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.int("version", int64(e.Version))
	o.strings("reasons", e.Reasons)
	return o.end()
}

func decodeActivationFailed(v item.Value) (Event, error) {
	f := fields{v}
	return ActivationFailed{Version: int(f.int("version")), Reasons: f.strings("reasons")}, nil
}

// AppendJSON appends the stored form, an empty object.
func (WorkflowDeactivated) AppendJSON(dst []byte) []byte { return append(dst, "{}"...) }

// AppendJSON appends the stored form, an empty object.
func (WorkflowArchived) AppendJSON(dst []byte) []byte { return append(dst, "{}"...) }

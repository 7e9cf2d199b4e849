package events

import "github.com/jobsprint/jobsprint/item"

// RunNested stands behind run.started in the first commit of a run that another
// run has started.
type RunNested struct {
	// Depth is how many runs stand above it.
	Depth int
	// Raw is the workflow's n8n JSON where it is no version of a definition, or
	// Ref names it above the payload limit.
	Raw string
	Ref item.Ref
}

var nestedSpecs = []Spec{{Type: RunNested{}.EventType(), Decode: decodeRunNested}}

// EventType is run.nested v1.
func (RunNested) EventType() Type { return Type{"run.nested", 1} }

// AppendJSON appends the stored form.
func (e RunNested) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.int("depth", int64(e.Depth))
	o.str("raw", e.Raw)
	o.ref("ref", e.Ref)
	return o.end()
}

func decodeRunNested(v item.Value) (Event, error) {
	f := fields{v}
	return RunNested{Depth: int(f.int("depth")), Raw: f.str("raw"), Ref: f.ref("ref")}, nil
}

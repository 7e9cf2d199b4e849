package events

import "github.com/jobsprint/jobsprint/item"

// RouteClaimed gives a webhook route to a version of a workflow. Claiming a
// route again for another version of the same workflow replaces the claim.
type RouteClaimed struct {
	Method   string
	Path     string // without the leading "/webhook/"; ":name" marks a parameter
	Workflow string
	Version  int
	Step     string // name of the webhook step
}

// RouteReleased frees a route.
type RouteReleased struct{ Workflow string }

var routeSpecs = []Spec{
	{Type: RouteClaimed{}.EventType(), Decode: decodeRouteClaimed},
	{Type: RouteReleased{}.EventType(), Decode: decodeRouteReleased},
}

// EventType is route.claimed v1.
func (RouteClaimed) EventType() Type { return Type{"route.claimed", 1} }

// EventType is route.released v1.
func (RouteReleased) EventType() Type { return Type{"route.released", 1} }

// AppendJSON appends the stored form.
func (e RouteClaimed) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("method", e.Method)
	o.str("path", e.Path)
	o.str("workflow", e.Workflow)
	o.int("version", int64(e.Version))
	o.str("step", e.Step)
	return o.end()
}

func decodeRouteClaimed(v item.Value) (Event, error) {
	f := fields{v}
	return RouteClaimed{
		Method: f.str("method"), Path: f.str("path"), Workflow: f.str("workflow"),
		Version: int(f.int("version")), Step: f.str("step"),
	}, nil
}

// AppendJSON appends the stored form.
func (e RouteReleased) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("workflow", e.Workflow)
	return o.end()
}

func decodeRouteReleased(v item.Value) (Event, error) {
	return RouteReleased{Workflow: fields{v}.str("workflow")}, nil
}

package events

import (
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/item"
)

// Type is the stable name and version of an event type.
type Type struct {
	Name    string
	Version int
}

// String gives "name v1".
func (t Type) String() string { return fmt.Sprintf("%s v%d", t.Name, t.Version) }

// Event is one immutable fact.
type Event interface {
	// EventType is the type under which the event is stored; it must not
	// depend on the event's content.
	EventType() Type
	// AppendJSON appends the stored form: one JSON object.
	AppendJSON(dst []byte) []byte
}

// Spec describes an event type: all that the registry must know.
type Spec struct {
	Type
	// Decode reads the current version.
	Decode func(item.Value) (Event, error)
	// Upcasts lift older versions: Upcasts[i] turns version i+1 into i+2.
	// There is one for each version below the current one.
	Upcasts []func(item.Value) item.Value
}

// Errors of decoding.
var (
	// ErrUnknownType reports an event type that this build has never known.
	ErrUnknownType = errors.New("unknown event type")
	// ErrNewerVersion reports an event of a later build. Who meets it stops
	// owning the aggregate; the event is not at fault.
	ErrNewerVersion = errors.New("event written by a newer version")
)

// Specs lists every event type; one line for each aggregate.
func Specs() []Spec {
	var all []Spec
	for _, group := range [][]Spec{workflowSpecs, routeSpecs, sliceSpecs, keySpecs, runSpecs, stepSpecs, memorySpecs, tableSpecs, nestedSpecs, resumedSpecs} {
		all = append(all, group...)
	}
	return all
}

var byName = func() map[string]*Spec {
	all := Specs()
	m := make(map[string]*Spec, len(all))
	for i := range all {
		m[all[i].Name] = &all[i]
	}
	return m
}()

// internName gives the one string of a known type name, so that decoding an
// envelope allocates none.
func internName(b []byte) string {
	if s, ok := byName[string(b)]; ok {
		return s.Name
	}
	return string(b)
}

// Decode reads one event of the given stored type, lifting older versions to
// the current one. Errors: ErrUnknownType, ErrNewerVersion, ErrCorrupt.
func Decode(t Type, raw []byte) (Event, error) {
	spec, ok := byName[t.Name]
	switch {
	case !ok:
		return nil, fmt.Errorf("%w: %s", ErrUnknownType, t)
	case t.Version > spec.Version:
		return nil, fmt.Errorf("%w: %s, this build knows v%d", ErrNewerVersion, t, spec.Version)
	}
	v, err := item.Parse(raw, decodeLimits)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrCorrupt, t, err)
	}
	for _, up := range spec.Upcasts[max(0, min(t.Version-1, len(spec.Upcasts))):] {
		v = up(v)
	}
	ev, err := spec.Decode(v)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrCorrupt, t, err)
	}
	return ev, nil
}

// decodeLimits bound what a stored event may hold; writers stay below them by
// their own limits, so that only damage meets these.
var decodeLimits = item.Limits{MaxBytes: 64 << 20, MaxDepth: 4096, MaxValues: 1 << 24}

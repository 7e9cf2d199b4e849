package events

import (
	"slices"

	"github.com/jobsprint/jobsprint/item"
)

// Where something is kept that outlives the step.
const (
	// KeptStatic is the workflow's static data, KeptHistory what step types
	// remember from run to run, and KeptNote what is noted about the run.
	KeptStatic  = "static"
	KeptHistory = "history"
	KeptNote    = "note"
)

// Kept is one value that is kept under a key. Undefined removes what was there.
type Kept struct {
	Scope string
	Key   string
	Value item.Value
	// Appends means that Value is a list to be put behind the list that is
	// there, without the elements that it has already, after its first Drop
	// elements were dropped. Done twice it changes nothing more.
	Appends bool
	Drop    int
}

// Onto gives what is kept after k when before was.
func (k *Kept) Onto(before item.Value) item.Value {
	if !k.Appends {
		return k.Value
	}
	old, _ := before.Elems()
	more, _ := k.Value.Elems()
	have := make(map[string]bool, len(old))
	for _, v := range old {
		have[v.JSON()] = true
	}
	if !slices.ContainsFunc(more, func(v item.Value) bool { return !have[v.JSON()] }) {
		return before // it was done before
	}
	list := slices.Clone(old[min(k.Drop, len(old)):])
	for _, v := range more {
		if !have[v.JSON()] {
			list = append(list, v)
		}
	}
	return item.Array(list)
}

// Change is the shortest Kept that turns one value into another: for a list that
// lost elements at its begin and got others at its end, those only.
func Change(scope, key string, before, after item.Value) Kept {
	k := Kept{Scope: scope, Key: key, Value: after}
	old, isList := before.Elems()
	list, toList := after.Elems()
	if !isList || !toList || len(old) == 0 {
		return k
	}
	equal := func(a, b item.Value) bool { return a.JSON() == b.JSON() }
	for drop := range old {
		rest := old[drop:]
		if len(rest) <= len(list) && equal(rest[0], list[0]) && slices.EqualFunc(rest, list[:len(rest)], equal) {
			k.Appends, k.Drop, k.Value = true, drop, item.Array(list[len(rest):])
			break
		}
	}
	if k.Appends && !item.Equal(k.Onto(before), after) { // elements that stand twice
		return Kept{Scope: scope, Key: key, Value: after}
	}
	return k
}

// StepKept records what a step run that has completed keeps. It stands in the
// commit of the completion.
type StepKept struct {
	Step     string
	RunIndex int
	Kept     []Kept
}

// MemoryWritten is what a run left in the static data or the history of its
// workflow.
type MemoryWritten struct {
	Run  string
	Kept []Kept
}

var memorySpecs = []Spec{
	{Type: StepKept{}.EventType(), Decode: decodeStepKept},
	{Type: MemoryWritten{}.EventType(), Decode: decodeMemoryWritten},
}

// EventType is step.kept v1.
func (StepKept) EventType() Type { return Type{"step.kept", 1} }

// EventType is memory.written v1.
func (MemoryWritten) EventType() Type { return Type{"memory.written", 1} }

// AppendJSON appends the stored form.
func (e StepKept) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("step", e.Step)
	o.int("runIndex", int64(e.RunIndex))
	o.kept("kept", e.Kept)
	return o.end()
}

func decodeStepKept(v item.Value) (Event, error) {
	f := fields{v}
	return StepKept{Step: f.str("step"), RunIndex: int(f.int("runIndex")), Kept: f.kept("kept")}, nil
}

// AppendJSON appends the stored form.
func (e MemoryWritten) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("run", e.Run)
	o.kept("kept", e.Kept)
	return o.end()
}

func decodeMemoryWritten(v item.Value) (Event, error) {
	f := fields{v}
	return MemoryWritten{Run: f.str("run"), Kept: f.kept("kept")}, nil
}

func (o *object) kept(k string, list []Kept) {
	o.list(k, len(list), func(i int, e *object) {
		e.str("scope", list[i].Scope)
		e.str("key", list[i].Key)
		e.value("value", list[i].Value)
		e.bool("appends", list[i].Appends)
		e.int("drop", int64(list[i].Drop))
	})
}

func (f fields) kept(k string) []Kept {
	var out []Kept
	f.each(k, func(e fields) {
		out = append(out, Kept{Scope: e.str("scope"), Key: e.str("key"), Value: e.Get("value"), Appends: e.bool("appends"), Drop: int(e.int("drop"))})
	})
	return out
}

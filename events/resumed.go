package events

import "github.com/jobsprint/jobsprint/item"

// StepResumed records that a request ended the wait of a step. It stands in one
// commit with the step.completed that it leads to.
type StepResumed struct {
	StepRef
	// Kind is WaitWebhook or WaitForm.
	Kind string
	// Reply says when the caller of the request is answered, and ReplyTo which
	// gateway holds it; ReplyNone: it was answered at once.
	Reply   string
	ReplyTo string
}

var resumedSpecs = []Spec{{Type: StepResumed{}.EventType(), Decode: decodeStepResumed}}

// EventType is step.resumed v1.
func (StepResumed) EventType() Type { return Type{"step.resumed", 1} }

// AppendJSON appends the stored form.
func (e StepResumed) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.stepRef(&e.StepRef)
	o.str("kind", e.Kind)
	o.str("reply", e.Reply)
	o.str("replyTo", e.ReplyTo)
	return o.end()
}

func decodeStepResumed(v item.Value) (Event, error) {
	f := fields{v}
	return StepResumed{StepRef: f.stepRef(), Kind: f.str("kind"), Reply: f.str("reply"), ReplyTo: f.str("replyTo")}, nil
}

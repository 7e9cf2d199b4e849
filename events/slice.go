package events

import (
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// SliceAnnounced says that runs whose id holds a time at or after From live in
// the slice, until the next boundary.
type SliceAnnounced struct {
	Slice string // five base-32 digits, "00000" first
	From  time.Time
}

var sliceSpecs = []Spec{
	{Type: SliceAnnounced{}.EventType(), Decode: decodeSliceAnnounced},
}

// EventType is slice.announced v1.
func (SliceAnnounced) EventType() Type { return Type{"slice.announced", 1} }

// AppendJSON appends the stored form.
func (e SliceAnnounced) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("slice", e.Slice)
	o.time("fromMS", e.From)
	return o.end()
}

func decodeSliceAnnounced(v item.Value) (Event, error) {
	f := fields{v}
	return SliceAnnounced{Slice: f.str("slice"), From: f.time("fromMS")}, nil
}

package events

import "github.com/jobsprint/jobsprint/item"

// KeyClaimed reserves an idempotency key for one run. Digest is the keyed hash
// of the command, in hexadecimal: it tells a repeat from another command.
type KeyClaimed struct {
	Run    string
	Digest string
}

var keySpecs = []Spec{
	{Type: KeyClaimed{}.EventType(), Decode: decodeKeyClaimed},
}

// EventType is key.claimed v1.
func (KeyClaimed) EventType() Type { return Type{"key.claimed", 1} }

// AppendJSON appends the stored form.
func (e KeyClaimed) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("run", e.Run)
	o.str("digest", e.Digest)
	return o.end()
}

func decodeKeyClaimed(v item.Value) (Event, error) {
	f := fields{v}
	return KeyClaimed{Run: f.str("run"), Digest: f.str("digest")}, nil
}

package events

// Position is a place in one stream. Index is the number of events of commit
// Seq that lie before the place; 0 means the whole commit does.
type Position struct {
	Stream string
	Seq    uint64
	Index  int
}

// Head is the end of an aggregate's chain. The zero Head is an aggregate that
// does not exist yet.
type Head struct {
	Revision uint64
	// Seq is the stream sequence of the last commit: the expected last
	// sequence of the next append.
	Seq  uint64
	Hash Hash
	// Stream holds the aggregate's commits.
	Stream string
}

// Cursor is the place behind the head; zero for an aggregate that does not
// exist.
func (h Head) Cursor() Cursor {
	if h.Stream == "" {
		return Cursor{}
	}
	return NewCursor(Position{Stream: h.Stream, Seq: h.Seq})
}

// Recorded is a commit as it was read from the log or just appended to it.
// Its events are decoded when asked for, and shared: they must not be changed.
type Recorded struct {
	Envelope
	Aggregate AggregateID
	Position  Position
	// Hash is the commit's own hash, the Prev of the next one.
	Hash Hash
	// Bytes is the size of the stored body.
	Bytes int

	redacted bool
	raw      [][]byte
	decoded  []Event
}

// FromPlain makes a recorded commit from its decrypted, decompressed plain
// part. ErrCorrupt when plain does not hold the events that the envelope
// promises.
func FromPlain(env Envelope, agg AggregateID, pos Position, hash Hash, plain []byte) (*Recorded, error) {
	raw, err := SplitPlain(plain, env.Len())
	if err != nil {
		return nil, err
	}
	return &Recorded{Envelope: env, Aggregate: agg, Position: pos, Hash: hash, raw: raw}, nil
}

// FromEvents makes a recorded commit from the events that were just appended.
func FromEvents(env Envelope, agg AggregateID, pos Position, hash Hash, list []Event) *Recorded {
	return &Recorded{Envelope: env, Aggregate: agg, Position: pos, Hash: hash, decoded: list}
}

// FromRedacted makes a recorded commit whose content can no longer be read,
// because its key was erased.
func FromRedacted(env Envelope, agg AggregateID, pos Position, hash Hash) *Recorded {
	return &Recorded{Envelope: env, Aggregate: agg, Position: pos, Hash: hash, redacted: true}
}

// Redacted reports whether the content was erased; Event then fails and Raw
// is nil.
func (r *Recorded) Redacted() bool { return r.redacted }

// Head is the chain's end when this is its last commit.
func (r *Recorded) Head() Head {
	return Head{Revision: r.Revision, Seq: r.Position.Seq, Hash: r.Hash, Stream: r.Position.Stream}
}

// Event decodes event i. Errors: ErrRedacted and those of Decode.
func (r *Recorded) Event(i int) (Event, error) {
	if r.redacted {
		return nil, ErrRedacted
	}
	if r.decoded != nil {
		return r.decoded[i], nil
	}
	return Decode(r.TypeAt(i), r.raw[i])
}

// Raw is the JSON of event i in the version in which it was stored.
func (r *Recorded) Raw(i int) []byte {
	switch {
	case r.redacted:
		return nil
	case r.decoded != nil:
		return r.decoded[i].AppendJSON(nil)
	}
	return r.raw[i]
}

// Events decodes all events in order; see Event for the errors.
func (r *Recorded) Events() ([]Event, error) {
	if r.decoded != nil {
		return r.decoded, nil
	}
	list := make([]Event, r.Len())
	for i := range list {
		ev, err := r.Event(i)
		if err != nil {
			return nil, err
		}
		list[i] = ev
	}
	return list, nil
}

package events

import (
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// EnvelopeVersion is the format byte of a stored body: it names the layout of
// everything behind it.
const EnvelopeVersion = 1

// Encodings of the plain part before encryption.
const (
	EncodingPlain = 0
	EncodingZstd  = 1
)

// Hash is a SHA-256 sum.
type Hash [32]byte

// ID is a 16-byte identifier in binary form.
type ID [16]byte

// String gives the UUID form.
func (id ID) String() string { return formatUUID(id) }

// IsZero reports whether the id is unset.
func (id ID) IsZero() bool { return id == ID{} }

// ParseID reads the UUID form; ErrBadID otherwise.
func ParseID(s string) (ID, error) {
	b, err := parseUUID(s)
	if err != nil {
		return ID{}, fmt.Errorf("%w: %q is not a UUID", ErrBadID, s)
	}
	return ID(b), nil
}

// HashToID derives an id from parts; the same parts always give the same id.
// It has the form of a UUID version 8.
func HashToID(parts ...string) ID {
	sum := hashParts(parts)
	var id ID
	copy(id[:], sum[:])
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}

// Envelope is the clear part of a commit: what verification, routing and the
// fold need without any key. It holds no personal data; the actor is an
// opaque id.
//
// Revision is the commit's position in the chain of its aggregate, from 1.
// It is permanent, unlike the stream's sequence and time, which an export or
// a recovery may change.
type Envelope struct {
	Revision uint64
	// At is the decider's clock when it decided, to the nanosecond, UTC.
	At time.Time
	// Types lists the events of the commit in order, equal neighbours counted.
	Types []TypeCount
	// CommandID and CommandHash identify the command that led here. The hash
	// is keyed: it tells a repeat from another command under the same id.
	CommandID   ID
	CommandName string
	CommandHash Hash
	Actor       string
	// Correlation is shared by all that one cause led to; Causation names the
	// direct cause.
	Correlation string
	Causation   string
	Traceparent string
	// Prev is the hash of the aggregate's previous commit, zero for the first.
	Prev Hash
	// KeyID names the key that encrypts the rest.
	KeyID    string
	Encoding uint8
}

// TypeCount is a run of equal event types inside a commit.
type TypeCount struct {
	Type
	Count int
}

// Len is the number of events in the commit.
func (e *Envelope) Len() int {
	n := 0
	for _, t := range e.Types {
		n += t.Count
	}
	return n
}

// TypeAt is the type of event i.
func (e *Envelope) TypeAt(i int) Type {
	for _, t := range e.Types {
		if i < t.Count {
			return t.Type
		}
		i -= t.Count
	}
	return Type{}
}

// SetTypes fills Types from a list of events.
func (e *Envelope) SetTypes(list []Event) {
	e.Types = e.Types[:0]
	for _, ev := range list {
		t := ev.EventType()
		if n := len(e.Types); n > 0 && e.Types[n-1].Type == t {
			e.Types[n-1].Count++
			continue
		}
		e.Types = append(e.Types, TypeCount{Type: t, Count: 1})
	}
}

// ErrCorrupt reports stored bytes that do not follow the format.
var ErrCorrupt = errors.New("stored bytes are corrupt")

// Field numbers of the envelope. The layout is that of a protobuf message, so
// that unknown fields of later versions are skipped and any protobuf tool can
// read it. Numbers are never reused; 15 is set aside for the key of a person.
const (
	fieldRevision    protowire.Number = 1
	fieldAt          protowire.Number = 2
	fieldType        protowire.Number = 3
	fieldCommandID   protowire.Number = 4
	fieldCommandName protowire.Number = 5
	fieldCommandHash protowire.Number = 6
	fieldActor       protowire.Number = 7
	fieldCorrelation protowire.Number = 8
	fieldCausation   protowire.Number = 9
	fieldTraceparent protowire.Number = 10
	fieldPrev        protowire.Number = 11
	fieldKeyID       protowire.Number = 12
	fieldEncoding    protowire.Number = 13

	fieldTypeName    protowire.Number = 1
	fieldTypeVersion protowire.Number = 2
	fieldTypeCount   protowire.Number = 3
)

// AppendEnvelope appends the stored form of an envelope.
func AppendEnvelope(dst []byte, e *Envelope) []byte {
	dst = appendVarint(dst, fieldRevision, e.Revision)
	if !e.At.IsZero() { // whose UnixNano is undefined
		dst = appendVarint(dst, fieldAt, uint64(e.At.UnixNano()))
	}
	for _, t := range e.Types {
		sub := appendString(make([]byte, 0, 40), fieldTypeName, t.Name)
		sub = appendVarint(sub, fieldTypeVersion, uint64(t.Version))
		sub = appendVarint(sub, fieldTypeCount, uint64(t.Count))
		dst = appendBytes(dst, fieldType, sub)
	}
	if !e.CommandID.IsZero() {
		dst = appendBytes(dst, fieldCommandID, e.CommandID[:])
	}
	dst = appendString(dst, fieldCommandName, e.CommandName)
	if e.CommandHash != (Hash{}) {
		dst = appendBytes(dst, fieldCommandHash, e.CommandHash[:])
	}
	dst = appendString(dst, fieldActor, e.Actor)
	dst = appendString(dst, fieldCorrelation, e.Correlation)
	dst = appendString(dst, fieldCausation, e.Causation)
	dst = appendString(dst, fieldTraceparent, e.Traceparent)
	if e.Prev != (Hash{}) {
		dst = appendBytes(dst, fieldPrev, e.Prev[:])
	}
	dst = appendString(dst, fieldKeyID, e.KeyID)
	return appendVarint(dst, fieldEncoding, uint64(e.Encoding))
}

func appendVarint(dst []byte, n protowire.Number, v uint64) []byte {
	if v == 0 {
		return dst
	}
	return protowire.AppendVarint(protowire.AppendTag(dst, n, protowire.VarintType), v)
}

func appendString(dst []byte, n protowire.Number, s string) []byte {
	if s == "" {
		return dst
	}
	return protowire.AppendString(protowire.AppendTag(dst, n, protowire.BytesType), s)
}

func appendBytes(dst []byte, n protowire.Number, b []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(dst, n, protowire.BytesType), b)
}

// DecodeEnvelope reads the stored form. It returns ErrCorrupt for bytes that
// AppendEnvelope cannot have written.
func DecodeEnvelope(b []byte) (Envelope, error) {
	var e Envelope
	err := eachField(b, func(n protowire.Number, v uint64, s []byte) error {
		return e.setField(n, v, s)
	})
	if err == nil && (e.Revision == 0 || len(e.Types) == 0) {
		err = fmt.Errorf("%w: envelope without revision or events", ErrCorrupt)
	}
	return e, err
}

func (e *Envelope) setField(n protowire.Number, v uint64, s []byte) error {
	switch n {
	case fieldRevision:
		e.Revision = v
	case fieldAt:
		e.At = time.Unix(0, int64(v)).UTC()
	case fieldType:
		return e.addType(s)
	case fieldCommandID:
		return fixed(e.CommandID[:], s)
	case fieldCommandName:
		e.CommandName = string(s)
	case fieldCommandHash:
		return fixed(e.CommandHash[:], s)
	case fieldActor:
		e.Actor = string(s)
	case fieldCorrelation:
		e.Correlation = string(s)
	case fieldCausation:
		e.Causation = string(s)
	case fieldTraceparent:
		e.Traceparent = string(s)
	case fieldPrev:
		return fixed(e.Prev[:], s)
	case fieldKeyID:
		e.KeyID = string(s)
	case fieldEncoding:
		e.Encoding = uint8(v)
	}
	return nil
}

// maxCommitEvents bounds what a decoder believes of a count; a commit is cut
// far below it.
const maxCommitEvents = 1 << 16

func (e *Envelope) addType(b []byte) error {
	var t TypeCount
	err := eachField(b, func(n protowire.Number, v uint64, s []byte) error {
		switch n {
		case fieldTypeName:
			t.Name = internName(s)
		case fieldTypeVersion:
			t.Version = int(v & 0xffff)
		case fieldTypeCount:
			t.Count = int(min(v, maxCommitEvents+1))
		}
		return nil
	})
	if err == nil && (t.Name == "" || t.Version == 0 || t.Count == 0 || t.Count > maxCommitEvents) {
		err = fmt.Errorf("%w: event type %q version %d count %d", ErrCorrupt, t.Name, t.Version, t.Count)
	}
	e.Types = append(e.Types, t)
	return err
}

func fixed(dst, src []byte) error {
	if len(src) != len(dst) {
		return fmt.Errorf("%w: a field of %d bytes where %d belong", ErrCorrupt, len(src), len(dst))
	}
	copy(dst, src)
	return nil
}

// eachField walks a protobuf message; varints come as v, bytes as s.
func eachField(b []byte, set func(n protowire.Number, v uint64, s []byte) error) error {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("%w: %w", ErrCorrupt, protowire.ParseError(n))
		}
		b = b[n:]
		var v uint64
		var s []byte
		switch typ {
		case protowire.VarintType:
			v, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			s, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return fmt.Errorf("%w: %w", ErrCorrupt, protowire.ParseError(n))
		}
		if err := set(num, v, s); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

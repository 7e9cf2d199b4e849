package events

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// ErrRedacted reports content whose key was erased.
var ErrRedacted = errors.New("content was erased")

// ErrBadCursor reports a cursor that this program did not make.
var ErrBadCursor = errors.New("bad cursor")

// Cursor is a place in the whole log: a position in each stream that a reader
// has begun. Streams have no order among each other. It is immutable, and
// opaque to everyone outside: SSE ids and freshness tokens are cursors.
type Cursor struct {
	at []Position // sorted by stream
}

// NewCursor makes a cursor from positions.
func NewCursor(at ...Position) Cursor {
	var c Cursor
	for _, p := range at {
		c = c.With(p)
	}
	return c
}

// At is the position in a stream; its Seq is 0 where the reader has not begun.
func (c Cursor) At(stream string) Position {
	i, ok := c.find(stream)
	if !ok {
		return Position{Stream: stream}
	}
	return c.at[i]
}

// With returns a cursor with one stream's position replaced.
func (c Cursor) With(p Position) Cursor {
	i, ok := c.find(p.Stream)
	at := slices.Clone(c.at)
	if ok {
		at[i] = p
	} else {
		at = slices.Insert(at, i, p)
	}
	return Cursor{at: at}
}

// Positions lists the positions by stream name; it must not be changed.
func (c Cursor) Positions() []Position { return c.at }

// IsZero reports a cursor at the beginning of everything.
func (c Cursor) IsZero() bool { return len(c.at) == 0 }

// Covers reports whether everything before other also lies before c.
func (c Cursor) Covers(other Cursor) bool {
	for _, o := range other.at {
		p := c.At(o.Stream)
		if p.Seq < o.Seq || p.Seq == o.Seq && p.Index != 0 && (o.Index == 0 || p.Index < o.Index) {
			return false
		}
	}
	return true
}

func (c Cursor) find(stream string) (int, bool) {
	return slices.BinarySearchFunc(c.at, stream, func(p Position, s string) int { return strings.Compare(p.Stream, s) })
}

const (
	cursorFormat                     = 1
	fieldPosition   protowire.Number = 1
	fieldStream     protowire.Number = 1
	fieldSeq        protowire.Number = 2
	fieldIndex      protowire.Number = 3
	maxCursorLength                  = 4096
)

// String gives the opaque text form, safe in URLs and headers.
func (c Cursor) String() string {
	b := []byte{cursorFormat}
	for _, p := range c.at {
		sub := appendString(nil, fieldStream, p.Stream)
		sub = appendVarint(sub, fieldSeq, p.Seq)
		sub = appendVarint(sub, fieldIndex, uint64(p.Index))
		b = appendBytes(b, fieldPosition, sub)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// ParseCursor reads the text form; the empty text is the zero cursor.
// It returns ErrBadCursor for anything that String cannot have given.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return Cursor{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(s) > maxCursorLength || len(b) == 0 || b[0] != cursorFormat {
		return Cursor{}, fmt.Errorf("%w: %.40q", ErrBadCursor, s)
	}
	var c Cursor
	err = eachField(b[1:], func(n protowire.Number, _ uint64, sub []byte) error {
		if n != fieldPosition {
			return nil
		}
		p, err := decodePosition(sub)
		c = c.With(p)
		return err
	})
	if err != nil {
		return Cursor{}, fmt.Errorf("%w: %.40q", ErrBadCursor, s)
	}
	return c, nil
}

func decodePosition(b []byte) (Position, error) {
	var p Position
	err := eachField(b, func(n protowire.Number, v uint64, s []byte) error {
		switch n {
		case fieldStream:
			p.Stream = string(s)
		case fieldSeq:
			p.Seq = v
		case fieldIndex:
			p.Index = int(min(v, maxCommitEvents))
		}
		return nil
	})
	if err == nil && p.Stream == "" {
		err = ErrBadCursor
	}
	return p, err
}

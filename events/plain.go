package events

import (
	"encoding/binary"
	"fmt"
)

// AppendPlain appends the plain part of a commit: for each event its length as
// an unsigned varint and its JSON. A reader can skip events without parsing.
func AppendPlain(dst []byte, list []Event) []byte {
	for _, ev := range list {
		start := len(dst)
		dst = append(dst, 0, 0, 0, 0)
		dst = ev.AppendJSON(dst)
		n := len(dst) - start - 4
		// A fixed-width varint (four bytes, the first three with the
		// continuation bit) lets the length be filled in afterwards.
		dst[start] = byte(n) | 0x80
		dst[start+1] = byte(n>>7) | 0x80
		dst[start+2] = byte(n>>14) | 0x80
		dst[start+3] = byte(n >> 21)
	}
	return dst
}

// MaxEventBytes is the most that one event's JSON may take: the length field
// holds 28 bits.
const MaxEventBytes = 1<<28 - 1

// SplitPlain gives the raw JSON of each of n events; the slices share b.
// It returns ErrCorrupt when b does not hold exactly n events.
func SplitPlain(b []byte, n int) ([][]byte, error) {
	out := make([][]byte, 0, min(n, maxCommitEvents))
	for range n {
		size, w := binary.Uvarint(b)
		if w <= 0 || size > uint64(len(b)-w) {
			return nil, fmt.Errorf("%w: event %d of %d is cut short", ErrCorrupt, len(out)+1, n)
		}
		out = append(out, b[w:w+int(size)])
		b = b[w+int(size):]
	}
	if len(b) != 0 {
		return nil, fmt.Errorf("%w: %d bytes behind the last event", ErrCorrupt, len(b))
	}
	return out, nil
}

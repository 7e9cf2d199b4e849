package gateway

import (
	"encoding/hex"
	"strconv"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
)

// placeAfter is the cursor behind event i of a commit, for a reader that stood
// at before.
func placeAfter(before events.Cursor, r *events.Recorded, i int) events.Cursor {
	p := r.Position
	p.Index = 0
	if i < r.Len()-1 {
		p.Index = i + 1
	}
	return before.With(p)
}

// appendFrame appends an event as server-sent events are written.
func appendFrame(dst []byte, before events.Cursor, r *events.Recorded, i int) []byte {
	dst = append(append(dst, "id: "...), placeAfter(before, r, i).String()...)
	dst = append(append(dst, "\nevent: "...), r.TypeAt(i).Name...)
	dst = append(dst, "\ndata: "...)
	dst = appendEvent(dst, r, i)
	return append(dst, "}\n\n"...)
}

// appendEvent appends the JSON of an event without its closing brace. It holds
// no line break, since no stored event does.
func appendEvent(dst []byte, r *events.Recorded, i int) []byte {
	t := r.TypeAt(i)
	dst = append(dst, `{"aggregate":{"kind":"`...)
	dst = append(dst, r.Aggregate.Kind...)
	dst = append(dst, `","workspace":"`...)
	dst = append(dst, r.Aggregate.Workspace...)
	dst = append(dst, `","id":`...)
	dst = item.AppendQuoted(dst, r.Aggregate.ID)
	dst = append(dst, `},"revision":`...)
	dst = strconv.AppendUint(dst, r.Revision, 10)
	dst = append(dst, `,"index":`...)
	dst = strconv.AppendInt(dst, int64(i), 10)
	dst = append(dst, `,"type":"`...)
	dst = append(dst, t.Name...)
	dst = append(dst, `","version":`...)
	dst = strconv.AppendInt(dst, int64(t.Version), 10)
	dst = append(dst, `,"at":"`...)
	dst = r.At.AppendFormat(dst, time.RFC3339Nano)
	dst = append(dst, `","data":`...)
	if raw := r.Raw(i); raw != nil {
		return append(dst, raw...)
	}
	return append(dst, "null"...)
}

// appendCommit appends what the envelope says about the commit as a member.
func appendCommit(dst []byte, r *events.Recorded) []byte {
	dst = append(dst, `,"commit":{"hash":"`...)
	dst = hex.AppendEncode(dst, r.Hash[:])
	dst = append(dst, '"')
	if r.Prev != (events.Hash{}) {
		dst = append(dst, `,"prev":"`...)
		dst = append(hex.AppendEncode(dst, r.Prev[:]), '"')
	}
	if !r.CommandID.IsZero() {
		dst = appendMember(dst, "commandId", r.CommandID.String())
	}
	dst = appendMember(dst, "command", r.CommandName)
	dst = appendMember(dst, "actor", r.Actor)
	dst = appendMember(dst, "correlation", r.Correlation)
	dst = appendMember(dst, "causation", r.Causation)
	dst = appendMember(dst, "traceparent", r.Traceparent)
	dst = append(dst, `,"bytes":`...)
	dst = strconv.AppendInt(dst, int64(r.Bytes), 10)
	return append(dst, '}')
}

func appendMember(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	dst = append(append(append(dst, ',', '"'), name...), '"', ':')
	return item.AppendQuoted(dst, value)
}

// appendTick appends a tick: it has no id, since it is not stored.
func appendTick(dst []byte, t handlers.Tick, at time.Time) []byte {
	dst = append(dst, `event: tick`+"\n"+`data: {"run":`...)
	dst = item.AppendQuoted(dst, t.Run)
	dst = append(dst, `,"step":`...)
	dst = item.AppendQuoted(dst, t.Step)
	dst = append(dst, `,"runIndex":`...)
	dst = strconv.AppendInt(dst, int64(t.RunIndex), 10)
	dst = appendMember(dst, "status", t.Status)
	dst = append(dst, `,"at":"`...)
	dst = at.UTC().AppendFormat(dst, time.RFC3339Nano)
	dst = append(dst, `","durationUS":`...)
	dst = strconv.AppendInt(dst, t.DurationUS, 10)
	return append(dst, "}\n\n"...)
}

package events

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"pgregory.net/rapid"
)

func TestEnvelopeSkipsUnknownFields(t *testing.T) {
	e := sampleEnvelope()
	raw := AppendEnvelope(nil, &e)
	raw = protowire.AppendString(protowire.AppendTag(raw, 99, protowire.BytesType), "later")
	raw = protowire.AppendFixed64(protowire.AppendTag(raw, 98, protowire.Fixed64Type), 7)
	if got, err := DecodeEnvelope(raw); err != nil || !reflect.DeepEqual(got, e) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestEnvelopeRefusesDamage(t *testing.T) {
	e := sampleEnvelope()
	raw := AppendEnvelope(nil, &e)
	for name, b := range map[string][]byte{
		"nothing": {}, "cut": raw[:len(raw)-3], "only a revision": {8, 1},
		"short hash": protowire.AppendBytes(protowire.AppendTag(bytes.Clone(raw), fieldPrev, protowire.BytesType), []byte{1}),
		"count of 0": protowire.AppendBytes(protowire.AppendTag(bytes.Clone(raw), fieldType, protowire.BytesType), []byte{10, 1, 'a', 16, 1}),
	} {
		if _, err := DecodeEnvelope(b); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTypesOfACommit(t *testing.T) {
	e := sampleEnvelope()
	if e.Len() != 4 || len(e.Types) != 3 {
		t.Errorf("%d events in %d groups", e.Len(), len(e.Types))
	}
	for i, want := range []string{"run.started", "step.completed", "step.completed", "run.ended", ""} {
		if got := e.TypeAt(i).Name; got != want {
			t.Errorf("event %d is %q, want %q", i, got, want)
		}
	}
}

func TestPlainRoundTrip(t *testing.T) {
	list := samples()
	plain := AppendPlain([]byte("x"), list)[1:]
	env := Envelope{Revision: 1}
	env.SetTypes(list)
	r, err := FromPlain(env, Run("w", "r"), Position{Stream: "S", Seq: 4}, Hash{1}, plain)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Events()
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range list {
		if !bytes.Equal(got[i].AppendJSON(nil), e.AppendJSON(nil)) || !bytes.Equal(r.Raw(i), e.AppendJSON(nil)) {
			t.Errorf("event %d changed: %s", i, r.Raw(i))
		}
	}
	for n, b := range map[int][]byte{len(list) - 1: plain, len(list) + 1: plain, len(list): plain[:len(plain)-1]} {
		if _, err := SplitPlain(b, n); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%d events of %d bytes: %v", n, len(b), err)
		}
	}
	if h := r.Head(); h != (Head{Revision: 1, Seq: 4, Hash: Hash{1}, Stream: "S"}) || h.Cursor().At("S").Seq != 4 {
		t.Errorf("head %+v", h)
	}
}

func TestRecordedOfThisProcessAndErased(t *testing.T) {
	list := []Event{KeyClaimed{Run: "r"}}
	env := Envelope{Revision: 1}
	env.SetTypes(list)
	own := FromEvents(env, Run("w", "r"), Position{}, Hash{}, list)
	if e, err := own.Event(0); err != nil || e != list[0] || string(own.Raw(0)) != `{"run":"r"}` {
		t.Errorf("%v %v", e, err)
	}
	gone := FromRedacted(env, Run("w", "r"), Position{}, Hash{})
	if _, err := gone.Events(); !errors.Is(err, ErrRedacted) || !gone.Redacted() || gone.Raw(0) != nil {
		t.Errorf("%v", err)
	}
}

func TestDecodeNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		typ  Type
		raw  string
		want error
	}{
		{Type{"no.such", 1}, `{}`, ErrUnknownType},
		{Type{"run.ended", 2}, `{}`, ErrNewerVersion},
		{Type{"run.ended", 1}, `{`, ErrCorrupt},
		{Type{"step.completed", 1}, `{"outputs":[{"items":[1]}]}`, ErrCorrupt},
		{Type{"run.responded", 1}, `{"bytes":"%%"}`, ErrCorrupt},
	} {
		if _, err := Decode(c.typ, []byte(c.raw)); !errors.Is(err, c.want) {
			t.Errorf("%s %s: %v, want %v", c.typ, c.raw, err, c.want)
		}
	}
}

func TestOutputIsEncodedOnce(t *testing.T) {
	out := samples()[15].(StepCompleted).Outputs
	first := &out[0]
	want := StepCompleted{Outputs: []Output{{Items: first.Items}}}.AppendJSON(nil)
	if first.Encode() == nil || out[3].Encode() != nil || out[2].Encode() != nil {
		t.Error("an output with items has a stored form, others have none")
	}
	if got := (StepCompleted{Outputs: out[:1]}).AppendJSON(nil); !bytes.Equal(got, want) {
		t.Errorf("encoded before: %s\nand now: %s", got, want)
	}
	first.Refer(out[2].Ref)
	if first.Items != nil || first.Count != 1 || first.Encode() != nil {
		t.Errorf("referred: %+v", first)
	}
}

func TestIDs(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_123).UTC()
	id := NewTimeID(at, [10]byte{9: 0xC5})
	if got, err := TimeOf(id); err != nil || !got.Equal(at) {
		t.Errorf("%s holds %v, %v", id, got, err)
	}
	if Partition(id) != 5 || PartitionToken(id) != "05" {
		t.Errorf("%s is in partition %d", id, Partition(id))
	}
	child := DeriveRunID(at, id, "cause", "target")
	if child != DeriveRunID(at, id, "cause", "target") || child == DeriveRunID(at, id, "cause", "other") || Partition(child) != 5 {
		t.Errorf("derived %s in partition %d", child, Partition(child))
	}
	for _, bad := range []string{"", "x", id[:35], id + "0", HashToID("a").String(), "018BCFE5-687B-7000-8000-0000000000C5"} {
		if _, err := TimeOf(bad); !errors.Is(err, ErrBadID) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if Partition("zz") != 0 || Partition("") != 0 {
		t.Error("ids of another form are in partition 0")
	}
	if parsed, err := ParseID(id); err != nil || parsed.String() != id || parsed.IsZero() {
		t.Errorf("%v %v", parsed, err)
	}
	if HashID("a", "b") == HashID("ab") || len(HashID("a")) != 32 {
		t.Error("the parts of a hashed id must not run into each other")
	}
}

func TestRouteIDsIgnoreParameterNames(t *testing.T) {
	same := RouteID("w", "GET", "a/:id/b")
	if same != RouteID("w", "GET", "a/:other/b") {
		t.Error("two shapes that match the same paths have two ids")
	}
	for _, other := range []string{RouteID("w", "POST", "a/:id/b"), RouteID("v", "GET", "a/:id/b"), RouteID("w", "GET", "a/x/b"), RouteID("w", "GET", "a/:id")} {
		if other == same {
			t.Error("different routes share an id")
		}
	}
}

func TestCursor(t *testing.T) {
	c := NewCursor(Position{Stream: "B", Seq: 5, Index: 2}, Position{Stream: "A", Seq: 9})
	if got, err := ParseCursor(c.String()); err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("%+v, %v", got, err)
	}
	if zero, err := ParseCursor(""); err != nil || !zero.IsZero() {
		t.Errorf("%+v, %v", zero, err)
	}
	for _, bad := range []string{"!", "AA", "Ag", c.String()[:len(c.String())-2], "AQoA"} {
		if _, err := ParseCursor(bad); !errors.Is(err, ErrBadCursor) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, k := range []struct {
		a, b Cursor
		want bool
	}{
		{c, c, true}, {c, Cursor{}, true}, {Cursor{}, c, false},
		{c, NewCursor(Position{Stream: "B", Seq: 5, Index: 1}), true},
		{c, NewCursor(Position{Stream: "B", Seq: 5, Index: 3}), false},
		{c, NewCursor(Position{Stream: "B", Seq: 5}), false},
		{c.With(Position{Stream: "B", Seq: 5}), NewCursor(Position{Stream: "B", Seq: 5, Index: 3}), true},
		{c, NewCursor(Position{Stream: "C", Seq: 1}), false},
	} {
		if got := k.a.Covers(k.b); got != k.want {
			t.Errorf("%v covers %v: %v", k.a, k.b, got)
		}
	}
}

func TestCursorsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c Cursor
		for range rapid.IntRange(0, 5).Draw(t, "n") {
			c = c.With(Position{Stream: rapid.StringMatching(`[A-Z_0-9]{1,12}`).Draw(t, "stream"),
				Seq: rapid.Uint64().Draw(t, "seq"), Index: rapid.IntRange(0, 500).Draw(t, "index")})
		}
		got, err := ParseCursor(c.String())
		if err != nil || !got.Covers(c) || !c.Covers(got) || got.String() != c.String() {
			t.Fatalf("%v became %v, %v", c, got, err)
		}
	})
}

// FuzzDecode feeds any bytes to the readers of stored forms: they answer with
// an error or with something that can be written again, and never panic.
func FuzzDecode(f *testing.F) {
	for _, e := range samples() {
		f.Add(e.EventType().Name, e.AppendJSON(nil))
	}
	env := sampleEnvelope()
	f.Add("", AppendEnvelope(nil, &env))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		if e, err := Decode(Type{name, 1}, b); err == nil {
			if _, err := Decode(e.EventType(), e.AppendJSON(nil)); err != nil {
				t.Errorf("%s cannot be read again: %v", e.AppendJSON(nil), err)
			}
		}
		if e, err := DecodeEnvelope(b); err == nil {
			if again, err := DecodeEnvelope(AppendEnvelope(nil, &e)); err != nil || !reflect.DeepEqual(again, e) {
				t.Errorf("%+v became %+v, %v", e, again, err)
			}
		}
		_, _ = SplitPlain(b, 3)
		_, _ = ParseCursor(string(b))
	})
}

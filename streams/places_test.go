package streams

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
)

func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// table makes a slice table of boundaries at the given times.
func table(t *testing.T, from ...int64) *sliceTable {
	t.Helper()
	s := &sliceTable{}
	for i, ms := range from {
		list := []events.Event{events.SliceAnnounced{Slice: []string{"00000", "00001", "00002"}[i], From: at(ms)}}
		if err := s.fold(events.FromEvents(events.Envelope{}, events.Slices(), events.Position{}, events.Hash{}, list)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// TestPlaces pins subjects: they are bound into every stored commit.
func TestPlaces(t *testing.T) {
	t.Parallel()
	s := table(t, 1000, 5000)
	early, late := "00000000-03e8-7000-8000-0000000000c7", "00000000-1388-7000-8000-000000000001"
	for _, c := range []struct {
		id   events.AggregateID
		want place
	}{
		{events.Workflow("w0", "0a1f"), place{"DEFS", "ev.d.31.w0.workflow.0a1f", ""}},
		{events.Slices(), place{"DEFS", "ev.d." + events.PartitionToken(events.Slices().ID) + "._.slices." + events.Slices().ID, ""}},
		{events.Run("w0", early), place{"RUNS_00000", "ev.00000.07.w0.run." + early, "00000"}},
		{events.Run("w0", late), place{"RUNS_00001", "ev.00001.01.w0.run." + late, "00001"}},
		{events.AggregateID{Kind: events.KindKey, Workspace: "w0", ID: "00001-ab02"}, place{"RUNS_00001", "ev.00001.02.w0.key.ab02", "00001"}},
	} {
		got, err := s.placeOf(c.id)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", c.id, got, err)
		}
		if back, err := aggregateOf(got.subject); err != nil || back != c.id {
			t.Errorf("%s comes back as %s, %v", c.id, back, err)
		}
		subjects := streamSubjects(got.stream)
		if len(subjects) != 1 || !strings.HasPrefix(got.subject, strings.TrimSuffix(subjects[0], ">")) {
			t.Errorf("%s does not store %s", got.stream, got.subject)
		}
	}
}

func TestGone(t *testing.T) {
	t.Parallel()
	s := table(t, 1000, 5000)
	for _, id := range []events.AggregateID{
		events.Run("w0", "00000000-03e7-7000-8000-000000000001"),
		{Kind: events.KindKey, Workspace: "w0", ID: "00009-ab"},
	} {
		if _, err := s.placeOf(id); !errors.Is(err, commands.ErrGone) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", ".", "a.b", "*", ">", "a b", "a\n", "ä", "\x00", strings.Repeat("a", maxToken+1)} {
		if err := checkToken("id", bad); !errors.Is(err, events.ErrBadID) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, good := range []string{"a", "_", "A-Z_09", strings.Repeat("a", maxToken)} {
		if err := checkToken("id", good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", "ev.d.00.w0.run", "xx.d.00.w0.run.a", "ev.d.00.w0.run.a.b", "pay.00000.00.w0.r.a"} {
		if _, err := aggregateOf(bad); !errors.Is(err, events.ErrBadID) {
			t.Errorf("%q is taken for a subject", bad)
		}
	}
}

func TestSlicesBetween(t *testing.T) {
	t.Parallel()
	s := table(t, 0, 5000, 9000)
	for _, c := range []struct {
		from, to int64
		want     string
	}{
		{0, 100, "00000"},
		{4000, 6000, "00001 00000"},
		{5000, 6000, "00001"},
		{0, 9000, "00002 00001 00000"},
		{9500, 9999, "00002"},
	} {
		if got := strings.Join(s.between(at(c.from), at(c.to)), " "); got != c.want {
			t.Errorf("%d to %d: %s, want %s", c.from, c.to, got, c.want)
		}
	}
	if s := table(t, 0, 5000); !slices.Equal(s.names(), []string{"00000", "00001"}) {
		t.Error(s.names())
	}
}

func TestSliceTableRefusesBadNames(t *testing.T) {
	t.Parallel()
	s := &sliceTable{}
	list := []events.Event{events.SliceAnnounced{Slice: "a.b"}}
	if err := s.fold(events.FromEvents(events.Envelope{}, events.Slices(), events.Position{}, events.Hash{}, list)); !errors.Is(err, events.ErrBadID) {
		t.Fatal(err)
	}
}

// TestNewSlice announces a boundary: its streams are there at once, runs on
// both sides find their place, and a tail of all streams goes on into it.
func TestNewSlice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := openTest(t, Config{Dir: dir})
	tail := l.Tail(events.Cursor{}, TailOptions{})
	defer tail.Close()
	head, err := loadAll(l, events.Slices())
	if err != nil || head.Revision != 1 {
		t.Fatal(head, err)
	}
	boundary := time.Now().Add(time.Hour)
	_, err = l.Append(t.Context(), commands.Append{
		Aggregate: events.Slices(), Expect: head, CommandID: events.ID{1}, At: time.Now(),
		Events: []events.Event{events.SliceAnnounced{Slice: "00001", From: boundary}},
	})
	if err != nil {
		t.Fatal(err)
	}
	now, later := newRun(), events.Run("w0", events.NewTimeID(boundary.Add(time.Second), [10]byte{1}))
	fillRun(t, l, now, 2, 600)
	fillRun(t, l, later, 2, 600)
	seen := map[string]int{}
	for n := 0; n < 6; {
		list, err := tail.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			seen[r.Position.Stream]++
			n++
		}
	}
	if seen["DEFS"] != 2 || seen["RUNS_00000"] != 2 || seen["RUNS_00001"] != 2 {
		t.Fatal(seen)
	}
	closeLog(t, l)

	l = openTest(t, Config{Dir: dir})
	if want := []string{"DEFS", "RUNS_00000", "RUNS_00001"}; !slices.Equal(l.Streams(), want) {
		t.Fatal(l.Streams())
	}
	if head, err := loadAll(l, later); err != nil || head.Revision != 2 {
		t.Fatal(head, err)
	}
	if drift, err := l.Drift(t.Context()); err != nil || len(drift) != 0 {
		t.Fatal(drift, err)
	}
	got := l.KeyAggregates("w0", "ab", boundary.Add(time.Minute))
	if len(got) != 2 || got[0].ID != "00001-ab" || got[1].ID != "00000-ab" {
		t.Fatal(got)
	}
}

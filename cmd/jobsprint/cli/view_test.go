package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// lines shows events, each 5 ms after the one before.
func lines(t *testing.T, events ...[2]string) []string {
	t.Helper()
	s, _, out, _ := iostreams.Test()
	v := newView(&Env{Streams: s})
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, e := range events {
		v.event(wire.Event{Aggregate: wire.Aggregate{Kind: "run", ID: "r-1"}, Type: e[0], At: at, Data: json.RawMessage(e[1])})
		at = at.Add(5 * time.Millisecond)
	}
	return strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
}

func TestRunIsShownAsLines(t *testing.T) {
	t.Parallel()
	got := lines(t,
		[2]string{"run.started", `{"workflowName":"Orders","start":"In","input":[{"items":[{"json":{"n":1}},{"json":{"n":2}}]}]}`},
		[2]string{"step.completed", `{"step":"In","durationUS":40,"outputs":[{"pass":true}]}`},
		[2]string{"step.completed", `{"step":"If","durationUS":1200,"outputs":[{},{"items":[{"json":{"x":"y"}}]}]}`},
		[2]string{"step.scheduled", `{"step":"Pay","attempt":2}`},
		[2]string{"step.failed", `{"step":"Pay","durationUS":7,"error":{"message":"refused\u001b[2J"},"retryMS":1767225600000}`},
		[2]string{"step.waiting", `{"step":"Wait","untilMS":1767225600500}`},
		[2]string{"step.completed", `{"step":"Big","outputs":[{"ref":{},"count":3000}]}`},
		[2]string{"run.responded", `{"step":"Answer","status":201}`},
		[2]string{"key.claimed", `{}`},
		[2]string{"run.ended", `{"status":"error","error":{"message":"no luck"},"reason":"why"}`},
	)
	want := []string{
		`     +0 µs  ▶ run                      r-1 of "Orders" begins at "In"`,
		`   +5.0 ms  ✓ In                           40 µs  2 items  {"n":1}`,
		`  +10.0 ms  ✓ If                          1.2 ms  0 | 1 items  {"x":"y"}`,
		`  +15.0 ms  … Pay                      acts, attempt 2`,
		`  +20.0 ms  ✗ Pay                           7 µs  refused [2J, will be tried again`,
		`  +25.0 ms  ⏸ Wait                     waits until 00:00:00.500 UTC`,
		`  +30.0 ms  ✓ Big                           0 µs  3000 items  `,
		`  +35.0 ms  ↩ Answer                   answered its caller with status 201`,
		`  +45.0 ms  ■ run                      error: no luck: why`,
	}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Errorf("line %d is\n%s, want\n%s", i, got[min(i, len(got)-1)], want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
}

func TestErasedEventsAreShownWithoutFacts(t *testing.T) {
	t.Parallel()
	if got := lines(t, [2]string{"step.completed", `null`}); len(got) != 1 || !strings.Contains(got[0], "✓") {
		t.Errorf("got %q", got)
	}
}

func TestLongSamplesAreCut(t *testing.T) {
	t.Parallel()
	long := `{"json":{"text":"` + strings.Repeat("ä", 500) + `"}}`
	if got := []rune(sampleOf(json.RawMessage(long))); len(got) != shownOutput || got[len(got)-1] != '…' {
		t.Errorf("%d runes", len(got))
	}
}

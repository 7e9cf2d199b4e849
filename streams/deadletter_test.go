package streams

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
)

func TestDeadLettersAreListedNewestFirst(t *testing.T) {
	dir := t.TempDir()
	l := openTest(t, Config{Dir: dir})
	at := time.Date(2026, 5, 4, 3, 2, 1, 999, time.UTC)
	for i := range 5 {
		d := DeadLetter{
			Handler: "routes", Reason: fmt.Sprintf("reason %d", i), Attempts: i + 1, At: at,
			Stream: streamDefinitions, Seq: uint64(100 + i), Subject: "ev.d.00.w0.route.x", Body: []byte("never stored"),
		}
		for range 2 { // a repeat is the same letter
			if err := l.DeadLetter(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
	}
	closeLog(t, l)
	l = openTest(t, Config{Dir: dir})
	list, err := l.DeadLetters(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	want := DeadLetter{Handler: "routes", Reason: "reason 4", Attempts: 5, At: at, Stream: streamDefinitions, Seq: 104, Subject: "ev.d.00.w0.route.x"}
	if len(list) != 3 || fmt.Sprint(list[0]) != fmt.Sprint(want) || list[2].Reason != "reason 2" {
		t.Errorf("dead letters %+v, first want %+v", list, want)
	}
	for limit, n := range map[int]int{0: 0, -1: 0, 100: 5} {
		if list, err := l.DeadLetters(t.Context(), limit); err != nil || len(list) != n {
			t.Errorf("limit %d gave %d letters, %v; want %d", limit, len(list), err, n)
		}
	}
}

func TestNoDeadLetters(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	if list, err := l.DeadLetters(t.Context(), 10); err != nil || len(list) != 0 {
		t.Errorf("an empty log has the dead letters %v, %v", list, err)
	}
}

func TestDeadLetterNamesAMessageThatIsGone(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	c := dueTimers(t, l)
	setTimer(t, l, newRun(), "1", time.Now())
	d := nextDelivery(t, c)
	if err := l.DeadLetter(t.Context(), d.DeadLetter("it cannot be woken", time.Now())); err != nil {
		t.Fatal(err)
	}
	list, err := l.DeadLetters(t.Context(), 1)
	if err != nil || len(list) != 1 || len(list[0].Body) == 0 || list[0].Subject != d.Subject {
		t.Fatalf("before the ack: %+v, %v", list, err)
	}
	ack(t, d)
	eventually(t, "the timer is gone", func() bool { return messagesIn(t, l, streamTimers) == 0 })
	list, err = l.DeadLetters(t.Context(), 1)
	if err != nil || len(list) != 1 || list[0].Body != nil || list[0].Attempts != 1 || list[0].Handler != "timers" {
		t.Fatalf("after the ack: %+v, %v", list, err)
	}
}

func TestDeadLetterIsBounded(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	reason := strings.Repeat("é", 2000) + "\xff"
	if err := l.DeadLetter(t.Context(), DeadLetter{Handler: "h", Reason: reason, Stream: "NO_SUCH_STREAM", Seq: 1}); err != nil {
		t.Fatal(err)
	}
	list, err := l.DeadLetters(t.Context(), 1)
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	if got := list[0].Reason; got != strings.Repeat("é", maxReason/2) {
		t.Errorf("the reason has %d bytes", len(got))
	}
	if got := cut("caf\xc3\xa9 au lait", 4); got != "caf" {
		t.Errorf("cut inside a character gave %q", got)
	}
	for _, d := range []DeadLetter{{Handler: "a b", Stream: "DEFS"}, {Handler: "h", Stream: "a.b"}} {
		if err := l.DeadLetter(t.Context(), d); !errors.Is(err, events.ErrBadID) {
			t.Errorf("%+v gave %v", d, err)
		}
	}
	closeLog(t, l)
	if err := l.DeadLetter(t.Context(), DeadLetter{Handler: "h", Stream: "DEFS"}); !errors.Is(err, ErrClosed) {
		t.Errorf("a dead letter of a closed log gave %v", err)
	}
	if _, err := l.DeadLetters(t.Context(), 1); !errors.Is(err, ErrClosed) {
		t.Errorf("listing a closed log gave %v", err)
	}
}

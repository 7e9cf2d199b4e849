package streamtest

import (
	"errors"
	"os"
	"testing"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/streams"
)

func reopen(t *testing.T, open Opener) {
	dir := t.TempDir()
	s := startIn(t, open, dir)
	id := newRun(1)
	all := fill(t, s, id, 20)
	stop(t, s)

	s = startIn(t, open, dir)
	got, head := load(t, s, id, events.Head{})
	sameAll(t, got, all)
	// A repeat of the last command is recognised by the new process too.
	same(t, write(t, s, command(id, all[18].Head(), "fill19", "text19")), all[19])
	next := write(t, s, command(id, head, "after", "x"))
	if next.Revision != 21 {
		t.Fatalf("the chain goes on at %d", next.Revision)
	}
	tail := s.Tail(events.Cursor{}, streams.TailOptions{Streams: []string{next.Position.Stream}})
	defer tail.Close()
	sameAll(t, drain(t, tail, 21), append(all, next))
}

// killed copies the folder of a store that is at work: what kill -9 leaves.
func killed(t *testing.T, open Opener) {
	dir, copied := t.TempDir(), t.TempDir()
	s := startIn(t, open, dir)
	id := newRun(1)
	all := fill(t, s, id, 50)
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	s = startIn(t, open, copied)
	got, _ := load(t, s, id, events.Head{})
	sameAll(t, got, all)
}

func openedOnce(t *testing.T, open Opener) {
	dir := t.TempDir()
	s := startIn(t, open, dir)
	_, err := open(dir)
	var locked *streams.LockedError
	if !errors.As(err, &locked) {
		t.Fatalf("the folder was opened twice: %v", err)
	}
	if locked.Dir != dir || locked.Holder == "" {
		t.Fatalf("the error names %+v", locked)
	}
	stop(t, s)
	startIn(t, open, dir)
}

func closed(t *testing.T, open Opener) {
	s := start(t, open)
	stop(t, s)
	stop(t, s) // again
	_, err := s.Append(within(t), command(newRun(1), events.Head{}, "x", "x"))
	expect(t, err, commands.ErrUnavailable)
	_, err = s.Load(within(t), newRun(1), events.Head{}, func(*events.Recorded) error { return nil })
	expect(t, err, commands.ErrUnavailable)
	tail := s.Tail(events.Cursor{}, streams.TailOptions{})
	defer tail.Close()
	_, err = tail.Next(within(t))
	expect(t, err, streams.ErrClosed)
}

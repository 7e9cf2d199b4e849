package streams

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// PayloadBackend opens logs for the conformance suite, and hurts them.
type PayloadBackend struct {
	log *Log
	dir string
}

func NewPayloadBackend(t testing.TB) *PayloadBackend {
	b := &PayloadBackend{dir: t.TempDir()}
	b.open(t)
	return b
}

func (b *PayloadBackend) open(t testing.TB) {
	t.Helper()
	log, err := Open(t.Context(), Config{Dir: b.dir})
	if err != nil {
		t.Fatal(err)
	}
	b.log = log
	t.Cleanup(func() { log.Close(context.Background()) })
}

func (b *PayloadBackend) Payloads() *Payloads { return b.log.Payloads() }

func (b *PayloadBackend) Reopen(t *testing.T) {
	if err := b.log.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.open(t)
}

// Crash opens a copy of the files as they are at this instant, which is what a
// killed process leaves.
func (b *PayloadBackend) Crash(t *testing.T) {
	b.dir = copyFolder(t, b.dir)
	b.open(t)
}

func copyFolder(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

func (b *PayloadBackend) Chunks(t *testing.T, run events.AggregateID) int {
	s, err := b.log.js.Stream(t.Context(), payloadsStream(firstSlice))
	if err != nil {
		t.Fatal(err)
	}
	filter := payloadSubject(firstSlice, run, "*", "*")
	info, err := s.Info(t.Context(), jetstream.WithSubjectFilter(filter))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, count := range info.State.Subjects {
		n += int(count)
	}
	return n
}

func (b *PayloadBackend) Delete(t *testing.T, workspace string, ref item.Ref, chunk int) {
	b.take(t, payloadSubject(firstSlice, events.Run(workspace, ref.Owner), ref.Address, strconv.Itoa(chunk)))
}

func (b *PayloadBackend) Alter(t *testing.T, workspace string, ref item.Ref, chunk int) {
	subject := payloadSubject(firstSlice, events.Run(workspace, ref.Owner), ref.Address, strconv.Itoa(chunk))
	data := b.take(t, subject)
	data[len(data)/2] ^= 1
	b.store(t, subject, data)
}

func (b *PayloadBackend) Move(t *testing.T, workspace string, ref item.Ref, from, to int) {
	run := events.Run(workspace, ref.Owner)
	source := b.peek(t, payloadSubject(firstSlice, run, ref.Address, strconv.Itoa(from)))
	target := payloadSubject(firstSlice, run, ref.Address, strconv.Itoa(to))
	b.take(t, target)
	b.store(t, target, source)
}

func (b *PayloadBackend) peek(t *testing.T, subject string) []byte {
	t.Helper()
	s, err := b.log.js.Stream(t.Context(), payloadsStream(firstSlice))
	if err != nil {
		t.Fatal(err)
	}
	msg, err := s.GetLastMsgForSubject(t.Context(), subject)
	if err != nil {
		t.Fatalf("%s: %v", subject, err)
	}
	return bytes.Clone(msg.Data)
}

func (b *PayloadBackend) take(t *testing.T, subject string) []byte {
	t.Helper()
	data := b.peek(t, subject)
	s, err := b.log.js.Stream(t.Context(), payloadsStream(firstSlice))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Purge(t.Context(), jetstream.WithPurgeSubject(subject)); err != nil {
		t.Fatal(err)
	}
	return data
}

func (b *PayloadBackend) store(t *testing.T, subject string, data []byte) {
	t.Helper()
	if _, err := b.log.js.PublishMsg(t.Context(), &nats.Msg{Subject: subject, Data: data}); err != nil {
		t.Fatal(err)
	}
}

// Retire deletes the slice's stream.
func (b *PayloadBackend) Retire(t *testing.T) {
	if err := b.log.js.DeleteStream(t.Context(), payloadsStream(firstSlice)); err != nil {
		t.Fatal(err)
	}
}

// EraseKey shreds the slice of a workspace.
func (b *PayloadBackend) EraseKey(t *testing.T, workspace string) {
	if err := b.log.keys.kv.Delete(t.Context(), sliceSecret(workspace, firstSlice)); err != nil {
		t.Fatal(err)
	}
}

// FilesWith lists the files of the data folder in which the text stands.
func (b *PayloadBackend) FilesWith(t *testing.T, text string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && bytes.Contains(data, []byte(text)) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

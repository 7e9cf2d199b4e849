package vm

import (
	"bytes"
	"context"
	"testing"
	"time"
)

func TestARenewedEngineHoldsNothingOfWhatRanBefore(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	image, err := NewImage(ctx, Limits{MemoryBytes: 32 << 20, StackBytes: 1 << 20, OutputBytes: 1 << 20}, nil, []Script{{Name: "first", Source: "globalThis.__engine = {begin(){}, leave(v){return v}, describe(){}, extensions: []};"}})
	if err != nil {
		t.Fatal(err)
	}
	machine, err := image.New(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	read := func() []byte {
		text, _ := machine.module.Memory().Read(0, machine.module.Memory().Size())
		return bytes.Clone(text)
	}
	fresh := read()
	secret := "Object.prototype.leaked = 'a-secret-of-run-one'; globalThis.kept = Array.from({length: 20000}, (_, i) => 'a-secret-of-run-one' + i);"
	if err := machine.Script(ctx, secret); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(read(), []byte("a-secret-of-run-one")) {
		t.Fatal("the script left nothing, so that the test shows nothing")
	}
	if !image.Renew(machine, nil) {
		t.Fatal("it was not made new")
	}
	after := read()
	if !bytes.Equal(after[:len(fresh)], fresh) || bytes.ContainsFunc(after[len(fresh):], func(r rune) bool { return r != 0 }) {
		t.Error("the memory is not that of a new engine")
	}
	if _, err := machine.enter(ctx, machine.out, time.Second); err != nil {
		t.Error("a renewed engine does not run:", err)
	}
	machine.Close()
	if image.Renew(machine, nil) {
		t.Error("a dead engine was made new")
	}
}

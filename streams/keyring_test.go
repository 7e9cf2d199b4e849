package streams

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
)

// TestMakeWrappedGolden writes the golden wrapped key; with -update only,
// since every wrapping has a nonce of its own.
func TestMakeWrappedGolden(t *testing.T) {
	if *update {
		b := newWrapper(sampleKey()).wrap("d.w0.1", bytes.Repeat([]byte{7}, keyBytes))
		if err := os.WriteFile("testdata/wrapped_v1.hex", []byte(hexLines(b)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := newWrapper(sampleKey())
	b := w.wrap("a", []byte("secret"))
	if _, err := w.unwrap("b", b); !errors.Is(err, ErrKeyWrong) {
		t.Errorf("a key can be given another's name: %v", err)
	}
	for _, bad := range [][]byte{nil, {2}, append([]byte{2}, b[1:]...)} {
		if _, err := w.unwrap("a", bad); err == nil {
			t.Errorf("%x is no wrapped key", bad)
		}
	}
}

func TestMasterKeyFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(t.TempDir(), "conf", "master.key")
	l := openTest(t, Config{Dir: dir, KeyFile: file})
	id := newRun()
	fillRun(t, l, id, 1, 600)
	closeLog(t, l)

	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info.Mode(), err)
	}
	key, _ := os.ReadFile(file)
	for _, c := range []struct {
		name    string
		content string
		want    error
	}{
		{"another key", hex.EncodeToString(randomKey()), ErrKeyWrong},
		{"too short", "abcd", ErrKeyWrong},
		{"no hexadecimal", strings.Repeat("x", 64), ErrKeyWrong},
		{"missing", "", ErrKeyMissing},
	} {
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if c.content == "" {
			_ = os.Remove(file)
		}
		_, err := Open(context.Background(), Config{Dir: dir, KeyFile: file})
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a new key was made for a store that has keys")
	}
	if err := os.WriteFile(file, key, 0o600); err != nil {
		t.Fatal(err)
	}
	l = openTest(t, Config{Dir: dir, KeyFile: file})
	if head, err := loadAll(l, id); err != nil || head.Revision != 1 {
		t.Fatal(head, err)
	}
}

func TestExistingMasterKeyServesNewStore(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "master.key")
	want := strings.Repeat("ab", keyBytes)
	if err := os.WriteFile(file, []byte(want+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	openTest(t, Config{Dir: t.TempDir(), KeyFile: file})
	openTest(t, Config{Dir: t.TempDir(), KeyFile: file})
	if got, _ := os.ReadFile(file); strings.TrimSpace(string(got)) != want {
		t.Error("the key file was written over")
	}
}

func TestKeysDifferByWorkspaceSliceAndRun(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	seen := map[string]string{}
	for _, c := range [][3]string{{"w0", "00000", "r1"}, {"w0", "00000", "r2"}, {"w0", "00001", "r1"}, {"w1", "00000", "r1"}} {
		aead, keyID, mac, err := l.keys.run(t.Context(), c[0], c[1], c[2])
		if err != nil || keyID != "s"+c[1]+".1" {
			t.Fatal(keyID, err)
		}
		sum := fmt.Sprintf("%x", aead.Seal(nil, make([]byte, nonceBytes), nil, nil))
		for _, k := range []string{sum, string(mac)} {
			if other, ok := seen[k]; ok {
				t.Errorf("%v has the key of %s", c, other)
			}
			seen[k] = fmt.Sprint(c)
		}
	}
	a, err := l.keys.workspaceMAC(t.Context(), "w0")
	b, err2 := l.keys.workspaceMAC(t.Context(), "w1")
	if err != nil || err2 != nil || bytes.Equal(a, b) || len(a) != keyBytes {
		t.Error("the workspaces share a key", err, err2)
	}
}

func TestSecretIsMadeOnce(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	// A second keyring on the same bucket has none of the first one's memory.
	other := newKeyring(l.keys.kv, nil, l.keys.sync)
	other.wrap = l.keys.wrap
	got := make([][]byte, 16)
	var wg sync.WaitGroup
	for i := range got {
		k := l.keys
		if i%2 == 1 {
			k = other
		}
		wg.Go(func() {
			var err error
			if got[i], err = k.secret(t.Context(), "s.w9.00000.1"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, s := range got {
		if !bytes.Equal(s, got[0]) || len(s) != keyBytes {
			t.Fatal("the secret was made twice")
		}
	}
}

// TestErasedSliceKey shreds a slice: what was stored under its key is there
// and verifies, and cannot be read; nothing is written under it again.
func TestErasedSliceKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := openTest(t, Config{Dir: dir})
	id := newRun()
	want := fillRun(t, l, id, 3, 600)
	if err := l.keys.kv.Purge(t.Context(), sliceSecret(events.DefaultWorkspace, firstSlice)); err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)

	l = openTest(t, Config{Dir: dir})
	head, err := l.Load(t.Context(), id, events.Head{}, func(r *events.Recorded) error {
		if _, err := r.Event(0); !r.Redacted() || !errors.Is(err, events.ErrRedacted) {
			t.Errorf("revision %d can be read", r.Revision)
		}
		return nil
	})
	if err != nil || head != want {
		t.Fatalf("head %+v, %v; want %+v", head, err, want)
	}
	_, err = l.Append(t.Context(), commands.Append{Aggregate: id, Expect: head, Events: filler(600)})
	if !errors.Is(err, commands.ErrGone) {
		t.Fatal(err)
	}
}

func TestUnknownKeyIsNoDamage(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	_, err := l.keys.reading(t.Context(), newRun(), firstSlice, "person.1")
	if !errors.Is(err, events.ErrNewerVersion) {
		t.Fatal(err)
	}
}

func TestRecentIsBounded(t *testing.T) {
	t.Parallel()
	r := recent[int, int]{limit: 10}
	for i := range 1000 {
		r.put(i, i)
		if _, ok := r.get(0); !ok {
			t.Fatalf("an entry in use was dropped after %d others", i)
		}
		if n := len(r.young) + len(r.old); n > 20 {
			t.Fatalf("%d entries", n)
		}
	}
	if _, ok := r.get(500); ok {
		t.Error("an old entry is still there")
	}
}

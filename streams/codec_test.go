package streams

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/klauspost/compress/zstd"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares bytes with a file of hexadecimal lines. Such a file never
// changes: it is what stores of every age hold.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(hexLines(got)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want := readGolden(t, name); !bytes.Equal(got, want) {
		t.Errorf("%s\n got %s\nwant %s", name, hexLines(got), hexLines(want))
	}
}

func hexLines(b []byte) string {
	var s strings.Builder
	for len(b) > 0 {
		n := min(32, len(b))
		s.WriteString(hex.EncodeToString(b[:n]) + "\n")
		b = b[n:]
	}
	return s.String()
}

func readGolden(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	b, err := hex.DecodeString(strings.ReplaceAll(string(text), "\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const sampleSubject = "ev.00000.07.w0.run.018d0000-0000-7000-8000-000000000007"

func sampleKey() []byte {
	key := make([]byte, keyBytes)
	for i := range key {
		key[i] = byte(i)
	}
	return key
}

func sampleEnvelope(list []events.Event) events.Envelope {
	env := events.Envelope{
		Revision: 3, At: time.Unix(1_700_000_000, 123).UTC(),
		CommandID: events.ID{1, 2}, CommandName: "run.start", CommandHash: events.Hash{3}, Actor: "u1",
		Correlation: "c", Causation: "d", Traceparent: "00-ab-cd-01", Prev: events.Hash{4}, KeyID: "s00000.1",
	}
	env.SetTypes(list)
	return env
}

func encodeSample(t testing.TB, c *codec, text string) ([]byte, []events.Event) {
	t.Helper()
	list := []events.Event{events.KeyClaimed{Run: text, Digest: "d"}, events.RouteReleased{Workflow: "w"}}
	env := sampleEnvelope(list)
	body, err := c.encode(sampleSubject, &env, list, newAEAD(sampleKey()), [nonceBytes]byte{9, 8, 7})
	if err != nil {
		t.Fatal(err)
	}
	return body, list
}

func decodeSample(c *codec, body []byte) (sealed, []byte, error) {
	s, err := parseBody(body)
	if err != nil {
		return s, nil, err
	}
	plain, err := c.open(sampleSubject, s, newAEAD(sampleKey()))
	return s, plain, err
}

func TestStoredBodyGolden(t *testing.T) {
	t.Parallel()
	c := newCodec()
	body, _ := encodeSample(t, c, "short")
	golden(t, "body_v1_plain.hex", body)
	hash := commitHash(sampleSubject, body)
	golden(t, "hash_v1.hex", hash[:])
}

// TestCompressedBodyGolden only reads the file: another release of the
// compressor may write other bytes, but must read these.
func TestCompressedBodyGolden(t *testing.T) {
	t.Parallel()
	c := newCodec()
	text := strings.Repeat("a long text ", 200)
	body, list := encodeSample(t, c, text)
	if *update {
		golden(t, "body_v1_zstd.hex", body)
	}
	s, plain, err := decodeSample(c, readGolden(t, "body_v1_zstd.hex"))
	if err != nil || s.env.Encoding != events.EncodingZstd {
		t.Fatal(s.env.Encoding, err)
	}
	if !bytes.Equal(plain, events.AppendPlain(nil, list)) {
		t.Fatalf("%.80q", plain)
	}
}

func TestKeysGolden(t *testing.T) {
	t.Parallel()
	var got []byte
	for _, id := range []events.AggregateID{events.Run("w0", "r1"), events.Workflow("w0", "f1"), {Kind: events.KindKey, Workspace: "w0", ID: "00000-ab"}} {
		path, _ := pathOf(id, "00000")
		got = append(got, derive(sampleKey(), path.purpose, 2*keyBytes)...)
	}
	got = append(got, derive(sampleKey(), "jobsprint/v1/mac", keyBytes)...)
	golden(t, "keys_v1.hex", got)

	secret, err := newWrapper(sampleKey()).unwrap("d.w0.1", readGolden(t, "wrapped_v1.hex"))
	if err != nil || !bytes.Equal(secret, bytes.Repeat([]byte{7}, keyBytes)) {
		t.Fatalf("%x, %v", secret, err)
	}
}

func TestBodiesAreCompressedWhenItHelps(t *testing.T) {
	t.Parallel()
	c := newCodec()
	for text, want := range map[string]uint8{
		"short":                               events.EncodingPlain,
		strings.Repeat("x", compressFrom):     events.EncodingZstd,
		incompressible(4 * compressFrom):      events.EncodingPlain,
		strings.Repeat("0123456789", 100_000): events.EncodingZstd,
	} {
		body, list := encodeSample(t, c, text)
		s, plain, err := decodeSample(c, body)
		if err != nil || s.env.Encoding != want || !bytes.Equal(plain, events.AppendPlain(nil, list)) {
			t.Errorf("%d bytes: encoding %d, %v", len(text), s.env.Encoding, err)
		}
		if s.env.Revision != 3 || s.env.KeyID != "s00000.1" || s.env.Len() != 2 {
			t.Errorf("envelope %+v", s.env)
		}
	}
}

// incompressible text: every rune of a large range, so that no byte repeats
// often enough to pay for the compressor's tables.
func incompressible(n int) string {
	var s strings.Builder
	x := uint32(2463534242)
	for s.Len() < n {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		s.WriteRune(rune(0x10000 + x%0xfffff))
	}
	return s.String()
}

func TestAlteredBodiesAreRefused(t *testing.T) {
	t.Parallel()
	c := newCodec()
	body, _ := encodeSample(t, c, strings.Repeat("text ", 200))
	for i := range body {
		altered := bytes.Clone(body)
		altered[i] ^= 0x10
		if _, _, err := decodeSample(c, altered); err == nil {
			t.Errorf("byte %d of %d may be altered", i, len(body))
		}
		if _, _, err := decodeSample(c, body[:i]); err == nil {
			t.Errorf("the body may be cut at %d of %d", i, len(body))
		}
	}
	s, _ := parseBody(body)
	if _, err := c.open("ev.other", s, newAEAD(sampleKey())); !errors.Is(err, errAltered) {
		t.Errorf("the body may be moved: %v", err)
	}
	if commitHash("a", []byte("bc")) == commitHash("ab", []byte("c")) {
		t.Error("the hash does not tell subject from body")
	}
}

func TestUnpackingIsBounded(t *testing.T) {
	t.Parallel()
	c := newCodec()
	zip, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	bomb := zip.EncodeAll(make([]byte, maxPlain+1), nil)
	env := sampleEnvelope([]events.Event{events.RouteReleased{}})
	for encoding, want := range map[uint8]error{events.EncodingZstd: events.ErrCorrupt, 7: events.ErrNewerVersion} {
		env.Encoding = encoding
		head := events.AppendEnvelope(nil, &env)
		nonce := make([]byte, nonceBytes)
		box := newAEAD(sampleKey()).Seal(nil, nonce, bomb, appendAAD(nil, sampleSubject, head))
		_, err := c.open(sampleSubject, sealed{env: env, clear: head, nonce: nonce, box: box}, newAEAD(sampleKey()))
		if !errors.Is(err, want) {
			t.Errorf("encoding %d: %v", encoding, err)
		}
	}
}

func TestTooManyBytesAreNotPacked(t *testing.T) {
	t.Parallel()
	list := []events.Event{events.KeyClaimed{Run: strings.Repeat("x", maxPlain+1)}}
	env := sampleEnvelope(list)
	_, err := newCodec().encode(sampleSubject, &env, list, newAEAD(sampleKey()), [nonceBytes]byte{})
	if !errors.Is(err, commands.ErrTooLarge) {
		t.Fatal(err)
	}
}

// FuzzStoredBody feeds the decoder anything: it gives an error or the commit
// that was encoded, and never more memory than its limit.
func FuzzStoredBody(f *testing.F) {
	c := newCodec()
	aead := newAEAD(sampleKey())
	for _, text := range []string{"", "short", strings.Repeat("text ", 200)} {
		body, _ := encodeSample(f, c, text)
		f.Add(body)
		f.Add(body[:len(body)/2])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := parseBody(body)
		if err != nil {
			return
		}
		plain, err := c.open(sampleSubject, s, aead)
		if err != nil {
			return
		}
		r, err := events.FromPlain(s.env, events.AggregateID{}, events.Position{}, events.Hash{}, plain)
		if err == nil && r.Len() != s.env.Len() {
			t.Fatal("another number of events than the envelope promises")
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	c := newCodec()
	list := filler(600)
	env := sampleEnvelope(list)
	aead := newAEAD(sampleKey())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.encode(sampleSubject, &env, list, aead, [nonceBytes]byte{}); err != nil {
			b.Fatal(err)
		}
	}
}

package streams

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"pgregory.net/rapid"
)

const goldenChunk = "0100087330303030302e315bd97616c4fac24ef96ba7ac6987519877faa043f5a9762a" +
	"15d4cdc576535e46de55a4630432491ed836"

const goldenSubject = "pay.00000.07.w0.0196a1b2-c3d4-7000-8000-000000000007.ab.0"

func goldenSeal() chunkSeal {
	return chunkSeal{aead: newAEAD(bytes.Repeat([]byte{7}, keyBytes)), keyID: "s00000.1"}
}

// TestStoredChunkOfFormatOneOpens holds the stored form: these bytes were
// written once and must open for ever.
func TestStoredChunkOfFormatOneOpens(t *testing.T) {
	stored, err := hex.DecodeString(goldenChunk)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := goldenSeal().open(nil, goldenSubject, stored)
	if err != nil || string(plain) != "hello, payload" {
		t.Fatalf("it opens as %q, %v", plain, err)
	}
}

func TestChunkOpensOnlyAsItWasSealed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seal := goldenSeal()
		plain := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "plain")
		stored := seal.seal(nil, goldenSubject, plain)
		if got, err := seal.open(nil, goldenSubject, stored); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("it opens as %q, %v", got, err)
		}
		if _, err := seal.open(nil, goldenSubject+"1", stored); !errors.Is(err, errSeal) {
			t.Fatalf("it opens in another place: %v", err)
		}
		if _, err := (chunkSeal{aead: seal.aead, keyID: "s00001.1"}).open(nil, goldenSubject, stored); !errors.Is(err, errSeal) {
			t.Fatalf("it opens under another key's name: %v", err)
		}
		at := rapid.IntRange(0, len(stored)-1).Draw(t, "at")
		short := stored[:at]
		if _, err := seal.open(nil, goldenSubject, short); !errors.Is(err, errSeal) {
			t.Fatalf("%d of %d bytes open: %v", at, len(stored), err)
		}
		stored[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if _, err := seal.open(nil, goldenSubject, stored); !errors.Is(err, errSeal) {
			t.Fatalf("it opens with byte %d changed: %v", at, err)
		}
	})
}

func TestChunksCoverThePayload(t *testing.T) {
	for size, n := range map[int64]int{0: 1, 1: 1, chunkBytes: 1, chunkBytes + 1: 2, 3 * chunkBytes: 3, MaxPayloadBytes: 2048} {
		if got := chunkCount(size); got != n {
			t.Errorf("%d bytes are %d chunks, want %d", size, got, n)
		}
		total := 0
		for i := range n {
			total += chunkLength(size, i)
		}
		if int64(total) != size {
			t.Errorf("the chunks of %d bytes have %d", size, total)
		}
	}
}

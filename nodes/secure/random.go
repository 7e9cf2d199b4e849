package secure

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"regexp"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// MaxRandom is the largest length of a random text.
const MaxRandom = 1 << 20

const defaultRandom = 32

// randomOf is the source of an item's random values: of the seed of the step run,
// so that a replay makes the same ones.
func randomOf(c *nodes.Call, use string, i int) *rand.ChaCha8 {
	h := sha256.New()
	h.Write(c.Batch.Env.Seed[:])
	h.Write([]byte(use))
	var index [8]byte
	binary.BigEndian.PutUint64(index[:], uint64(i)) //nolint:gosec // an index
	h.Write(index[:])
	return rand.NewChaCha8([32]byte(h.Sum(nil)))
}

var notWord = regexp.MustCompile(`\W`)

func newGenerate(c *nodes.Compile) func(*nodes.Call, int, item.Item) (string, error) {
	kind, length := nodes.Text(c, "encodingType", "uuid"), nodes.Any(c, "stringLength", item.Int(defaultRandom))
	return func(c *nodes.Call, i int, _ item.Item) (string, error) {
		form, err := kind.At(c, i)
		if err != nil {
			return "", err
		}
		source := randomOf(c, "crypto.generate", i)
		if form == "uuid" {
			return uuid(source), nil
		}
		v, err := length.At(c, i)
		if err != nil {
			return "", err
		}
		n, err := sizeOf(v, i)
		if err != nil {
			return "", err
		}
		data := make([]byte, 2*n+8)
		_, _ = source.Read(data) // never fails
		switch form {
		case "hex":
			return hex.EncodeToString(data)[:n], nil
		case "base64":
			return notWord.ReplaceAllString(base64.StdEncoding.EncodeToString(data), "")[:n], nil
		}
		out := data[:n]
		for k := range out {
			out[k] &= 0x7f
		}
		return string(out), nil
	}
}

// sizeOf is the length that is asked for. What Node.js refuses is refused in its
// words.
func sizeOf(v item.Value, i int) (int, error) {
	size, ok := v.Number()
	switch {
	case !ok:
		return 0, nodes.Fail(badArgument, `The "size" argument must be of type number. Received `+received(v), i)
	case size < 0:
		return 0, nodes.Fail("crypto.range", `The value of "size" is out of range. It must be >= 0 && <= 2147483647. Received `+v.ToString(), i)
	case size > MaxRandom:
		return 0, nodes.Fail("crypto.length", fmt.Sprintf("a random text has %d characters at most", MaxRandom), i)
	}
	return int(size), nil
}

// uuid is a random UUID, version 4.
func uuid(source *rand.ChaCha8) string {
	var b [16]byte
	_, _ = source.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

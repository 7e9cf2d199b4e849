package secure

import (
	"crypto/hmac"
	"crypto/md5"  //nolint:gosec // asked for by name
	"crypto/sha1" //nolint:gosec // asked for by name
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"hash"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// digestNames are the hashes that the form offers, version 2's default first.
var digestNames = []string{"SHA256", "MD5", "SHA1", "SHA3-256", "SHA3-384", "SHA3-512", "SHA384", "SHA512"}

// digests are hashes by their name in lower case.
var digests = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
	"sha512-224": sha512.New512_224, "sha512-256": sha512.New512_256,
	"sha3-224": func() hash.Hash { return sha3.New224() }, "sha3-256": func() hash.Hash { return sha3.New256() },
	"sha3-384": func() hash.Hash { return sha3.New384() }, "sha3-512": func() hash.Hash { return sha3.New512() },
}

func newHash(c *nodes.Compile, keyed bool) func(*nodes.Call, int, item.Item) (string, error) {
	def := "MD5"
	if c.Version >= 2 {
		def = "SHA256"
	}
	typ, value := nodes.Text(c, "type", def), nodes.Any(c, "value", item.String(""))
	encoding := nodes.Text(c, "encoding", "hex")
	fromFile, file := nodes.Flag(c, "binaryData", false), nodes.Text(c, "binaryPropertyName", "data")
	secret := nodes.Any(c, "secret", item.String(""))
	version := c.Version
	return func(c *nodes.Call, i int, in item.Item) (string, error) {
		name, err := typ.At(c, i)
		if err != nil {
			return "", err
		}
		form, err := encoding.At(c, i)
		if err != nil {
			return "", err
		}
		digest, ok := digests[strings.ToLower(name)]
		if !ok && keyed {
			return "", nodes.Fail("crypto.type", "Invalid digest: "+name, i)
		}
		if !ok {
			return "", nodes.Fail("crypto.type", "Digest method not supported", i)
		}
		h := digest()
		if keyed {
			key, err := keyText(c, i, version, secret)
			if err != nil {
				return "", err
			}
			h = hmac.New(digest, []byte(key))
		}
		data, err := source(c, i, in, fromFile, file, value)
		if err != nil {
			return "", err
		}
		h.Write(data)
		return encode(h.Sum(nil), form), nil
	}
}

// keyText is the secret of a keyed hash, which version 2 takes from a credential.
func keyText(c *nodes.Call, i int, version float64, secret nodes.Param[item.Value]) (string, error) {
	if version >= 2 {
		return needed(c, "hmacSecret", "HMAC secret", "an HMAC secret", i)
	}
	v, err := secret.At(c, i)
	if err != nil {
		return "", err
	}
	text, ok := v.Str()
	if !ok {
		return "", nodes.Fail(badArgument, `The "key" argument must be of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey. Received `+received(v), i)
	}
	return text, nil
}

// badArgument is the code of values that Node.js takes for a wrong type.
const badArgument = "crypto.argument"

// source gives the bytes of a value, or of a file of the item.
func source(c *nodes.Call, i int, in item.Item, fromFile nodes.Param[bool], file nodes.Param[string], value nodes.Param[item.Value]) ([]byte, error) {
	whole, err := fromFile.At(c, i)
	if err != nil {
		return nil, err
	}
	if !whole {
		v, err := value.At(c, i)
		if err != nil {
			return nil, err
		}
		if text, ok := v.Str(); ok {
			return []byte(text), nil
		}
		return nil, nodes.Fail(badArgument, `The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received `+received(v), i)
	}
	name, err := file.At(c, i)
	if err != nil {
		return nil, err
	}
	b, err := nodes.FileOf(in, name, i)
	if err != nil {
		return nil, err
	}
	return c.Load(b)
}

// received says what a value is, as Node.js does in its messages.
func received(v item.Value) string {
	switch v.Kind() {
	case item.KindUndefined, item.KindNull:
		return v.ToString()
	case item.KindArray:
		return "an instance of Array"
	case item.KindObject:
		return "an instance of Object"
	}
	text := v.ToString()
	if v.Kind() == item.KindString {
		text = "'" + text + "'"
	}
	return "type " + v.Kind().String() + " (" + text + ")"
}

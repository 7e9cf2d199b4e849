package js

import (
	"crypto/md5"  //nolint:gosec // n8n's hash() offers it
	"crypto/sha1" //nolint:gosec // n8n's hash() offers it
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"strings"

	"github.com/jobsprint/jobsprint/expression/js/vm"
	"github.com/jobsprint/jobsprint/item"
)

// digests are the algorithms by their names without signs, in lower case.
var digests = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New,
	"sha384": sha512.New384, "sha512": sha512.New,
	"sha3": func() hash.Hash { return sha3.New512() },
}

var errNoDigest = errors.New("Digest method not supported")

// digest hashes a text and writes the result as hex or base64.
func digest(algorithm, text, encoding string) vm.Reply {
	algorithm = strings.ToLower(strings.ReplaceAll(algorithm, "-", ""))
	start, ok := digests[algorithm]
	if !ok {
		return problem(errNoDigest)
	}
	h := start()
	h.Write([]byte(item.ToWellFormed(text)))
	sum := h.Sum(nil)
	if encoding == "base64" {
		return value(item.String(base64.StdEncoding.EncodeToString(sum)))
	}
	return value(item.String(hex.EncodeToString(sum)))
}

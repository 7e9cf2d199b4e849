package secure

import (
	gocrypto "crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/md5" //nolint:gosec // asked for by name
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // asked for by name
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"

	//lint:ignore SA1019 it is asked for by name
	_ "golang.org/x/crypto/ripemd160" //nolint:staticcheck // it is asked for by name

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// signHashes are the hashes of signatures, by OpenSSL's names in lower case
// without the parts that name the key.
var signHashes = map[string]gocrypto.Hash{
	"md5": gocrypto.MD5, "sha1": gocrypto.SHA1, "sha1-2": gocrypto.SHA1, "sha224": gocrypto.SHA224, "sha256": gocrypto.SHA256,
	"sha384": gocrypto.SHA384, "sha512": gocrypto.SHA512, "sha512-224": gocrypto.SHA512_224, "sha512-256": gocrypto.SHA512_256,
	"md5-sha1": gocrypto.MD5SHA1, "ripemd": gocrypto.RIPEMD160, "ripemd160": gocrypto.RIPEMD160, "rmd160": gocrypto.RIPEMD160,
	"sha3-224": gocrypto.SHA3_224, "sha3-256": gocrypto.SHA3_256, "sha3-384": gocrypto.SHA3_384, "sha3-512": gocrypto.SHA3_512,
}

// signHash finds the hash in a name such as RSA-SHA256 or sha256WithRSAEncryption.
func signHash(algorithm string) (gocrypto.Hash, bool) {
	name := strings.ToLower(algorithm)
	for _, part := range []string{"rsa-", "id-rsassa-pkcs1-v1_5-with-", "ssl3-"} {
		name = strings.TrimPrefix(name, part)
	}
	name = strings.TrimSuffix(strings.TrimSuffix(name, "withrsaencryption"), "withrsa")
	h, ok := signHashes[strings.ReplaceAll(name, "/", "-")]
	return h, ok && (h.Available() || h == gocrypto.MD5SHA1)
}

func newSign(c *nodes.Compile) func(*nodes.Call, int, item.Item) (string, error) {
	value, algorithm := nodes.Text(c, "value", ""), nodes.Text(c, "algorithm", "")
	encoding, private := nodes.Text(c, "encoding", "hex"), nodes.Text(c, "privateKey", "")
	version := c.Version
	return func(c *nodes.Call, i int, _ item.Item) (string, error) {
		text, err1 := value.At(c, i)
		name, err2 := algorithm.At(c, i)
		form, err3 := encoding.At(c, i)
		key, err4 := private.At(c, i)
		if version >= 2 {
			key, err4 = needed(c, "signPrivateKey", "private key", "a private key", i)
		}
		for _, err := range []error{err1, err2, err3, err4} {
			if err != nil {
				return "", err
			}
		}
		h, ok := signHash(name)
		if !ok {
			return "", nodes.Fail("crypto.algorithm", "Invalid digest", i)
		}
		signer, err := privateKey(key)
		if err != nil {
			// What OpenSSL says of a key that it cannot read.
			return "", nodes.Fail("crypto.key", "error:1E08010C:DECODER routines::unsupported", i)
		}
		signature, err := sign(signer, h, []byte(text))
		if err != nil {
			return "", nodes.Fail("crypto.sign", err.Error(), i)
		}
		return encode(signature, form), nil
	}
}

// ripemdInfo stands before the digest in a signature: OpenSSL names the hash
// otherwise than Go does.
const ripemdInfo = "\x30\x21\x30\x09\x06\x05\x2b\x24\x03\x02\x01\x05\x00\x04\x14"

// sign makes the signature that is the same each time: PKCS #1 v1.5 for RSA, and
// for elliptic curves the one of RFC 6979.
func sign(key gocrypto.Signer, h gocrypto.Hash, data []byte) ([]byte, error) {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		digest := digestOf(h, data)
		if h == gocrypto.RIPEMD160 {
			return rsa.SignPKCS1v15(nil, key, 0, append([]byte(ripemdInfo), digest...))
		}
		return rsa.SignPKCS1v15(nil, key, h, digest)
	case *ecdsa.PrivateKey:
		return key.Sign(nil, digestOf(h, data), h)
	case ed25519.PrivateKey:
		return ed25519.Sign(key, data), nil
	}
	return nil, errors.New("this kind of key cannot sign")
}

func digestOf(h gocrypto.Hash, data []byte) []byte {
	if h == gocrypto.MD5SHA1 { // both, one behind the other
		first, second := md5.Sum(data), sha1.Sum(data) //nolint:gosec // asked for by name
		return append(first[:], second[:]...)
	}
	d := h.New()
	d.Write(data)
	return d.Sum(nil)
}

// pemText restores the lines of PEM that was pasted into one line.
func pemText(text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, `\n`, "\n"))
	head, rest, ok := strings.Cut(strings.TrimPrefix(text, "-----"), "-----")
	if !ok || strings.Contains(text, "\n") {
		return text
	}
	body, _, _ := strings.Cut(rest, "-----")
	return "-----" + head + "-----\n" + strings.Join(strings.Fields(body), "\n") + "\n-----END " + strings.TrimPrefix(head, "BEGIN ") + "-----\n"
}

// privateKey reads a key in PEM: PKCS #1, PKCS #8 or SEC 1.
func privateKey(text string) (gocrypto.Signer, error) {
	block, _ := pem.Decode([]byte(pemText(text)))
	if block == nil {
		return nil, errors.New("it is not PEM")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(gocrypto.Signer)
	if !ok {
		return nil, errors.New("this kind of key cannot sign")
	}
	return signer, nil
}

// publicKey reads a public key in PEM: PKIX, PKCS #1 or a certificate.
func publicKey(text string) (gocrypto.PublicKey, error) {
	block, _ := pem.Decode([]byte(pemText(text)))
	if block == nil {
		return nil, errors.New("it is not PEM")
	}
	if key, err := x509.ParsePKIXPublicKey(block.Bytes); err == nil {
		return key, nil
	}
	if cert, err := x509.ParseCertificate(block.Bytes); err == nil {
		return cert.PublicKey, nil
	}
	return x509.ParsePKCS1PublicKey(block.Bytes)
}

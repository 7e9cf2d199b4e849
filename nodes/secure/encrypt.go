package secure

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/scrypt"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// A text encrypted with a passphrase is, in base 64: a version, salt, nonce, tag
// and cipher text. The key is made with scrypt.
const (
	sealedVersion = 1
	saltSize      = 16
	nonceSize     = 12
	tagSize       = 16
	headSize      = 1 + saltSize + nonceSize + tagSize

	scryptN, scryptR, scryptP = 1 << 16, 8, 1
)

// cipherNames are the ciphers that the form offers, the default first.
var cipherNames = []string{"aes-256-gcm", "aes-192-gcm", "aes-128-gcm", "chacha20-poly1305"}

// aeadOf makes a cipher by name from a passphrase.
func aeadOf(name, passphrase string, salt []byte) (cipher.AEAD, error) {
	size := map[string]int{"aes-256-gcm": 32, "aes-192-gcm": 24, "aes-128-gcm": 16, "chacha20-poly1305": chacha20poly1305.KeySize}[name]
	if size == 0 {
		return nil, errors.New("the cipher " + name + " is not known; choose one of those that the form offers")
	}
	key, err := scrypt.Key([]byte(passphrase), salt, scryptN, scryptR, scryptP, size)
	if err != nil {
		return nil, err
	}
	if name == "chacha20-poly1305" {
		return chacha20poly1305.New(key)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// sealing encrypts or decrypts a value.
type sealing struct {
	open         bool
	mode, cipher nodes.Param[string]
	value        nodes.Param[item.Value]
}

func newSealing(c *nodes.Compile, open bool) func(*nodes.Call, int, item.Item) (string, error) {
	x := &sealing{open, nodes.Text(c, "mode", "symmetric"), nodes.Text(c, "cipher", cipherNames[0]), nodes.Any(c, "value", item.String(""))}
	return func(c *nodes.Call, i int, _ item.Item) (string, error) { return x.at(c, i) }
}

// operationFailed is the code of what n8n itself refuses.
const operationFailed = "crypto.operation"

// errOpen is all that is said of a text that cannot be decrypted.
var errOpen = errors.New("Decryption failed: wrong passphrase, key, cipher, or corrupted payload") //nolint:staticcheck // n8n's words

func (x *sealing) at(c *nodes.Call, i int) (string, error) {
	mode, err1 := x.mode.At(c, i)
	name, err2 := x.cipher.At(c, i)
	value, err3 := x.value.At(c, i)
	if err := errors.Join(err1, err2, err3); err != nil {
		return "", err
	}
	if mode == "asymmetric" {
		return x.withKey(c, value, i)
	}
	pass, err := needed(c, "encryptionPassphrase", "encryption passphrase", "an Encryption Passphrase", i)
	if err != nil {
		return "", err
	}
	text, ok := value.Str()
	if !ok {
		return "", nodes.Fail(badArgument, `The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received `+received(value), i)
	}
	if x.open {
		return unseal(name, pass, text, i)
	}
	return seal(c, name, pass, text, i)
}

func seal(c *nodes.Call, name, pass, text string, i int) (string, error) {
	head := make([]byte, 1+saltSize+nonceSize, headSize+len(text))
	_, _ = randomOf(c, "crypto.encrypt", i).Read(head) // never fails
	head[0] = sealedVersion
	aead, err := aeadOf(name, pass, head[1:1+saltSize])
	if err != nil {
		return "", nodes.Fail(operationFailed, err.Error(), i)
	}
	sealed := aead.Seal(nil, head[1+saltSize:], []byte(text), nil)
	body, tag := sealed[:len(text)], sealed[len(text):]
	return base64.StdEncoding.EncodeToString(append(append(head, tag...), body...)), nil
}

func unseal(name, pass, text string, i int) (string, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(data) < headSize || data[0] != sealedVersion {
		return "", nodes.Fail(operationFailed, "Ciphertext is malformed or truncated", i)
	}
	aead, err := aeadOf(name, pass, data[1:1+saltSize])
	if err != nil {
		return "", nodes.Fail(operationFailed, err.Error(), i)
	}
	nonce, tag := data[1+saltSize:headSize-tagSize], data[headSize-tagSize:headSize]
	sealed := append(append([]byte(nil), data[headSize:]...), tag...)
	plain, err := aead.Open(nil, nonce, sealed, nil)
	if err != nil {
		return "", nodes.Fail(operationFailed, errOpen.Error(), i)
	}
	return string(plain), nil
}

// withKey encrypts with a public key, or decrypts with a private one: RSA-OAEP
// with SHA-256.
func (x *sealing) withKey(c *nodes.Call, value item.Value, i int) (string, error) {
	field, label, article := "encryptionPublicKey", "encryption public key", "an Encryption Public Key"
	if x.open {
		field, label, article = "encryptionPrivateKey", "encryption private key", "an Encryption Private Key"
	}
	key, err := needed(c, field, label, article, i)
	if err != nil {
		return "", err
	}
	text, ok := value.Str()
	if !ok {
		return "", nodes.Fail(badArgument, "The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. Received "+received(value), i)
	}
	if x.open {
		plain, err := openWith(key, text)
		if err != nil {
			return "", nodes.Fail(operationFailed, errOpen.Error(), i)
		}
		return plain, nil
	}
	parsed, _ := publicKey(key)
	public, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return "", nodes.Fail("crypto.key", "error:1E08010C:DECODER routines::unsupported", i)
	}
	sealed, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, public, []byte(text), nil)
	if err != nil {
		return "", nodes.Fail(operationFailed, "Plaintext is too large for the RSA key. Use symmetric mode for larger data.", i)
	}
	return base64.StdEncoding.EncodeToString(sealed), nil
}

func openWith(key, text string) (string, error) {
	signer, err := privateKey(key)
	if err != nil {
		return "", err
	}
	private, ok := signer.(*rsa.PrivateKey)
	if !ok {
		return "", errOpen
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", err
	}
	plain, err := rsa.DecryptOAEP(sha256.New(), nil, private, data, nil)
	return string(plain), err
}

// needed is a member of the credential that must not be empty.
func needed(c *nodes.Call, name, label, article string, i int) (string, error) {
	text, err := credentialText(c, "crypto", name, i)
	if err == nil && text == "" {
		err = nodes.Fail(operationFailed, "No "+label+" set in credentials. Please add "+article+" to your Crypto credentials.", i)
	}
	return text, err
}

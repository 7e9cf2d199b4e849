package secure_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
	"github.com/jobsprint/jobsprint/nodes/secure"
)

func sealed(credential, params string) nodetest.Step {
	s := crypto(2, params)
	s.Credentials = map[string]string{"crypto": credential}
	return s
}

const phrase = `{"encryptionPassphrase":"pass phrase"}`

func TestWhatIsEncryptedCanBeDecrypted(t *testing.T) {
	t.Parallel()
	for _, cipher := range []string{"aes-256-gcm", "aes-192-gcm", "aes-128-gcm", "chacha20-poly1305"} {
		secret := run(t, sealed(phrase, `{"action":"encrypt","cipher":"`+cipher+`","value":"hello é"}`), `[{}]`).Get("data").JSON()
		plain := run(t, sealed(phrase, `{"action":"decrypt","cipher":"`+cipher+`","value":`+secret+`}`), `[{}]`).JSON()
		if plain != `{"data":"hello é"}` {
			t.Errorf("%s: %s", cipher, plain)
		}
	}
}

// These were made by n8n.
func TestTextsOfN8nAreDecrypted(t *testing.T) {
	t.Parallel()
	for cipher, secret := range map[string]string{
		"aes-256-gcm": "AQ+TA1tuqHX5x8C6xw2X5VJUbGpke0sr2/BvGSh6YL0S8itV1SCTPGeLXGfFZw==",
		"aes-128-gcm": "AZxhyf0daRkfJstYLzjIE0KDyjrBcxMHH7BRJkM/jPjBuaFx+V09eq0JvbXomw==",
	} {
		if got := run(t, sealed(phrase, `{"action":"decrypt","cipher":"`+cipher+`","value":"`+secret+`"}`), `[{}]`).JSON(); got != `{"data":"x"}` {
			t.Errorf("%s: %s", cipher, got)
		}
	}
}

func TestAPairOfKeys(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	private, err2 := x509.MarshalPKCS8PrivateKey(key)
	credential := item.NewObject(2).Set("encryptionPublicKey", item.String(pemOf(t, "PUBLIC KEY", public, err))).
		Set("encryptionPrivateKey", item.String(pemOf(t, "PRIVATE KEY", private, err2))).Value().JSON()
	secret := run(t, sealed(credential, `{"action":"encrypt","mode":"asymmetric","value":"hello"}`), `[{}]`).Get("data").JSON()
	if got := run(t, sealed(credential, `{"action":"decrypt","mode":"asymmetric","value":`+secret+`}`), `[{}]`).JSON(); got != `{"data":"hello"}` {
		t.Error(got)
	}
	long := `{"action":"encrypt","mode":"asymmetric","value":"` + strings.Repeat("x", 300) + `"}`
	if got := run(t, sealed(credential, long), `[{}]`).JSON(); !strings.Contains(got, "too large for the RSA key") {
		t.Error(got)
	}
	for params, want := range map[string]string{
		`{"action":"decrypt","mode":"asymmetric","value":"AAAA"}`:              "Decryption failed",
		`{"action":"decrypt","mode":"asymmetric","value":"!"}`:                 "Decryption failed",
		`{"action":"encrypt","mode":"asymmetric","value":"={{ $json.none }}"}`: "The first argument must be",
	} {
		if got := run(t, sealed(credential, params), `[{}]`).JSON(); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", params, got, want)
		}
	}
}

func TestWhatCannotBeEncryptedOrDecrypted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ credential, params, want string }{
		{`{}`, `{"action":"encrypt","value":"a"}`, "No encryption passphrase set in credentials. Please add an Encryption Passphrase to your Crypto credentials."},
		{`{}`, `{"action":"encrypt","mode":"asymmetric","value":"a"}`, "No encryption public key set"},
		{`{}`, `{"action":"decrypt","mode":"asymmetric","value":"a"}`, "No encryption private key set"},
		{`{}`, `{"action":"hmac","value":"a"}`, "No HMAC secret set in credentials. Please add an HMAC secret to your Crypto credentials."},
		{`{}`, `{"action":"sign","value":"a","algorithm":"RSA-SHA256"}`, "No private key set in credentials. Please add a private key to your Crypto credentials."},
		{`{"encryptionPublicKey":"x"}`, `{"action":"encrypt","mode":"asymmetric","value":"a"}`, "DECODER routines::unsupported"},
		{`{"encryptionPrivateKey":"x"}`, `{"action":"decrypt","mode":"asymmetric","value":"a"}`, "Decryption failed"},
		{phrase, `{"action":"decrypt","value":"not base 64"}`, "Ciphertext is malformed or truncated"},
		{phrase, `{"action":"decrypt","value":"AAAA"}`, "Ciphertext is malformed or truncated"},
		{`{"encryptionPassphrase":"other"}`, `{"action":"decrypt","value":"AQ+TA1tuqHX5x8C6xw2X5VJUbGpke0sr2/BvGSh6YL0S8itV1SCTPGeLXGfFZw=="}`, "Decryption failed"},
		{phrase, `{"action":"encrypt","value":"={{ 5 }}"}`, "Received type number (5)"},
		{phrase, `{"action":"encrypt","cipher":"rot13","value":"a"}`, "rot13 is not known"},
	} {
		if got := run(t, sealed(c.credential, c.params), `[{}]`).ToString(); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.params, got, c.want)
		}
	}
}

// A credential that is not there fails the step even where it should go on.
func TestACredentialMustBeThere(t *testing.T) {
	t.Parallel()
	for _, s := range []nodetest.Step{crypto(2, `{"action":"encrypt","value":"a"}`), {Definition: secure.TOTP()}} {
		s.Continue = true
		if _, err := s.Run(t, nodetest.Inputs(`[{}]`)); err == nil {
			t.Error("it goes on without")
		}
	}
}

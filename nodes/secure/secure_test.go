package secure_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"regexp"
	"strings"
	"testing"

	gocrypto "crypto"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
	"github.com/jobsprint/jobsprint/nodes/secure"
)

// run runs a step on one item and gives its json, or the error's message.
func run(t *testing.T, s nodetest.Step, in string) item.Value {
	t.Helper()
	result, err := s.Run(t, nodetest.Inputs(in))
	if err != nil {
		return item.String("error: " + err.Error())
	}
	return result.Outputs[0][0].JSON
}

func crypto(version float64, params string) nodetest.Step {
	return nodetest.Step{Definition: secure.Crypto(), Version: version, Params: params}
}

func TestHashes(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{"value":"abc"}`: `{"data":"900150983cd24fb0d6963f7d28e17f72"}`,
		`{"value":"abc","type":"SHA1","encoding":"base64"}`:        `{"data":"qZk+NkcGgWq6PiVxeFDCbJzQ2J0="}`,
		`{"value":"abc","type":"SHA3-256"}`:                        `{"data":"3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"}`,
		`{"value":"abc","type":"SHA384","dataPropertyName":"a.b"}`: `{"a.b":"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"}`,
		`{"value":"abc","action":"hmac","secret":"key"}`:           `{"data":"d2fe98063f876b03193afb49b4979591"}`,
		`{"value":"abc","type":"CRC"}`:                             `"error: Digest method not supported"`,
		`{"value":"={{ $json.none }}"}`:                            `"error: The \"data\" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received undefined"`,
		`{"binaryData":true}`:                                      `"error: This operation expects the node's input data to contain a binary file 'data', but none was found [item 0]"`,
	} {
		if got := run(t, crypto(1, params), `[{}]`).JSON(); got != want {
			t.Errorf("%s: %s, want %s", params, got, want)
		}
	}
	v2 := crypto(2, `{"action":"hmac","value":"abc","type":"MD5"}`)
	v2.Credentials = map[string]string{"crypto": `{"hmacSecret":"key"}`}
	if got := run(t, v2, `[{"a":1}]`).JSON(); got != `{"a":1,"data":"d2fe98063f876b03193afb49b4979591"}` {
		t.Error(got)
	}
}

func TestAHashOfAFile(t *testing.T) {
	t.Parallel()
	store := nodetest.NewPayloads()
	b := store.Binary(t, item.Binary{MimeType: "text/plain"}, []byte("abc"))
	s := crypto(2, `{"binaryData":true,"binaryPropertyName":"f"}`)
	s.Payloads = store
	in := nodes.Inputs{{{JSON: item.MustParse(`{}`), Binary: (*item.Binaries)(nil).With("f", b)}}}
	result, err := s.Run(t, in)
	if err != nil || result.Outputs[0][0].JSON.Get("data").ToString() != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(result, err)
	}
}

func TestRandomValues(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{"action":"generate"}`: `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
		`{"action":"generate","encodingType":"hex","stringLength":5}`:       `^[0-9a-f]{5}$`,
		`{"action":"generate","encodingType":"base64","stringLength":40}`:   `^\w{40}$`,
		`{"action":"generate","encodingType":"ascii","stringLength":9}`:     `^[\x00-\x7f]{9}$`,
		`{"action":"generate","encodingType":"hex","stringLength":9999999}`: `^error: a random text has`,
	} {
		first, second := run(t, crypto(1, params), `[{}]`), run(t, crypto(1, params), `[{}]`)
		text := first.Get("data").ToString()
		if first.Kind() == item.KindString {
			text = first.ToString()
		}
		if !regexp.MustCompile(want).MatchString(text) || first.JSON() != second.JSON() {
			t.Errorf("%s: %s and again %s", params, first.JSON(), second.JSON())
		}
	}
	s := crypto(1, `{"action":"generate"}`)
	result, err := s.Run(t, nodetest.Inputs(`[{},{}]`))
	if err != nil || item.Equal(result.Outputs[0][0].JSON, result.Outputs[0][1].JSON) {
		t.Error("two items have the same", err)
	}
}

func pemOf(t *testing.T, kind string, der []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	private := pemOf(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key), nil)
	oneLine := strings.ReplaceAll(strings.TrimSpace(private), "\n", " ")
	for _, text := range []string{private, oneLine} {
		params := item.NewObject(4).Set("action", item.String("sign")).Set("value", item.String("abc")).Set("algorithm", item.String("RSA-SHA256")).
			Set("encoding", item.String("base64")).Set("privateKey", item.String(text)).Value().JSON()
		signature, err := base64.StdEncoding.DecodeString(run(t, crypto(1, params), `[{}]`).Get("data").ToString())
		sum := sha256.Sum256([]byte("abc"))
		if err != nil || rsa.VerifyPKCS1v15(&key.PublicKey, gocrypto.SHA256, sum[:], signature) != nil {
			t.Error("the signature is wrong", err)
		}
	}
	for _, test := range []struct{ algorithm, key, want string }{{"RSA-SHA256", "x", "DECODER routines"}, {"SM3", private, "Invalid digest"}, {"RSA-RIPEMD160", private, `"data"`}, {"md5-sha1", private, `"data"`}} {
		params := item.NewObject(3).Set("action", item.String("sign")).Set("algorithm", item.String(test.algorithm)).Set("privateKey", item.String(test.key)).Value().JSON()
		if got := run(t, crypto(1, params), `[{}]`).JSON(); !strings.Contains(got, test.want) {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
}

const passphrase = `{"keyType":"passphrase","secret":"s3cret","algorithm":"HS256"}`

func token(credential, params string) nodetest.Step {
	return nodetest.Step{Definition: secure.JWT(), Params: params, Credentials: map[string]string{"jwtAuth": credential}}
}

func TestTokensAreSignedAndVerified(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	private := pemOf(t, "PRIVATE KEY", der, err)
	der, err = x509.MarshalPKIXPublicKey(&key.PublicKey)
	public := pemOf(t, "PUBLIC KEY", der, err)
	pems := item.NewObject(4).Set("keyType", item.String("pemKey")).Set("privateKey", item.String(private)).Set("publicKey", item.String(public)).Set("algorithm", item.String("ES256")).Value().JSON()
	for _, credential := range []string{passphrase, pems} {
		signed := run(t, token(credential, `{"claims":{"audience":"a","expiresIn":60,"subject":"ada"},"options":{"kid":"k1"}}`), `[{}]`).Get("token").ToString()
		verify := func(text, options string) string {
			return run(t, token(credential, `{"operation":"verify","token":"`+text+`","options":`+options+`}`), `[{}]`).JSON()
		}
		if got := verify(signed, `{}`); got != `{"payload":{"aud":"a","exp":1711824607,"sub":"ada","iat":1711824547}}` {
			t.Error(got)
		}
		if got := verify(signed, `{"complete":true}`); !strings.Contains(got, `"typ":"JWT","kid":"k1"}`) {
			t.Error(got)
		}
		head, _, _ := strings.Cut(signed, ".")
		if got := verify(head+".e30."+signed[strings.LastIndex(signed, ".")+1:], `{}`); got != `"error: invalid signature"` {
			t.Error(got)
		}
		if got := verify(signed, `{"algorithm":"HS512"}`); credential == passphrase && got != `"error: invalid algorithm"` {
			t.Error(got)
		}
	}
}

func TestTokensThatAreNotValid(t *testing.T) {
	t.Parallel()
	expired := run(t, token(passphrase, `{"useJson":true,"claimsJson":"{\"exp\":5,\"nbf\":9999999999}"}`), `[{}]`).Get("token").ToString()
	for params, want := range map[string]string{
		`{"operation":"verify","token":"x"}`:                                                        `"error: jwt malformed"`,
		`{"operation":"verify","token":"` + expired + `"}`:                                          `"error: jwt not active"`,
		`{"operation":"verify","token":"` + expired + `","options":{"ignoreNotBefore":true}}`:       `"error: jwt expired"`,
		`{"operation":"verify","token":"` + expired + `","options":{"clockTolerance":99999999999}}`: `{"payload":{"exp":5,"nbf":9999999999,"iat":1711824547}}`,
		`{"operation":"decode","token":"x"}`:                                                        `{"payload":null}`,
		`{"useJson":true,"claimsJson":"[1]"}`:                                                       `"error: the claims must be a JSON object"`,
		`{"options":{"algorithm":"RS256"}}`:                                                         `"error: secretOrPrivateKey must be an asymmetric key when using RS256"`,
	} {
		if got := run(t, token(passphrase, params), `[{}]`).JSON(); got != want {
			t.Errorf("%s: %s, want %s", params, got, want)
		}
	}
}

func TestOneTimeCodes(t *testing.T) {
	t.Parallel()
	s := nodetest.Step{Definition: secure.TOTP(), Credentials: map[string]string{"totpApi": `{"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}`}}
	// The time of tests is 1711824547: counter 57060818, seven seconds into its period.
	if got := run(t, s, `[{}]`); !regexp.MustCompile(`^\{"token":"\d{6}","secondsRemaining":23\}$`).MatchString(got.JSON()) {
		t.Error(got.JSON())
	}
	s.Params = `{"options":{"algorithm":"SHA512","digits":8,"period":60}}`
	if got := run(t, s, `[{}]`).Get("token").ToString(); len(got) != 8 {
		t.Error(got)
	}
	for params, want := range map[string]string{`{"options":{"digits":40}}`: "a code has 1 to 10 digits", `{"options":{"algorithm":"X"}}`: `the algorithm "X" is not known`} {
		s.Params = params
		if got := run(t, s, `[{}]`).ToString(); !strings.Contains(got, want) {
			t.Error(got)
		}
	}
	s.Params, s.Credentials["totpApi"] = `{}`, `{"secret":"18"}`
	if got := run(t, s, `[{}]`).ToString(); !strings.Contains(got, "not base 32") {
		t.Error(got)
	}
}

package secure

import (
	"crypto/hmac"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// TOTP makes one-time codes of the time (RFC 6238): n8n's "totp".
func TOTP() nodes.Definition {
	algorithms := make([]nodes.Option, 0, 9)
	for _, name := range []string{"SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA3-224", "SHA3-256", "SHA3-384", "SHA3-512"} {
		algorithms = append(algorithms, nodes.Choose(name, name))
	}
	return nodes.Definition{
		Type:     "n8n-nodes-base.totp",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "TOTP",
		Doc:      "Makes the one-time code of a secret for this moment.",
		Group:    "data",
		Icon:     "lock-clock",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("operation", "Operation", "", nodes.Choose("generateSecret", "Make a code")),
			nodes.OptionsField("options", "Options", nodes.ChoiceField("algorithm", "Algorithm", "", algorithms...),
				nodes.NumberField("digits", "Digits", 6, ""), nodes.NumberField("period", "Period in seconds", 30, "")),
		},
		Credentials: []nodes.Credential{{Type: "totpApi", Required: true}},
		Examples: []nodes.Example{{
			Name: "Without a credential", Params: `{}`, In: `[{}]`, Error: `the step has no credential of type "totpApi"`,
		}},
		New: func(c *nodes.Compile) (nodes.Node, error) {
			c.Choice("operation", "generateSecret")
			return &codes{nodes.Text(c, "options.algorithm", "SHA1"), nodes.Num(c, "options.digits", 6), nodes.Num(c, "options.period", 30)}, nil
		},
	}
}

type codes struct {
	algorithm      nodes.Param[string]
	digits, period nodes.Param[float64]
}

// Run makes a code for each item.
func (x *codes) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	out := make([]item.Item, 0, len(in.First()))
	for i := range in.First() {
		made, err := x.apply(c, i)
		if unset(err) {
			return nodes.Result{}, err
		}
		if err != nil {
			if made, err = c.Failed(i, err); err != nil {
				return nodes.Result{}, err
			}
		}
		out = append(out, made)
	}
	return nodes.One(out), nil
}

func (x *codes) apply(c *nodes.Call, i int) (item.Item, error) {
	secret, err := credentialText(c, "totpApi", "secret", i)
	if err != nil {
		return item.Item{}, err
	}
	name, err1 := x.algorithm.At(c, i)
	digits, err2 := x.digits.At(c, i)
	period, err3 := x.period.At(c, i)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return item.Item{}, err
		}
	}
	if period < 1 || digits < 1 || digits > 10 {
		return item.Item{}, nodes.Fail("totp.options", "a code has 1 to 10 digits and a period of at least one second", i)
	}
	code, err := oneTimeCode(secret, name, int(digits), period, c.Now())
	if err != nil {
		return item.Item{}, nodes.Fail("totp", err.Error(), i)
	}
	json := item.NewObject(2).Set("token", item.String(code)).Set("secondsRemaining", item.Int(remaining(period, c.Now())))
	return item.Item{JSON: json.Value(), Paired: item.PairOf(i)}, nil
}

// remaining counts the whole seconds until the code changes.
func remaining(period float64, now time.Time) int {
	part := math.Mod(float64(now.UnixMilli())/1000, period)
	return int(period - part)
}

// oneTimeCode is the code of a secret in base 32 at a time.
func oneTimeCode(secret, algorithm string, digits int, period float64, now time.Time) (string, error) {
	clean := strings.ToUpper(strings.TrimRight(strings.ReplaceAll(secret, " ", ""), "="))
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(clean)
	if err != nil {
		return "", fmt.Errorf("the secret is not base 32: %w", err)
	}
	digest, ok := digests[strings.ToLower(algorithm)]
	if !ok {
		return "", fmt.Errorf("the algorithm %q is not known", algorithm)
	}
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(float64(now.UnixMilli())/1000/period))
	mac := hmac.New(digest, key)
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := uint64(binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff)
	return fmt.Sprintf("%0*d", digits, n%uint64(math.Pow10(digits))), nil
}

package secure

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

const jwtCredential = "jwtAuth"

// JWT signs, verifies and reads JSON web tokens: n8n's "jwt".
func JWT() nodes.Definition {
	signing := nodes.When("operation", "sign")
	algorithms := make([]nodes.Option, 0, 12)
	for _, name := range []string{"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"} {
		algorithms = append(algorithms, nodes.Choose(name, name))
	}
	return nodes.Definition{
		Type:     "n8n-nodes-base.jwt",
		Versions: []float64{1},
		Class:    nodes.Sealed, // some signatures differ each time
		Name:     "JWT",
		Doc:      "Signs JSON web tokens, verifies them, and reads what they say.",
		Group:    "data",
		Icon:     "token",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("operation", "Operation", "", nodes.Choose("sign", "Sign"), nodes.Choose("verify", "Verify"), nodes.Choose("decode", "Read without verifying")),
			nodes.FlagField("useJson", "Claims as JSON", false, "").Show(signing),
			nodes.OptionsField("claims", "Claims", nodes.TextField("audience", "Audience", "", ""), nodes.NumberField("expiresIn", "Expires in seconds", 3600, ""),
				nodes.TextField("issuer", "Issuer", "", ""), nodes.TextField("jwtid", "Token id", "", ""), nodes.NumberField("notBefore", "Valid after seconds", 0, ""),
				nodes.TextField("subject", "Subject", "", "")).Show(signing, nodes.When("useJson", false)),
			nodes.JSONField("claimsJson", "Claims", "{\n  \"my_field_1\": \"value 1\",\n  \"my_field_2\": \"value 2\"\n}\n", "").Show(signing, nodes.When("useJson", true)),
			nodes.JSONField("headerClaims", "Header claims", "{}", "").Show(signing),
			nodes.TextField("token", "Token", "", "").Need().Show(nodes.When("operation", "verify", "decode")),
			nodes.OptionsField("options", "Options",
				nodes.FlagField("complete", "All parts", false, "Gives the header and the signature too."),
				nodes.FlagField("ignoreExpiration", "Ignore expiration", false, ""),
				nodes.FlagField("ignoreNotBefore", "Ignore not before", false, ""),
				nodes.NumberField("clockTolerance", "Clock tolerance in seconds", 0, ""),
				nodes.TextField("kid", "Key id", "", ""),
				nodes.ChoiceField("algorithm", "Algorithm", "Instead of the credential's.", algorithms...)),
		},
		Credentials: []nodes.Credential{{Type: jwtCredential, Required: true}},
		Examples: []nodes.Example{{
			Name: "Read", Params: `{"operation":"decode","token":"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhZGEifQ.c2ln"}`, In: `[{}]`, Out: `[[{"payload":{"sub":"ada"}}]]`,
		}},
		New: newJWT,
	}
}

type tokens struct {
	operation                           string
	useJSON                             bool
	claims, claimsJSON, header, options nodes.Param[item.Value]
	token                               nodes.Param[string]
}

func newJWT(c *nodes.Compile) (nodes.Node, error) {
	empty := item.NewObject(0).Value()
	return &tokens{
		operation: c.Choice("operation", "sign", "verify", "decode"), useJSON: c.FixedFlag("useJson", false),
		claims: nodes.Any(c, "claims", empty), claimsJSON: nodes.Any(c, "claimsJson", empty), header: nodes.Any(c, "headerClaims", empty),
		options: nodes.Any(c, "options", empty), token: nodes.Text(c, "token", ""),
	}, nil
}

// Run makes an item of each.
func (x *tokens) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	out := make([]item.Item, 0, len(in.First()))
	for i := range in.First() {
		v, err := x.apply(c, i)
		made := item.Item{JSON: v, Paired: item.PairOf(i)}
		if err != nil {
			var step *nodes.StepError
			if !errors.As(err, &step) {
				err = nodes.Fail("jwt", err.Error(), i)
			}
			if made, err = c.Failed(i, err); err != nil {
				return nodes.Result{}, err
			}
		}
		out = append(out, made)
	}
	return nodes.One(out), nil
}

func (x *tokens) apply(c *nodes.Call, i int) (item.Value, error) {
	options, err := x.options.At(c, i)
	if err != nil {
		return options, err
	}
	if x.operation == "sign" {
		return x.sign(c, i, options)
	}
	text, err := x.token.At(c, i)
	if err != nil {
		return options, err
	}
	parts, ok := readToken(text)
	if x.operation == "decode" {
		switch {
		case !ok && options.Get("complete").Truthy():
			return item.NewObject(0).Value(), nil
		case !ok:
			return item.NewObject(1).Set("payload", item.Null).Value(), nil
		}
		return parts.show(options), nil
	}
	if !ok {
		return options, errors.New("jwt malformed")
	}
	if err := x.verify(c, i, parts, options); err != nil {
		return options, err
	}
	return parts.show(options), nil
}

// token is one that was read.
type token struct {
	header, payload   item.Value
	signed, signature string
}

func readToken(text string) (token, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return token{}, false
	}
	header, err1 := readPart(parts[0])
	payload, err2 := readPart(parts[1])
	return token{header, payload, parts[0] + "." + parts[1], parts[2]}, err1 == nil && err2 == nil && header.Kind() == item.KindObject
}

func readPart(text string) (item.Value, error) {
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return item.Undefined, err
	}
	return item.Parse(data, item.Limits{})
}

func (t token) show(options item.Value) item.Value {
	if !options.Get("complete").Truthy() {
		return item.NewObject(1).Set("payload", t.payload).Value()
	}
	return item.NewObject(3).Set("header", t.header).Set("payload", t.payload).Set("signature", item.String(t.signature)).Value()
}

// key gives the method and the key to sign or to verify with.
func key(c *nodes.Call, i int, options item.Value, verify bool) (jwt.SigningMethod, any, error) {
	name := options.Get("algorithm").ToString()
	var texts [5]string
	for k, member := range []string{"algorithm", "keyType", "secret", "privateKey", "publicKey"} {
		text, err := credentialText(c, jwtCredential, member, i)
		if err != nil {
			return nil, nil, err
		}
		texts[k] = text
	}
	if options.Get("algorithm").IsNullish() {
		name = texts[0]
	}
	if name == "" {
		name = "HS256"
	}
	method := jwt.GetSigningMethod(name)
	if method == nil {
		return nil, nil, errors.New("invalid algorithm")
	}
	if texts[1] != "pemKey" {
		if _, isHMAC := method.(*jwt.SigningMethodHMAC); !isHMAC {
			return nil, nil, errors.New("secretOrPrivateKey must be an asymmetric key when using " + name)
		}
		if texts[2] == "" {
			return nil, nil, errors.New("secretOrPrivateKey must have a value")
		}
		return method, []byte(texts[2]), nil
	}
	if verify {
		public, err := publicKey(texts[4])
		return method, public, err
	}
	private, err := privateKey(texts[3])
	return method, private, err
}

func (x *tokens) verify(c *nodes.Call, i int, t token, options item.Value) error {
	method, k, err := key(c, i, options, true)
	if err != nil {
		return err
	}
	if t.signature == "" {
		return errors.New("jwt signature is required")
	}
	if t.header.Get("alg").ToString() != method.Alg() {
		return errors.New("invalid algorithm")
	}
	signature, err := base64.RawURLEncoding.DecodeString(t.signature)
	if err != nil || method.Verify(t.signed, signature, k) != nil {
		return errors.New("invalid signature")
	}
	now, tolerance := float64(c.Now().Unix()), 0.0
	if v := options.Get("clockTolerance"); !v.IsNullish() {
		tolerance = v.ToNumber()
	}
	if nbf, ok := t.payload.Get("nbf").Number(); ok && nbf > now+tolerance && !options.Get("ignoreNotBefore").Truthy() {
		return errors.New("jwt not active")
	}
	if exp, ok := t.payload.Get("exp").Number(); ok && now >= exp+tolerance && !options.Get("ignoreExpiration").Truthy() {
		return errors.New("jwt expired")
	}
	return nil
}

// claimNames are the claims of the form and their names in a token.
var claimNames = [][2]string{{"audience", "aud"}, {"expiresIn", "exp"}, {"issuer", "iss"}, {"jwtid", "jti"}, {"notBefore", "nbf"}, {"subject", "sub"}}

func (x *tokens) payload(c *nodes.Call, i int) (*item.ObjectBuilder, error) {
	now := float64(c.Now().Unix())
	if x.useJSON {
		v, err := x.claimsJSON.At(c, i)
		if err == nil {
			v, err = parsed(v)
		}
		o, ok := v.Obj()
		if err != nil || !ok {
			return nil, errors.New("the claims must be a JSON object")
		}
		return withIssue(item.FromObject(o), now), nil
	}
	claims, err := x.claims.At(c, i)
	if err != nil {
		return nil, err
	}
	out := item.NewObject(4)
	for _, name := range claimNames {
		v := claims.Get(name[0])
		if v.IsUndefined() {
			continue
		}
		if name[1] == "exp" || name[1] == "nbf" {
			v = item.Number(now + v.ToNumber())
		}
		out.Set(name[1], v)
	}
	return withIssue(out, now), nil
}

func withIssue(o *item.ObjectBuilder, now float64) *item.ObjectBuilder {
	if _, ok := o.Get("iat"); !ok {
		o.Set("iat", item.Number(now))
	}
	return o
}

func parsed(v item.Value) (item.Value, error) {
	if text, ok := v.Str(); ok {
		return item.Parse([]byte(text), item.Limits{})
	}
	return v, nil
}

func (x *tokens) sign(c *nodes.Call, i int, options item.Value) (item.Value, error) {
	method, k, err := key(c, i, options, false)
	if err != nil {
		return options, err
	}
	payload, err := x.payload(c, i)
	if err != nil {
		return options, err
	}
	extra, err := x.header.At(c, i)
	if err == nil {
		extra, err = parsed(extra)
	}
	if err != nil {
		return options, err
	}
	header := item.NewObject(3).Set("alg", item.String(method.Alg())).Set("typ", item.String("JWT"))
	if kid := options.Get("kid"); kid.Truthy() {
		header.Set("kid", kid)
	}
	more, _ := extra.Obj()
	for name, v := range more.All() {
		header.Set(name, v)
	}
	signed := encodePart(header.Value()) + "." + encodePart(payload.Value())
	signature, err := method.Sign(signed, k)
	if err != nil {
		return options, err
	}
	return item.NewObject(1).Set("token", item.String(signed+"."+base64.RawURLEncoding.EncodeToString(signature))).Value(), nil
}

func encodePart(v item.Value) string { return base64.RawURLEncoding.EncodeToString([]byte(v.JSON())) }

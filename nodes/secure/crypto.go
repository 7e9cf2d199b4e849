package secure

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// Crypto hashes, signs and makes random values: n8n's "crypto". Version 2 takes
// its secrets from a credential.
func Crypto() nodes.Definition {
	hashes := nodes.When("action", "hash", "hmac")
	valued, encoded, sealed := nodes.When("action", "hash", "hmac", "sign", "encrypt", "decrypt"), nodes.When("action", "hash", "hmac", "sign"), nodes.When("action", "encrypt", "decrypt")
	v1 := nodes.When("@version", 1)
	types := make([]nodes.Option, len(digestNames))
	for i, name := range digestNames {
		types[i] = nodes.Choose(name, name)
	}
	ciphers := make([]nodes.Option, len(cipherNames))
	for i, name := range cipherNames {
		ciphers[i] = nodes.Choose(name, name)
	}
	return nodes.Definition{
		Type:     "n8n-nodes-base.crypto",
		Versions: []float64{1, 2},
		Class:    nodes.Pure,
		Name:     "Crypto",
		Doc:      "Makes hashes, keyed hashes, signatures and random values; encrypts and decrypts.",
		Group:    "data",
		Icon:     "lock",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("action", "Action", "", nodes.Choose("hash", "Hash"), nodes.Choose("hmac", "Keyed hash"), nodes.Choose("sign", "Sign"), nodes.Choose("generate", "Random value"),
				nodes.Choose("encrypt", "Encrypt"), nodes.Choose("decrypt", "Decrypt")),
			nodes.FlagField("binaryData", "From a file", false, "").Need().Show(hashes),
			nodes.TextField("binaryPropertyName", "File field", "data", "").Need().Show(hashes, nodes.When("binaryData", true)),
			nodes.ChoiceField("type", "Hash", "Version 1 takes MD5 where nothing is given.", types...).Need().Show(hashes),
			nodes.ChoiceField("mode", "Mode", "", nodes.Choose("symmetric", "A passphrase"), nodes.Choose("asymmetric", "A pair of keys")).Need().Show(sealed),
			nodes.ChoiceField("cipher", "Cipher", "", ciphers...).Need().Show(sealed, nodes.When("mode", "symmetric")),
			nodes.TextField("value", "Value", "", "").Need().Show(valued),
			nodes.TextField("dataPropertyName", "Output field", "data", "").Need(),
			nodes.TextField("secret", "Secret", "", "").Need().Show(v1, nodes.When("action", "hmac")),
			nodes.TextField("algorithm", "Algorithm", "", "Such as RSA-SHA256.").Need().Show(nodes.When("action", "sign")),
			nodes.ChoiceField("encoding", "Encoding", "", nodes.Choose("hex", "Hex"), nodes.Choose("base64", "Base64")).Need().Show(encoded),
			nodes.TextField("privateKey", "Private key", "", "PEM.").Need().Show(v1, nodes.When("action", "sign")),
			nodes.ChoiceField("encodingType", "Kind", "", nodes.Choose("uuid", "UUID"), nodes.Choose("ascii", "Letters and digits"), nodes.Choose("base64", "Base64"), nodes.Choose("hex", "Hex")).
				Need().Show(nodes.When("action", "generate")),
			nodes.NumberField("stringLength", "Length", 32, "").Show(nodes.When("encodingType", "ascii", "base64", "hex")),
		},
		Credentials: []nodes.Credential{{Type: "crypto", Required: true, ShowWhen: []nodes.Condition{nodes.When("@version", 2), nodes.When("action", "hmac", "sign", "encrypt", "decrypt")}}},
		Examples: []nodes.Example{{
			Name: "A hash", Params: `{"value":"={{ $json.v }}"}`, In: `[{"v":"abc"}]`,
			Out: `[[{"v":"abc","data":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}]]`,
		}, {
			Name: "A keyed hash", Version: 1, Params: `{"action":"hmac","type":"SHA1","value":"abc","secret":"key","encoding":"base64"}`, In: `[{}]`,
			Out: `[[{"data":"T9CyFSdu8S8rPkyOysKBFJi2Vvw="}]]`,
		}},
		New: newCrypto,
	}
}

type crypto struct {
	action  string
	version float64
	field   nodes.Param[string]
	make    func(c *nodes.Call, i int, in item.Item) (string, error)
}

func newCrypto(c *nodes.Compile) (nodes.Node, error) {
	known := []string{"hmac", "sign", "generate"}
	if c.Version >= 2 {
		known = append(known, "encrypt", "decrypt")
	}
	x := &crypto{version: c.Version, action: c.Choice("action", "hash", known...)}
	x.field = nodes.Text(c, "dataPropertyName", "data")
	switch x.action {
	case "sign":
		x.make = newSign(c)
	case "generate":
		x.make = newGenerate(c)
	case "encrypt", "decrypt":
		x.make = newSealing(c, x.action == "decrypt")
	default:
		x.make = newHash(c, x.action == "hmac")
	}
	return x, nil
}

// Run adds a value to every item.
func (x *crypto) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	out := make([]item.Item, 0, len(in.First()))
	for i, it := range in.First() {
		made, err := x.apply(c, i, it)
		if err != nil {
			if unset(err) {
				return nodes.Result{}, err
			}
			why := nodeError(err)
			if made, err = c.Failed(i, err); err != nil {
				return nodes.Result{}, err
			}
			if x.version >= 2 {
				made.JSON = item.NewObject(1).Set("error", why).Value()
			}
		}
		out = append(out, made)
	}
	return nodes.One(out), nil
}

// nodeError describes an error as version 2 does on an item that stands for it.
func nodeError(err error) item.Value {
	o := item.NewObject(3).Set("message", item.String(err.Error()))
	var step *nodes.StepError
	if !errors.As(err, &step) {
		return o.Set("name", item.String("Error")).Value()
	}
	switch {
	case step.Code == badArgument:
		return o.Set("name", item.String("TypeError")).Set("code", item.String("ERR_INVALID_ARG_TYPE")).Value()
	case step.Code == "crypto.range":
		return o.Set("name", item.String("RangeError")).Set("code", item.String("ERR_OUT_OF_RANGE")).Value()
	case step.Code == operationFailed || strings.HasPrefix(step.Code, "binary."):
		return o.Set("name", item.String("NodeOperationError")).Value()
	}
	return o.Set("name", item.String("Error")).Value()
}

func (x *crypto) apply(c *nodes.Call, i int, in item.Item) (item.Item, error) {
	field, err := x.field.At(c, i)
	if err != nil {
		return in, err
	}
	text, err := x.make(c, i, in)
	if err != nil {
		return in, err
	}
	o, _ := in.JSON.Obj()
	json := item.FromObject(o).Set(field, item.String(text)).Value()
	return item.Item{JSON: json, Binary: in.Binary, Paired: item.PairOf(i)}, nil
}

func encode(data []byte, encoding string) string {
	if encoding == "base64" {
		return base64.StdEncoding.EncodeToString(data)
	}
	return hex.EncodeToString(data)
}

// unset reports whether an error is that of a credential that is not there, for
// which the step fails even where it should go on.
func unset(err error) bool {
	var step *nodes.StepError
	return errors.As(err, &step) && strings.HasPrefix(step.Code, "credential")
}

// credentialText is a member of a credential of the step.
func credentialText(c *nodes.Call, typ, name string, i int) (string, error) {
	if c.Credential == nil {
		return "", nodes.Fail("credential", "Node does not have any credentials set", i)
	}
	v, err := c.Credential(typ)
	if err != nil {
		return "", err
	}
	if v.Get(name).IsNullish() {
		return "", nil
	}
	return v.Get(name).ToString(), nil
}

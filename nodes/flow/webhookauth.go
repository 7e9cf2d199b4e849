package flow

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// Ways in which a webhook asks who calls.
const (
	authNone   = "none"
	authBasic  = "basicAuth"
	authHeader = "headerAuth"
	authJWT    = "jwtAuth"

	credentialBasic  = "httpBasicAuth"
	credentialHeader = "httpHeaderAuth"
	credentialJWT    = "jwtAuth"
)

// webhookCredentials lists the credentials of a webhook step.
func webhookCredentials() []nodes.Credential {
	return []nodes.Credential{
		{Type: credentialBasic, Required: true, ShowWhen: []nodes.Condition{nodes.When("authentication", authBasic)}},
		{Type: credentialHeader, Required: true, ShowWhen: []nodes.Condition{nodes.When("authentication", authHeader)}},
		{Type: credentialJWT, Required: true, ShowWhen: []nodes.Condition{nodes.When("authentication", authJWT)}},
	}
}

// newAuthentication reads how callers show who they are. What is not supported
// keeps the workflow from running, since its route would be open.
func newAuthentication(c *nodes.Compile, path string) string {
	switch auth := c.FixedText(path, authNone); auth {
	case authNone, authBasic, authHeader, authJWT:
		return auth
	default:
		c.Problem(path, "%q is not supported yet, so the route would be open; choose \"basicAuth\", \"headerAuth\" or \"jwtAuth\"", auth)
		return auth
	}
}

// authenticate refuses whoever does not show what the step's credential says;
// nil: he does. An error is one of the credential.
func authenticate(auth string, r *nodes.Request) (*events.RunResponded, error) {
	switch auth {
	case authNone:
		return nil, nil
	case authBasic:
		return basic(r)
	case authJWT:
		return token(r)
	}
	data, err := credentialOf(r, credentialHeader)
	if err != nil {
		return nil, err
	}
	name, _ := data.Get("name").Str()
	value, _ := data.Get("value").Str()
	if name == "" || !same(header(r, name), value) {
		return &events.RunResponded{Status: 403, Body: []byte("Authorization data is wrong!")}, nil
	}
	return nil, nil
}

func basic(r *nodes.Request) (*events.RunResponded, error) {
	data, err := credentialOf(r, credentialBasic)
	if err != nil {
		return nil, err
	}
	challenge := []events.Header{{Name: "WWW-Authenticate", Value: `Basic realm="Webhook"`}}
	scheme, sent, _ := strings.Cut(header(r, "authorization"), " ")
	if !strings.EqualFold(scheme, "basic") {
		return &events.RunResponded{Status: 401, Headers: challenge, Body: []byte("Authorization is required!")}, nil
	}
	user, _ := data.Get("user").Str()
	password, _ := data.Get("password").Str()
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(sent))
	if err != nil || user == "" || !same(string(decoded), user+":"+password) {
		return &events.RunResponded{Status: 403, Headers: challenge, Body: []byte("Authorization data is wrong!")}, nil //nolint:nilerr // what cannot be decoded is refused
	}
	return nil, nil
}

func credentialOf(r *nodes.Request, kind string) (item.Value, error) {
	if r.Credential == nil {
		return item.Undefined, nodes.Fail("webhook.credential", "there are no credentials here", -1)
	}
	return r.Credential(kind)
}

// same compares secrets without telling by its time where they differ.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

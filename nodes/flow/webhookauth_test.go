package flow_test

import (
	"encoding/base64"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

func TestWebhooksAskWhoCalls(t *testing.T) {
	t.Parallel()
	credentials := map[string]string{"httpBasicAuth": `{"user":"ada","password":"p:w"}`, "httpHeaderAuth": `{"name":"X-Key","value":"secret"}`,
		"jwtAuth": `{"keyType":"passphrase","secret":"s3cret","algorithm":"HS256"}`}
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	signed := func(method jwt.SigningMethod, key any, expires int64) string {
		text, err := jwt.NewWithClaims(method, jwt.MapClaims{"sub": "ada", "exp": expires}).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + text
	}
	for _, test := range []struct {
		auth, header, value string
		status              int
	}{
		{"none", "", "", 0},
		{"basicAuth", "authorization", basic("ada:p:w"), 0},
		{"basicAuth", "authorization", basic("ada:p"), 403},
		{"basicAuth", "authorization", basic(":"), 403},
		{"basicAuth", "authorization", "Basic %%", 403},
		{"basicAuth", "authorization", "Bearer x", 401},
		{"basicAuth", "", "", 401},
		{"headerAuth", "x-key", "secret", 0},
		{"headerAuth", "x-key", "Secret", 403},
		{"headerAuth", "", "", 403},
		{"jwtAuth", "authorization", signed(jwt.SigningMethodHS256, []byte("s3cret"), 1<<40), 0},
		{"jwtAuth", "authorization", signed(jwt.SigningMethodHS256, []byte("s3cret"), 1), 403},
		{"jwtAuth", "authorization", signed(jwt.SigningMethodHS256, []byte("other"), 1<<40), 403},
		{"jwtAuth", "authorization", signed(jwt.SigningMethodHS512, []byte("s3cret"), 1<<40), 403},
		{"jwtAuth", "authorization", signed(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, 1<<40), 403},
		{"jwtAuth", "authorization", "Bearer ", 401},
		{"jwtAuth", "", "", 401},
	} {
		r := sent("", "", item.MustParse(`{}`))
		r.Headers = []events.Header{{Name: test.header, Value: test.value}}
		r.Credential = func(kind string) (item.Value, error) { return item.MustParse(credentials[kind]), nil }
		result, err := webhook(t, 2, `{"path":"x","httpMethod":"POST","authentication":"`+test.auth+`"}`).Accept(r)
		if err != nil || (result.Outputs == nil) != (test.status != 0) || test.status != 0 && result.Response.Status != test.status {
			t.Errorf("%s with %s %q: %+v %v", test.auth, test.header, test.value, result, err)
		}
	}
	r := sent("", "", item.MustParse(`{}`))
	if _, err := webhook(t, 2, `{"path":"x","httpMethod":"POST","authentication":"headerAuth"}`).Accept(r); err == nil {
		t.Error("without credentials the route is open")
	}
}

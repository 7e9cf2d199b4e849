package flow_test

import (
	"encoding/base64"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

func TestWebhooksAskWhoCalls(t *testing.T) {
	t.Parallel()
	credentials := map[string]string{"httpBasicAuth": `{"user":"ada","password":"p:w"}`, "httpHeaderAuth": `{"name":"X-Key","value":"secret"}`}
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
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

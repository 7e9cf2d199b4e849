package flow_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/flow"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

func webhook(t *testing.T, version float64, params string) nodes.Webhook {
	t.Helper()
	s := nodetest.Step{Definition: flow.Webhook(), Version: version, Params: params, Name: "Webhook", WebhookID: "w-id"}
	return s.MustCompile(t).(nodes.Webhook)
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		version      float64
		params, want string
	}{
		{2, `{"path":"orders"}`, "GET orders onReceived"},
		{1, `{"httpMethod":"post","path":"/a/b/","responseMode":"lastNode"}`, "POST a/b lastNode"},
		{2, `{}`, "GET w-id onReceived"},
		{2.1, `{"path":"users/:id","responseMode":"responseNode"}`, "GET w-id/users/:id responseNode"},
		{2, `{"path":":id"}`, "GET w-id/:id onReceived"},
		{2, `{"path":"x","multipleMethods":true}`, "GET x onReceived, POST x onReceived"},
		{2, `{"path":"x","multipleMethods":true,"httpMethod":["PUT","DELETE"]}`, "PUT x onReceived, DELETE x onReceived"},
	} {
		w := webhook(t, test.version, test.params)
		var got []string
		for _, r := range w.Routes() {
			got = append(got, r.Method+" "+r.Path+" "+r.Reply)
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s: %v, want %s", test.params, got, test.want)
		}
		if p := w.(nodes.Ports); p.Inputs() != 0 || p.Outputs() != len(got) {
			t.Errorf("%s: %d inputs, %d outputs", test.params, p.Inputs(), p.Outputs())
		}
	}
}

func request() *nodes.Request {
	return &nodes.Request{
		Method: "POST", URL: "http://localhost/webhook/x",
		Headers: []events.Header{{Name: "accept", Value: "a"}, {Name: "accept", Value: "b"}, {Name: "content-type", Value: "application/json"}},
		Params:  []events.Header{{Name: "id", Value: "7"}},
		Query:   item.MustParse(`{"q":"1"}`), Body: item.MustParse(`{"n":1}`), Raw: []byte(`{"n":1}`),
	}
}

func TestARequestBecomesAnItem(t *testing.T) {
	t.Parallel()
	result, err := webhook(t, 2, `{"path":"x","httpMethod":["GET","POST"],"multipleMethods":true}`).Accept(request())
	if err != nil {
		t.Fatal(err)
	}
	want := `[[],[{"headers":{"accept":"a, b","content-type":"application/json"},"params":{"id":"7"},"query":{"q":"1"},"body":{"n":1},"webhookUrl":"http://localhost/webhook/x","executionMode":"production"}]]`
	if got := nodetest.Outputs(result.Outputs); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if result.Response == nil || string(result.Response.Body) != `{"message":"Workflow was started"}` || result.Response.Status != 200 {
		t.Errorf("%+v", result.Response)
	}
	result, err = webhook(t, 2, `{"path":"x","responseMode":"lastNode"}`).Accept(&nodes.Request{Method: "GET", Mode: "test"})
	if err != nil || result.Response != nil {
		t.Errorf("%+v %v", result, err)
	}
	if got := nodetest.Outputs(result.Outputs); got != `[[{"headers":{},"params":{},"query":{},"body":{},"webhookUrl":"","executionMode":"test"}]]` {
		t.Error(got)
	}
}

func TestBodiesAreKeptAsBinaryData(t *testing.T) {
	t.Parallel()
	stored := ""
	r := request()
	r.Store = func(mediaType string, data []byte) (item.Ref, error) {
		stored = mediaType + " " + string(data)
		return item.Ref{Address: "a", Bytes: int64(len(data))}, nil
	}
	w := webhook(t, 2, `{"path":"x","httpMethod":"POST","options":{"rawBody":true,"binaryPropertyName":"raw"}}`)
	result, err := w.Accept(r)
	if err != nil || stored != `application/json {"n":1}` {
		t.Fatalf("%v %s", err, stored)
	}
	if data, ok := result.Outputs[0][0].Binary.Get("raw"); !ok || data.Bytes != 7 || data.Ref.Address != "a" {
		t.Errorf("%+v", data)
	}
	r.Store = func(string, []byte) (item.Ref, error) { return item.Ref{}, errors.New("full") }
	if _, err := w.Accept(r); err == nil || err.Error() != "full" {
		t.Error(err)
	}
	r.Store, r.Body, r.Headers = nil, item.Undefined, nil
	_, err = webhook(t, 2, `{"path":"x","httpMethod":"POST"}`).Accept(r)
	if failure := nodetest.StepError(t, err); failure.Code != "webhook.binary" {
		t.Errorf("%+v", failure)
	}
	if _, err = webhook(t, 1, `{"path":"x","httpMethod":"POST"}`).Accept(r); err != nil {
		t.Errorf("version 1 keeps no bytes: %v", err)
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	last := nodetest.Items(`[{"a":{"b":"text"},"n":1},{"n":2}]`)
	last[0].Binary = last[0].Binary.With("data", item.Binary{MimeType: "image/png", Ref: item.Ref{Address: "p"}})
	const ok = events.StatusSuccess
	for _, test := range []struct {
		params, mode, status string
		last                 []item.Item
		want                 string
	}{
		{``, events.ReplyOnReceived, ok, nil, `200 application/json; charset=utf-8 {"message":"Workflow was started"}`},
		{`"options":{"responseData":"hi"}`, events.ReplyOnReceived, ok, nil, `200 text/html; charset=utf-8 hi`},
		{`"options":{"noResponseBody":true,"responseCode":{"values":{"responseCode":204}}}`, events.ReplyOnReceived, ok, nil, `204  `},
		{``, events.ReplyLastNode, ok, last, `200 application/json; charset=utf-8 {"a":{"b":"text"},"n":1}`},
		{`"responseData":"allEntries"`, events.ReplyLastNode, ok, last[1:], `200 application/json; charset=utf-8 [{"n":2}]`},
		{`"responseData":"noData"`, events.ReplyLastNode, ok, last, `200  `},
		{`"responseData":"firstEntryBinary"`, events.ReplyLastNode, ok, last, `200 image/png p`},
		{`"responseData":"firstEntryBinary"`, events.ReplyLastNode, ok, last[1:], `500 application/json; charset=utf-8 {"message":"No binary data was found to return"}`},
		{`"responseData":"firstEntryBinary","responseBinaryPropertyName":"zip"`, events.ReplyLastNode, ok, last, `500 application/json; charset=utf-8 {"message":"The binary property 'zip' which should be returned does not exist"}`},
		{``, events.ReplyLastNode, ok, nil, `500 application/json; charset=utf-8 {"message":"No item to return was found"}`},
		{`"options":{"responsePropertyName":"a.b"}`, events.ReplyLastNode, ok, last, `200 text/html; charset=utf-8 text`},
		{`"options":{"responsePropertyName":"a.b","responseContentType":"text/csv"}`, events.ReplyLastNode, ok, last, `200 text/csv text`},
		{`"options":{"responsePropertyName":"zzz"}`, events.ReplyLastNode, ok, last, `200  `},
		{`"options":{"responseCode":{"values":{"responseCode":"customCode","customCode":299}},"responseHeaders":{"entries":[{"name":"Content-Type","value":"x/y"}]}}`, events.ReplyLastNode, ok, last[1:], `299 x/y {"n":2}`},
		{``, events.ReplyLastNode, events.StatusError, last, `500 application/json; charset=utf-8 {"message":"Error in workflow"}`},
		{``, events.ReplyStep, ok, last, `200 application/json; charset=utf-8 {"message":"Workflow executed successfully"}`},
	} {
		params := `{"path":"x"}`
		if test.params != "" {
			params = `{"path":"x",` + test.params + `}`
		}
		r := webhook(t, 2, params).Answer(test.mode, test.status, test.last, nil)
		if got := show(&r); got != test.want {
			t.Errorf("%s %s: got %s, want %s", test.params, test.mode, got, test.want)
		}
	}
	r := webhook(t, 1, `{"path":"x","responseCode":201}`).Answer(events.ReplyOnReceived, ok, nil, nil)
	if r.Status != 201 {
		t.Errorf("version 1: %d", r.Status)
	}
}

// show writes a response on one line.
func show(r *events.RunResponded) string {
	contentType := ""
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, "content-type") {
			contentType = h.Value
		}
	}
	return item.FormatNumber(float64(r.Status)) + " " + contentType + " " + string(r.Body) + r.BodyRef.Address
}

func TestWebhookProblems(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{"path":"={{ $json.p }}"}`:                                                            "fixed value",
		`{"path":"x","httpMethod":"FETCH"}`:                                                    "not a method",
		`{"path":"x","httpMethod":["GET"]}`:                                                    "not a method",
		`{"path":"x","multipleMethods":true,"httpMethod":[]}`:                                  "not a method",
		`{"path":"x","authentication":"guess"}`:                                                "guess",
		`{"path":"x","responseMode":"streaming"}`:                                              "streaming",
		`{"path":"x","responseData":"all"}`:                                                    "responseData",
		`{"path":"x","options":{"ipWhitelist":"1.1.1.1, home"}}`:                               "ipWhitelist",
		`{"path":"x","options":{"onlyRunIf":"={{ true }}"}}`:                                   "onlyRunIf",
		`{"path":"x","options":{"allowedOrigins":"https://a.example"}}`:                        "origins",
		`{"path":"x","options":{"responseCode":{"values":{"responseCode":42}}}}`:               "status code",
		`{"path":"x","options":{"responseHeaders":{"entries":[{"name":"a b"}]}}}`:              "header name",
		`{"path":"x","options":{"responseHeaders":{"entries":[{"name":"a","value":"b\nc"}]}}}`: "line break",
		`{"path":"x","options":{"responseHeaders":{"entries":[{"value":"b"}]}}}`:               "no name",
	} {
		_, err := nodetest.Step{Definition: flow.Webhook(), Params: params, WebhookID: "w"}.Compile()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", params, err, want)
		}
	}
	if _, err := (nodetest.Step{Definition: flow.Webhook()}).Compile(); err == nil || !strings.Contains(err.Error(), "neither a path") {
		t.Error(err)
	}
}

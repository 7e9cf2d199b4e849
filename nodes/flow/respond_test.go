package flow_test

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/flow"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

func respond(params string) nodetest.Step {
	return nodetest.Step{Definition: flow.RespondToWebhook(), Params: params, Name: "Respond", Reply: events.ReplyStep}
}

func TestResponses(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{}`:                                 `200 application/json; charset=utf-8 {"a":1,"t":"{\"x\":2}"}`,
		`{"respondWith":"allIncomingItems"}`: `200 application/json; charset=utf-8 [{"a":1,"t":"{\"x\":2}"},{"a":2}]`,
		`{"respondWith":"allIncomingItems","options":{"responseKey":"data.items"}}`:                                                          `200 application/json; charset=utf-8 {"data":{"items":[{"a":1,"t":"{\"x\":2}"},{"a":2}]}}`,
		`{"respondWith":"json","responseBody":"{ \"a\" : [1] }","options":{"responseCode":"201"}}`:                                           `201 application/json; charset=utf-8 {"a":[1]}`,
		`{"respondWith":"json","responseBody":"={{ $json }}"}`:                                                                               `200 application/json; charset=utf-8 {"a":1,"t":"{\"x\":2}"}`,
		`{"respondWith":"json","responseBody":"={{ $json.t }}"}`:                                                                             `200 application/json; charset=utf-8 {"x":2}`,
		`{"respondWith":"text","responseBody":"=a is {{ $json.a }}"}`:                                                                        `200 text/html; charset=utf-8 a is 1`,
		`{"respondWith":"text","responseBody":"={{ [1] }}"}`:                                                                                 `200 text/html; charset=utf-8 [1]`,
		`{"respondWith":"text","responseBody":"a,b","options":{"responseHeaders":{"entries":[{"name":"content-type","value":"text/csv"}]}}}`: `200 text/csv a,b`,
		`{"respondWith":"noData","options":{"responseCode":204}}`:                                                                            `204  `,
		`{"respondWith":"redirect","redirectURL":"=https://example.com/{{ $json.a }}"}`:                                                      `307  `,
	} {
		result, err := respond(params).Run(t, nodetest.Inputs(`[{"a":1,"t":"{\"x\":2}"},{"a":2}]`))
		if err != nil || result.Response == nil {
			t.Errorf("%s: %v %v", params, result, err)
			continue
		}
		if got := show(result.Response); got != want || result.Response.Step != "Respond" {
			t.Errorf("%s: got %s, want %s", params, got, want)
		}
		if len(result.Outputs[0]) != 2 {
			t.Errorf("%s: the items must pass", params)
		}
		if strings.Contains(params, "redirect") && result.Response.Headers[0].Value != "https://example.com/1" {
			t.Errorf("%+v", result.Response.Headers)
		}
	}
}

func TestNobodyIsAnsweredTwice(t *testing.T) {
	t.Parallel()
	s := respond(`{}`)
	s.Reply = events.ReplyLastNode
	if result, err := s.Run(t, nodetest.Inputs(`[{}]`)); err != nil || result.Response != nil {
		t.Errorf("%+v %v", result, err)
	}
	if result, err := respond(`{}`).Run(t, nodetest.Inputs(`[]`)); err != nil || result.Response != nil {
		t.Errorf("without items: %+v %v", result, err)
	}
}

func TestResponseErrors(t *testing.T) {
	t.Parallel()
	for params, code := range map[string]string{
		`{"respondWith":"json","responseBody":"={{ $json.bad }}"}`:                              "respond.json",
		`{"respondWith":"redirect"}`:                                                            "respond.redirect",
		`{"options":{"responseCode":"={{ $json.bad }}"}}`:                                       "parameter",
		`{"options":{"responseCode":"={{ 42 }}"}}`:                                              "",
		`{"options":{"responseKey":"={{ $json.key }}"}}`:                                        "respond.key",
		`{"options":{"responseHeaders":{"entries":[{"name":"={{ $json.bad }}","value":"1"}]}}}`: "respond.header",
	} {
		node, err := respond(params).Compile()
		if code == "" {
			if err == nil {
				t.Errorf("%s: want a problem", params)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", params, err)
			continue
		}
		in := nodetest.Inputs(`[{"bad":"{ x","key":"a["}]`)
		_, err = node.Run(respond(params).Call(t.Context(), in), in)
		if failure := nodetest.StepError(t, err); failure.Code != code {
			t.Errorf("%s: %+v, want %s", params, failure, code)
		}
	}
	s := respond(`{"respondWith":"json","responseBody":"{"}`)
	s.Continue = true
	if result, err := s.Run(t, nodetest.Inputs(`[{}]`)); err != nil || nodetest.Outputs(result.Outputs) != `[[{"error":"Invalid JSON in 'Response Body' field"}]]` {
		t.Errorf("%+v %v", result, err)
	}
}

func TestResponseProblems(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{"respondWith":"jwt"}`:           "jwt",
		`{"respondWith":"fax"}`:           "fax",
		`{"options":{"responseCode":99}}`: "status code",
	} {
		if _, err := respond(params).Compile(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", params, err, want)
		}
	}
}

func TestResponsesWithBinaryData(t *testing.T) {
	t.Parallel()
	store := nodetest.NewPayloads()
	first := nodetest.Items(`[{"a":1}]`)
	first[0].Binary = first[0].Binary.With("one", store.Binary(t, item.Binary{MimeType: "text/plain"}, []byte("hello"))).
		With("two", store.Binary(t, item.Binary{MimeType: "image/png"}, []byte{0, 255}))
	for params, want := range map[string]string{
		`{"respondWith":"binary"}`: "200 text/plain hello",
		`{"respondWith":"binary","responseDataSource":"set","inputFieldName":"two"}`:                                                    "200 image/png \x00\xff",
		`{"respondWith":"binary","responseDataSource":"set"}`:                                                                           "The item has no binary field 'data' [item 0]",
		`{"respondWith":"binary","options":{"responseCode":201,"responseHeaders":{"entries":[{"name":"content-type","value":"x/y"}]}}}`: "201 x/y hello",
	} {
		s := respond(params)
		s.Payloads, s.Reply = store, events.ReplyStep
		result, err := s.Run(t, nodes.Inputs{first})
		var got string
		if err != nil {
			got = err.Error()
		} else {
			data, _ := store.Load(result.Response.BodyRef)
			got = strings.Replace(show(result.Response), result.Response.BodyRef.Address, string(data), 1)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", params, got, want)
		}
	}
	_, err := respond(`{"respondWith":"binary"}`).Run(t, nodetest.Inputs(`[{}]`))
	if failure := nodetest.StepError(t, err); failure.Message != "No binary data exists on the first item!" {
		t.Error(failure)
	}
}

func TestResponsesHaveAnOutputOfTheirOwn(t *testing.T) {
	t.Parallel()
	store := nodetest.NewPayloads()
	items := nodetest.Items(`[{"a":1},{"a":2}]`)
	items[0].Binary = items[0].Binary.With("data", store.Binary(t, item.Binary{MimeType: "text/plain"}, []byte("hi")))
	for with, want := range map[string]string{
		`"text","responseBody":"hi"`:                     `{"response":{"body":"hi","headers":{},"statusCode":200}}`,
		`"json","responseBody":"{\"b\":[1]}"`:            `{"response":{"body":{"b":[1]},"headers":{},"statusCode":200}}`,
		`"noData"`:                                       `{"response":{"headers":{},"statusCode":200}}`,
		`"allIncomingItems"`:                             `{"response":{"body":[{"a":1},{"a":2}],"headers":{},"statusCode":200}}`,
		`"redirect","redirectURL":"https://example.com"`: `{"response":{"headers":{"location":"https://example.com"},"statusCode":307}}`,
		`"binary"`: `{"response":{"body":{"type":"Buffer","data":[104,105]},"headers":{"content-length":2,"content-type":"text/plain"},"statusCode":200}}`,
	} {
		s := respond(`{"enableResponseOutput":true,"respondWith":` + with + `}`)
		s.Payloads = store
		result, err := s.Run(t, nodes.Inputs{items})
		if err != nil || len(result.Outputs) != 2 || nodetest.Outputs(result.Outputs[1:]) != `[[`+want+`]]` {
			t.Errorf("%s: %s %v", with, nodetest.Outputs(result.Outputs), err)
		}
	}
	s := respond(`{}`)
	s.Version = 1.3
	if p := s.MustCompile(t).(nodes.Ports); p.Outputs() != 2 || p.Inputs() != 1 {
		t.Errorf("version 1.3 has %d outputs", p.Outputs())
	}
}

func TestRespondNeedsAWebhook(t *testing.T) {
	t.Parallel()
	s := respond(`{}`)
	in := nodetest.Inputs(`[{}]`)
	call := s.Call(t.Context(), in)
	call.Hookless = true
	_, err := s.MustCompile(t).Run(call, in)
	if failure := nodetest.StepError(t, err); failure.Message != "No Webhook node found in the workflow" {
		t.Error(failure)
	}
}

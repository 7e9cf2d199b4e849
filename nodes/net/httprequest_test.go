package net_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/net"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

// local allows the addresses of test servers.
var local = net.Options{Allow: []string{"127.0.0.0/8", "::1"}}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// echo answers with what was asked.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	o := item.NewObject(8).Set("method", item.String(r.Method)).Set("url", item.String(r.URL.String())).
		Set("type", item.String(r.Header.Get("Content-Type"))).Set("body", item.String(string(body))).
		Set("key", item.String(r.Header.Get("Idempotency-Key"))).Set("x", item.String(r.Header.Get("X-Test")))
	_, _ = w.Write(o.Value().AppendJSON(nil))
}

func step(o net.Options, params string) nodetest.Step {
	return nodetest.Step{Definition: net.HTTPRequest(o), Params: params, Name: "HTTP", Key: "key-1"}
}

func run(t *testing.T, params, in string) (nodes.Result, error) {
	t.Helper()
	return step(local, params).Run(t, nodetest.Inputs(in))
}

func TestRequestsCarryWhatTheParametersSay(t *testing.T) {
	t.Parallel()
	url := serve(t, echo)
	tests := map[string]struct{ params, want string }{
		"get with query": {
			`{"url":"` + url + `/a?b=1","sendQuery":true,"queryParameters":{"parameters":[{"name":"c d","value":"e&f"}]}}`,
			`{"method":"GET","url":"/a?b=1&c+d=e%26f","type":"","body":"","key":"key-1","x":""}`,
		},
		"query and headers as JSON": {
			`{"url":"` + url + `","sendQuery":true,"specifyQuery":"json","jsonQuery":"{\"n\":1}","sendHeaders":true,"specifyHeaders":"json","jsonHeaders":"{\"x-test\":\"h\"}"}`,
			`{"method":"GET","url":"/?n=1","type":"","body":"","key":"key-1","x":"h"}`,
		},
		"json fields": {
			`{"method":"POST","url":"` + url + `","sendBody":true,"bodyParameters":{"parameters":[{"name":"a","value":"={{ $json.id }}"},{"name":"b","value":"x"}]}}`,
			`{"method":"POST","url":"/","type":"application/json","body":"{\"a\":7,\"b\":\"x\"}","key":"key-1","x":""}`,
		},
		"json text": {
			`{"method":"PUT","url":"` + url + `","sendBody":true,"specifyBody":"json","jsonBody":"={\"id\": {{ $json.id }} }"}`,
			`{"method":"PUT","url":"/","type":"application/json","body":"{\"id\":7}","key":"key-1","x":""}`,
		},
		"form": {
			`{"method":"POST","url":"` + url + `","sendBody":true,"contentType":"form-urlencoded","bodyParameters":{"parameters":[{"name":"a b","value":"1&2"},{"name":"c","value":"d"}]}}`,
			`{"method":"POST","url":"/","type":"application/x-www-form-urlencoded","body":"a+b=1%262&c=d","key":"key-1","x":""}`,
		},
		"form as text": {
			`{"method":"POST","url":"` + url + `","sendBody":true,"contentType":"form-urlencoded","specifyBody":"string","body":"a=1"}`,
			`{"method":"POST","url":"/","type":"application/x-www-form-urlencoded","body":"a=1","key":"key-1","x":""}`,
		},
		"raw": {
			`{"method":"PATCH","url":"` + url + `","sendBody":true,"contentType":"raw","rawContentType":"text/csv","body":"a,b","sendHeaders":true,"headerParameters":{"parameters":[{"name":"X-Test","value":"1"},{"name":"Idempotency-Key","value":"mine"}]}}`,
			`{"method":"PATCH","url":"/","type":"text/csv","body":"a,b","key":"mine","x":"1"}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, err := run(t, test.params, `[{"id":7}]`)
			if err != nil {
				t.Fatal(err)
			}
			if got := nodetest.Outputs(result.Outputs); got != `[[`+test.want+`]]` {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestEveryItemHasItsRequestAndKey(t *testing.T) {
	t.Parallel()
	result, err := run(t, `{"url":"=`+serve(t, echo)+`/{{ $json.id }}"}`, `[{"id":1},{"id":2}]`)
	if err != nil {
		t.Fatal(err)
	}
	for i, it := range result.Outputs[0] {
		if want := fmt.Sprintf("key-1-%d", i); it.JSON.Get("key").ToString() != want || it.JSON.Get("url").ToString() != fmt.Sprintf("/%d", i+1) {
			t.Errorf("item %d: %s", i, it.JSON)
		}
		if p, _ := it.Paired.First(); p.Item != i {
			t.Errorf("item %d is paired with %d", i, p.Item)
		}
	}
}

func TestResponsesBecomeItems(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", "")
		switch r.URL.Path {
		case "/list":
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			_, _ = io.WriteString(w, `[{"a":1},2]`)
		case "/html":
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, `<p>`)
		case "/plain-json":
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, `{"a":1}`)
		case "/broken":
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"a":`)
		case "/empty":
			w.WriteHeader(http.StatusNoContent)
		case "/image":
			w.Header().Set("Content-Type", "image/png")
			_, _ = io.WriteString(w, "\x89PNG")
		case "/cookies":
			w.Header().Add("Set-Cookie", "a=1")
			w.Header().Add("Set-Cookie", "b=2")
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{}`)
		}
	})
	response := func(options string) string { return `,"options":{"response":{"response":{` + options + `}}}` }
	tests := []struct{ path, options, want, code string }{
		{"/list", "", `[[{"a":1},{"data":2}]]`, ""},
		{"/html", "", `[[{"data":"<p>"}]]`, ""},
		{"/plain-json", "", `[[{"data":"{\"a\":1}"}]]`, ""},
		{"/plain-json", response(`"responseFormat":"json"`), `[[{"a":1}]]`, ""},
		{"/list", response(`"responseFormat":"text","outputPropertyName":"t"`), `[[{"t":"[{\"a\":1},2]"}]]`, ""},
		{"/broken", "", `[[{"data":"{\"a\":"}]]`, ""},
		{"/broken", response(`"responseFormat":"json"`), "", "http.json"},
		{"/empty", "", `[[{"data":""}]]`, ""},
		{"/empty", response(`"responseFormat":"json"`), `[[{}]]`, ""},
		{"/image", "", "", "http.binary"},
		{"/html", response(`"fullResponse":true`), `[[{"data":"<p>","headers":{"content-length":"3","content-type":"text/html","date":""},"statusCode":200,"statusMessage":"OK"}]]`, ""},
		{"/cookies", response(`"fullResponse":true`), `[[{"body":{},"headers":{"content-length":"2","content-type":"application/json","date":"","set-cookie":["a=1","b=2"]},"statusCode":200,"statusMessage":"OK"}]]`, ""},
	}
	for _, test := range tests {
		result, err := run(t, `{"url":"`+url+test.path+`"`+test.options+`}`, `[{}]`)
		if test.code != "" {
			if got := nodetest.StepError(t, err); got.Code != test.code {
				t.Errorf("%s %s: %s, want %s", test.path, test.options, got.Code, test.code)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s %s: %v", test.path, test.options, err)
		} else if got := nodetest.Outputs(result.Outputs); got != test.want {
			t.Errorf("%s %s:\n got %s\nwant %s", test.path, test.options, got, test.want)
		}
	}
}

func TestRefusalsAreErrorsUnlessAskedFor(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		code := 400
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &code)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, `{"why":"no"}`)
	})
	for code, want := range map[int]string{
		404: "The resource you are requesting could not be found",
		422: "Your request is invalid or could not be processed by the service",
		507: "The service was not able to process your request",
	} {
		_, err := run(t, fmt.Sprintf(`{"url":"%s/%d"}`, url, code), `[{}]`)
		failure := nodetest.StepError(t, err)
		if failure.Message != want || failure.Code != "http.status" || failure.Item != 1 {
			t.Errorf("%d: %+v", code, failure)
		}
		if got := failure.Context.JSON(); got != fmt.Sprintf(`{"httpCode":"%d","body":{"why":"no"}}`, code) {
			t.Errorf("%d: context %s", code, got)
		}
	}
	result, err := run(t, `{"url":"`+url+`/404","options":{"response":{"response":{"neverError":true}}}}`, `[{}]`)
	if err != nil || nodetest.Outputs(result.Outputs) != `[[{"why":"no"}]]` {
		t.Errorf("never error: %v %v", result, err)
	}
}

func TestAStepThatGoesOnGivesTheErrorAsAnItem(t *testing.T) {
	t.Parallel()
	s := step(local, `{"url":"=`+serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/1" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		echo(w, r)
	})+`/{{ $json.id }}"}`)
	s.Continue = true
	result, err := s.Run(t, nodetest.Inputs(`[{"id":1},{"id":2}]`))
	if err != nil || len(result.Outputs[0]) != 2 {
		t.Fatalf("%v %v", result, err)
	}
	if got := result.Outputs[0][0].JSON.JSON(); got != `{"error":"The service was not able to process your request"}` {
		t.Error(got)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	var hops atomic.Int32
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/loop" {
			hops.Add(1)
			http.Redirect(w, r, "/loop", http.StatusFound)
			return
		}
		if r.URL.Path == "/once" {
			http.Redirect(w, r, "/end", http.StatusTemporaryRedirect)
			return
		}
		echo(w, r)
	})
	result, err := run(t, `{"method":"POST","url":"`+url+`/once","sendBody":true,"contentType":"raw","body":"b"}`, `[{}]`)
	if err != nil || result.Outputs[0][0].JSON.Get("body").ToString() != "b" {
		t.Errorf("a redirected body: %v %v", result, err)
	}
	_, err = run(t, `{"url":"`+url+`/loop","options":{"redirect":{"redirect":{"maxRedirects":3}}}}`, `[{}]`)
	if failure := nodetest.StepError(t, err); failure.Code != "http.redirects" || hops.Load() != 4 {
		t.Errorf("%+v after %d hops", failure, hops.Load())
	}
	result, err = run(t, `{"url":"`+url+`/loop","options":{"redirect":{"redirect":{"followRedirects":false}},"response":{"response":{"fullResponse":true}}}}`, `[{}]`)
	if err != nil || result.Outputs[0][0].JSON.Get("statusCode").ToNumber() != 302 {
		t.Errorf("not followed: %v %v", result, err)
	}
}

func TestTheGuardHoldsOnRedirects(t *testing.T) {
	t.Parallel()
	var reached atomic.Bool
	private := serve(t, func(http.ResponseWriter, *http.Request) { reached.Store(true) })
	_, port, _ := strings.Cut(strings.TrimPrefix(private, "http://"), ":")
	first := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.2:"+port, http.StatusFound)
	})
	host := strings.TrimPrefix(first, "http://")
	_, err := step(net.Options{Allow: []string{host}}, `{"url":"`+first+`"}`).Run(t, nodetest.Inputs(`[{}]`))
	if failure := nodetest.StepError(t, err); failure.Code != "http.blocked" || !strings.Contains(failure.Message, "127.0.0.2") {
		t.Errorf("%+v", failure)
	}
	if reached.Load() {
		t.Error("the private server was reached")
	}
}

func TestTheGuardRefusesWhatIsNotPublic(t *testing.T) {
	t.Parallel()
	url := serve(t, echo)
	_, port, _ := strings.Cut(strings.TrimPrefix(url, "http://"), ":")
	for _, target := range []string{
		url, "http://localhost:" + port, "http://[::1]:" + port, "http://0.0.0.0:" + port, "http://169.254.169.254/latest",
		"http://10.0.0.1", "http://[::ffff:127.0.0.1]:" + port, "http://2130706433:" + port, "http://127.1:" + port,
	} {
		_, err := step(net.Options{}, `{"url":"`+target+`","options":{"timeout":3000}}`).Run(t, nodetest.Inputs(`[{}]`))
		if failure := nodetest.StepError(t, err); failure.Code != "http.blocked" && failure.Code != "http.dns" {
			t.Errorf("%s: %+v", target, failure)
		}
	}
	for _, allow := range []string{"127.0.0.1", "127.0.0.1:" + port, "127.0.0.0/8", " LOCALHOST "} {
		host := "127.0.0.1"
		if strings.Contains(allow, "LOCAL") {
			host = "localhost"
		}
		if _, err := step(net.Options{Allow: []string{allow}}, `{"url":"http://`+host+`:`+port+`"}`).Run(t, nodetest.Inputs(`[{}]`)); err != nil {
			t.Errorf("allowed by %q: %v", allow, err)
		}
	}
	if _, err := step(net.Options{Allow: []string{"http://x/y"}}, `{"url":"http://x"}`).Compile(); err == nil {
		t.Error("a URL in the allow list is taken")
	}
}

func TestOfflineSendsNothing(t *testing.T) {
	t.Parallel()
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request has arrived") })
	for _, target := range []string{url, "http://jobsprint.invalid"} {
		_, err := step(net.Options{Allow: local.Allow, Offline: true}, `{"url":"`+target+`"}`).Run(t, nodetest.Inputs(`[{}]`))
		if failure := nodetest.StepError(t, err); !strings.Contains(failure.Message, "steps may not use the network here") {
			t.Errorf("%s: %+v", target, failure)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{}, 2)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/large" {
			_, _ = io.WriteString(w, strings.Repeat("x", 101))
			return
		}
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		gone <- struct{}{}
	})
	small := local
	small.MaxResponseBytes = 100
	_, err := step(small, `{"url":"`+url+`/large"}`).Run(t, nodetest.Inputs(`[{}]`))
	if failure := nodetest.StepError(t, err); failure.Code != "http.size" || !strings.Contains(failure.Message, "100 bytes") {
		t.Errorf("%+v", failure)
	}
	_, err = run(t, `{"url":"`+url+`/slow","options":{"timeout":50}}`, `[{}]`)
	if failure := nodetest.StepError(t, err); failure.Code != "http.timeout" {
		t.Errorf("%+v", failure)
	}
	<-gone

	ctx, cancel := context.WithCancel(t.Context())
	s := step(local, `{"url":"`+url+`/slow"}`)
	in := nodetest.Inputs(`[{}]`)
	call := s.Call(ctx, in)
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := s.MustCompile(t).Run(call, in); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	<-gone
}

func TestWhatCannotBeSentIsAnError(t *testing.T) {
	t.Parallel()
	url := serve(t, echo)
	for params, code := range map[string]string{
		`{"url":"={{ $json.u }}"}`:                        "http.url",
		`{"url":"ftp://example.com"}`:                     "http.url",
		`{"url":"http://nowhere.invalid"}`:                "http.dns",
		`{"url":"` + url + `","method":"={{ $json.m }}"}`: "http.request",
		`{"url":"` + url + `","sendHeaders":true,"headerParameters":{"parameters":[{"name":"a b","value":"1"}]}}`:    "http.header",
		`{"url":"` + url + `","sendHeaders":true,"headerParameters":{"parameters":[{"name":"a","value":"1\r\nb"}]}}`: "http.header",
		`{"url":"` + url + `","sendBody":true,"specifyBody":"json","jsonBody":"={{ $json.m }}"}`:                     "parameter",
		`{"url":"` + url + `","sendQuery":true,"specifyQuery":"json","jsonQuery":"={{ $json.m }}"}`:                  "parameter",
		`{"url":"http://127.0.0.1:1"}`: "http.connection",
	} {
		_, err := run(t, params, `[{"u":"not a url","m":"a b"}]`)
		if failure := nodetest.StepError(t, err); failure.Code != code {
			t.Errorf("%s: %+v, want %s", params, failure, code)
		}
	}
}

func TestRepeat(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]string{
		"GET": events.RepeatSafe, "head": events.RepeatSafe, "PUT": events.RepeatSafe, "DELETE": events.RepeatSafe, "OPTIONS": events.RepeatSafe,
		"POST": events.RepeatUnsafe, "PATCH": events.RepeatUnsafe, "={{ $json.m }}": events.RepeatUnsafe,
	} {
		n := step(local, `{"url":"http://example.com","method":"`+method+`"}`).MustCompile(t)
		if got := n.(nodes.Repeater).Repeat(); got != want {
			t.Errorf("%s: %s, want %s", method, got, want)
		}
	}
}

func TestWhatIsNotSupportedIsAProblem(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{"url":"http://x","authentication":"genericCredentialType"}`:                      "credentials",
		`{"url":"http://x","options":{"pagination":{}}}`:                                   "options.pagination",
		`{"url":"http://x","options":{"proxy":"http://p"}}`:                                "options.proxy",
		`{"url":"http://x","sendBody":true,"contentType":"multipart-form-data"}`:           "multipart-form-data",
		`{"url":"http://x","options":{"response":{"response":{"responseFormat":"file"}}}}`: "file",
		`{"url":"http://x","provideSslCertificates":true}`:                                 "certificates",
		`{"url":""}`: "URL",
		`{"url":"http://x","options":{"redirect":{"redirect":{"maxRedirects":1000}}}}`:                                       "between 0 and 100",
		`{"url":"http://x","sendQuery":true,"specifyQuery":"json","jsonQuery":"[1]"}`:                                        "JSON object",
		`{"url":"http://x","sendBody":true,"bodyParameters":{"parameters":[{"name":"f","parameterType":"formBinaryData"}]}}`: "formBinaryData",
		`{"url":"http://x","sendBody":true,"specifyBody":"json","jsonBody":"{"}`:                                             "JSON",
	} {
		if _, err := step(local, params).Compile(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a problem with %q", params, err, want)
		}
	}
}

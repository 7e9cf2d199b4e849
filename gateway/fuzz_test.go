package gateway_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// FuzzWebhookBody: any body under any type is a value or a problem that is the
// caller's, never a panic; and what was parsed can be written and read again.
func FuzzWebhookBody(f *testing.F) {
	multipartType, multipartText := multipartText("a", "1")
	for _, seed := range [][2]string{
		{"application/json", `{"a":[1,"\ud800"]}`}, {"application/x-www-form-urlencoded", "a=1&a=2&b=%C3%A9"},
		{multipartType, multipartText}, {"text/plain; charset=utf-8", "x"}, {"application/xml", "<a/>"}, {"", ""}, {"image/png", "\x89PNG"},
	} {
		f.Add(seed[0], []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		h := &hooks{reply: events.ReplyOnReceived}
		w := call(hooked(h, nil), "POST", "/webhook/x", contentType, string(body))
		if w.Code == 202 {
			if h.request.Body.IsUndefined() { // bytes of another type
				return
			}
			checkValue(t, h.request.Body)
			return
		}
		if p := problem(t, w); w.Code < 400 || w.Code >= 500 || p.Status != w.Code {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// FuzzWebhookQuery: any query is an object of texts and lists of texts, or a
// problem.
func FuzzWebhookQuery(f *testing.F) {
	for _, seed := range []string{"", "a=1&a=2", "a=b+c&%C3%A9=%ff", "=&&=", "a[]=1&a[b]=2", "%zz", "1=a&0=b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if strings.ContainsAny(query, "#\x00\r\n ") {
			return // such a request never gets as far
		}
		h := &hooks{reply: events.ReplyOnReceived}
		r := httptest.NewRequest("GET", "/webhook/x", nil)
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		hooked(h, nil).ServeHTTP(w, r)
		if w.Code != 202 {
			if p := problem(t, w); p.Code != "invalid-parameter" {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			return
		}
		o, ok := h.request.Query.Obj()
		if !ok {
			t.Fatalf("the query became %s", h.request.Query)
		}
		for name, v := range o.All() {
			if _, one := v.Str(); one {
				continue
			}
			if list, many := v.Elems(); !many || len(list) < 2 {
				t.Errorf("%q became %s", name, v)
			}
		}
		checkValue(t, h.request.Query)
	})
}

func checkValue(t *testing.T, v item.Value) {
	t.Helper()
	again, err := item.Parse([]byte(v.JSON()), item.Limits{RejectInvalidUTF8: true, RejectDuplicates: true})
	if err != nil || !item.Equal(v, again) {
		t.Errorf("%s is not itself when read again: %v", v.JSON(), err)
	}
}

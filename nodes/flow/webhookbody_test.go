package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

// sent is a request with a body as the gateway makes it.
func sent(contentType, raw string, body item.Value, files ...nodes.File) *nodes.Request {
	store := nodetest.NewPayloads()
	r := &nodes.Request{Method: "POST", Raw: []byte(raw), Body: body, Files: files, Store: store.Store, Peer: "10.1.2.3"}
	if contentType != "" {
		r.Headers = []events.Header{{Name: "content-type", Value: contentType}}
	}
	return r
}

// described writes an item's body and binary data; a file's name that was drawn
// is left out.
func described(it item.Item) string {
	out := "absent"
	if body := it.JSON.Get("body"); !body.IsUndefined() {
		out = body.JSON()
	}
	for i := range it.Binary.Len() {
		name, b := it.Binary.At(i)
		file := b.FileName
		if len(file) == 36 && strings.Count(file, "-") == 4 {
			file = "*"
		}
		out += fmt.Sprintf(" %s=%s,%s,%s,%s,%d", name, b.MimeType, b.FileType, b.FileExtension, file, b.Bytes)
	}
	return out
}

func TestBodiesBecomeValuesOrBinaryData(t *testing.T) {
	t.Parallel()
	object, text := item.MustParse(`{"a":1}`), item.String("a,b")
	f := func(field, name, media string) nodes.File {
		return nodes.File{Field: field, Name: name, MediaType: media, Data: []byte("xy")}
	}
	const form = "multipart/form-data; boundary=b"
	for _, test := range []struct {
		version float64
		options string
		request *nodes.Request
		want    string
	}{
		{2, ``, sent("application/json", `{"a":1}`, object), `{"a":1}`},
		{2, ``, sent("text/plain", `a,b`, text), `"a,b"`},
		{2, ``, sent("text/csv; charset=utf-8", `a,b`, text), `{} data=text/csv,text,csv,*,3`},
		{1.1, ``, sent("image/png", "\x89", item.Undefined), `{} data=image/png,image,png,*,1`},
		{2, ``, sent("", `a,b`, text), `{} data=application/octet-stream,,bin,*,3`},
		{2, ``, sent("", ``, item.MustParse(`{}`)), `{}`},
		{2, `"binaryPropertyName":"up"`, sent("application/pdf", `x`, item.Undefined), `{} up=application/pdf,pdf,pdf,*,1`},
		{2.1, `"rawBody":true`, sent("application/json; charset=utf-8", `{"a":1}`, object), `{"a":1} data=application/json,,,,7`},
		{2, `"rawBody":true`, sent("image/png", "\x89", item.Undefined), `absent data=image/png,,,,1`},
		{1, ``, sent("image/png", "\x89", item.Undefined), `absent`},
		{1, `"binaryData":true`, sent("application/json", `{"a":1}`, object), `{} data=application/json,json,json,*,7`},
		{1, `"binaryData":true`, sent("application/json", ``, object), `{}`},
		{1, `"binaryData":true,"binaryPropertyName":"up"`, sent("application/pdf", `x`, item.Undefined), `{} up=application/pdf,pdf,pdf,*,1`},
		{2, ``, sent(form, "x", object, f("file", "a b.txt", "text/plain")), `{"a":1} file=text/plain,text,txt,a b.txt,2`},
		{1, ``, sent(form, "x", object, f("f", "a.bin", "application/octet-stream"), f("g[]", "c", "x/y"), f("f", "b.json", "application/json")),
			`{"a":1} f0=application/octet-stream,,bin,a.bin,2 g=x/y,,,c,2 f1=application/json,json,json,b.json,2`},
		{2, `"binaryPropertyName":"up"`, sent(form, "x", object, f("f", "a", ""), f("g", "b.csv", "text/csv")),
			`{"a":1} up0=application/octet-stream,,bin,a,2 up1=text/csv,text,csv,b.csv,2`},
	} {
		w := webhook(t, test.version, `{"path":"x","httpMethod":"POST","options":{`+test.options+`}}`)
		result, err := w.Accept(test.request)
		if err != nil {
			t.Errorf("%v %s: %v", test.version, test.options, err)
			continue
		}
		if got := described(result.Outputs[0][0]); got != test.want {
			t.Errorf("version %v, options {%s}: %s, want %s", test.version, test.options, got, test.want)
		}
	}
	r := sent("application/pdf", "x", item.Undefined)
	r.Headers = append(r.Headers, events.Header{Name: "content-disposition", Value: `attachment; filename="doc.pdf"`})
	result, err := webhook(t, 2, `{"path":"x","httpMethod":"POST"}`).Accept(r)
	if err != nil || described(result.Outputs[0][0]) != `{} data=application/pdf,pdf,pdf,doc.pdf,1` {
		t.Errorf("with a name: %s %v", described(result.Outputs[0][0]), err)
	}
}

func TestCallersMayBeRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		options, peer, agent string
		refused              bool
	}{
		{`"ipWhitelist":"10.0.0.0/8, 127.0.0.1"`, "10.9.9.9", "", false},
		{`"ipWhitelist":"10.0.0.0/8, 127.0.0.1"`, "127.0.0.1", "", false},
		{`"ipWhitelist":"10.0.0.0/8"`, "::ffff:10.1.1.1", "", false},
		{`"ipWhitelist":"10.0.0.0/8"`, "11.1.1.1", "", true},
		{`"ipWhitelist":"10.0.0.0/8"`, "", "", true},
		{`"ignoreBots":true`, "", "Googlebot/2.1 (+http://www.google.com/bot.html)", true},
		{`"ignoreBots":true`, "", "Mozilla/5.0 (X11; Linux x86_64)", false},
		{``, "", "Googlebot/2.1", false},
	} {
		r := sent("", "", item.MustParse(`{}`))
		r.Peer, r.Headers = test.peer, []events.Header{{Name: "user-agent", Value: test.agent}}
		result, err := webhook(t, 2, `{"path":"x","httpMethod":"POST","options":{`+test.options+`}}`).Accept(r)
		if err != nil || (result.Outputs == nil) != test.refused || test.refused && result.Response.Status != 403 {
			t.Errorf("%s from %s, %s: %+v %v", test.options, test.peer, test.agent, result, err)
		}
	}
}

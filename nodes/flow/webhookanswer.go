package flow

import (
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// What of the last step's items a webhook's response holds.
const (
	answerFirst  = "firstEntryJson"
	answerAll    = "allEntries"
	answerBinary = "firstEntryBinary"
	answerNoData = "noData"
)

const (
	typeJSON = "application/json; charset=utf-8"
	typeHTML = "text/html; charset=utf-8"
)

// answer makes a webhook's responses.
type answer struct {
	status      int
	headers     []events.Header
	data        string
	property    string // path in the first item; empty: all of it
	contentType string
	binary      string // name of the binary data to send
	text        string // sent at once; empty: a standard message
	noBody      bool
}

func newAnswer(c *nodes.Compile) answer {
	a := answer{
		status:      answerStatus(c),
		headers:     fixedHeaders(c, "options.responseHeaders.entries"),
		data:        c.Choice("responseData", answerFirst, answerAll, answerBinary, answerNoData),
		property:    c.FixedText("options.responsePropertyName", ""),
		contentType: c.FixedText("options.responseContentType", ""),
		binary:      c.FixedText("responseBinaryPropertyName", "data"),
		text:        c.FixedText("options.responseData", ""),
		noBody:      c.FixedFlag("options.noResponseBody", false),
	}
	return a
}

// answerStatus reads the status code, which later versions keep among the
// options, with a member of its own for codes outside their list.
func answerStatus(c *nodes.Compile) int {
	path := "responseCode"
	if c.Version >= 2 {
		path = "options.responseCode.values.responseCode"
		if c.FixedText(path, "") == "customCode" {
			path = "options.responseCode.values.customCode"
		}
	}
	code := c.FixedNumber(path, 200)
	if code < 100 || code > 599 || code != float64(int(code)) {
		c.Problem(path, "%v is not a status code; give a whole number from 100 to 599", code)
	}
	return int(code)
}

func fixedHeaders(c *nodes.Compile, path string) []events.Header {
	var headers []events.Header
	for i := range c.List(path) {
		at := path + "[" + item.FormatNumber(float64(i)) + "]"
		h := events.Header{Name: c.FixedText(at+".name", ""), Value: c.FixedText(at+".value", "")}
		if err := checkHeader(h); err != nil {
			c.Problem(at, "%w", err)
		}
		headers = append(headers, h)
	}
	return headers
}

func (a *answer) received() events.RunResponded {
	switch {
	case a.noBody:
		return a.respond("", nil)
	case a.text != "":
		return a.respond(typeHTML, []byte(a.text))
	}
	return a.respond(typeJSON, []byte(`{"message":"Workflow was started"}`))
}

func (a *answer) lastItems(last []item.Item) events.RunResponded {
	switch {
	case a.data == answerNoData:
		return a.respond("", nil)
	case a.data == answerAll:
		return a.respond(typeJSON, appendJSONs(nil, last))
	case len(last) == 0:
		return message(500, "No item to return was found")
	case a.data == answerBinary:
		return a.binaryOf(last[0])
	}
	v := last[0].JSON
	if a.property != "" {
		v = item.GetPath(v, a.property)
	}
	return a.value(v)
}

// value sends a text as it is and anything else as JSON.
func (a *answer) value(v item.Value) events.RunResponded {
	if v.IsUndefined() {
		return a.respond("", nil)
	}
	if text, ok := v.Str(); ok {
		return a.respond(typeHTML, []byte(text))
	}
	return a.respond(typeJSON, v.AppendJSON(nil))
}

func (a *answer) binaryOf(it item.Item) events.RunResponded {
	if it.Binary.Len() == 0 {
		return message(500, "No binary data was found to return")
	}
	data, ok := it.Binary.Get(a.binary)
	if !ok {
		return message(500, "The binary property '"+a.binary+"' which should be returned does not exist")
	}
	r := a.respond(data.MimeType, nil)
	r.BodyRef = data.Ref
	return r
}

// respond adds the content type, unless the headers have one.
func (a *answer) respond(contentType string, body []byte) events.RunResponded {
	r := events.RunResponded{Status: a.status, Headers: append([]events.Header(nil), a.headers...), Body: body}
	if a.contentType != "" && contentType != "" {
		contentType = a.contentType
	}
	addContentType(&r, contentType)
	return r
}

func addContentType(r *events.RunResponded, contentType string) {
	if contentType == "" {
		return
	}
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, "content-type") {
			return
		}
	}
	r.Headers = append(r.Headers, events.Header{Name: "Content-Type", Value: contentType})
}

func message(status int, text string) events.RunResponded {
	body := item.NewObject(1).Set("message", item.String(text)).Value().AppendJSON(nil)
	return events.RunResponded{Status: status, Body: body, Headers: []events.Header{{Name: "Content-Type", Value: typeJSON}}}
}

func appendJSONs(dst []byte, items []item.Item) []byte {
	dst = append(dst, '[')
	for i := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = items[i].JSON.AppendJSON(dst)
	}
	return append(dst, ']')
}

package net

import (
	"fmt"
	"mime"
	"net/http"
	"sort"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// How a response is read.
const (
	formatAuto = "autodetect"
	formatJSON = "json"
	formatText = "text"
)

// reply makes items of responses.
type reply struct {
	format     string
	full       bool // with status and headers
	neverError bool
	property   string // of the item, for texts
}

func newReply(c *nodes.Compile) reply {
	const at = "options.response.response."
	format := c.FixedText(at+"responseFormat", formatAuto)
	if format == "file" {
		c.Problem(at+"responseFormat", "a response as a file is not supported yet; choose \"autodetect\", \"json\" or \"text\"")
		format = formatAuto
	} else {
		format = c.Choice(at+"responseFormat", formatAuto, formatJSON, formatText)
	}
	return reply{
		format:     format,
		full:       c.FixedFlag(at+"fullResponse", false),
		neverError: c.FixedFlag(at+"neverError", false),
		property:   c.FixedText(at+"outputPropertyName", "data"),
	}
}

func (r *reply) accept() string {
	switch r.format {
	case formatJSON:
		return "application/json,text/*;q=0.99"
	case formatText:
		return "application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, */*;q=0.1"
	}
	return "application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, image/*;q=0.8, */*;q=0.7"
}

// items makes the items of one response; i is the input item's index.
func (r *reply) items(answer *response, i int) ([]item.Item, error) {
	if answer.status >= 400 && !r.neverError {
		return nil, statusFailure(answer, i)
	}
	body, isJSON, err := r.read(answer, i)
	if err != nil {
		return nil, err
	}
	if r.full {
		name := "body"
		if !isJSON {
			name = r.property
		}
		return []item.Item{{JSON: fullResponse(answer, name, body), Paired: item.PairOf(i)}}, nil
	}
	if !isJSON {
		return []item.Item{{JSON: under(r.property, body), Paired: item.PairOf(i)}}, nil
	}
	return jsonItems(body, r.property, i), nil
}

// jsonItems: a list becomes one item for each element, anything else one item.
// What is no object stands under property, as an item's JSON must be one.
func jsonItems(body item.Value, property string, i int) []item.Item {
	list, ok := body.Elems()
	if !ok {
		list = []item.Value{body}
	}
	out := make([]item.Item, len(list))
	for k, v := range list {
		if v.Kind() != item.KindObject {
			v = under(property, v)
		}
		out[k] = item.Item{JSON: v, Paired: item.PairOf(i)}
	}
	return out
}

func under(name string, v item.Value) item.Value { return item.NewObject(1).Set(name, v).Value() }

// read gives the body as JSON or as text.
func (r *reply) read(answer *response, i int) (v item.Value, isJSON bool, err error) {
	asJSON := r.format == formatJSON || (r.format == formatAuto && isJSONType(answer.header))
	if r.format == formatAuto && !asJSON && !isTextType(answer.header, answer.body) {
		fail := nodes.Fail("http.binary", "the response is binary data ("+answer.header.Get("Content-Type")+"), which is not supported yet; choose the response format text", i)
		return item.Undefined, false, fail
	}
	if !asJSON {
		return item.String(strings.ToValidUTF8(string(answer.body), "\uFFFD")), false, nil
	}
	if len(answer.body) == 0 {
		return item.NewObject(0).Value(), true, nil
	}
	if v, err = item.Parse(answer.body, item.Limits{}); err == nil {
		return v, true, nil
	}
	if r.format == formatAuto {
		return item.String(strings.ToValidUTF8(string(answer.body), "\uFFFD")), false, nil
	}
	fail := nodes.Fail("http.json", "Response body is not valid JSON. Change \"Response Format\" to \"Text\"", i)
	fail.Description = err.Error()
	return item.Undefined, false, fail
}

func isJSONType(h http.Header) bool {
	typ, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return typ == "application/json" || strings.HasSuffix(typ, "+json")
}

func isTextType(h http.Header, body []byte) bool {
	typ, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	if typ == "" {
		typ, _, _ = mime.ParseMediaType(http.DetectContentType(body))
	}
	switch typ {
	case "application/xml", "application/xhtml+xml", "application/javascript", "application/x-www-form-urlencoded", "application/yaml":
		return true
	}
	return strings.HasPrefix(typ, "text/") || strings.HasSuffix(typ, "+xml") || len(body) == 0
}

func fullResponse(answer *response, name string, body item.Value) item.Value {
	return item.NewObject(4).
		Set(name, body).
		Set("headers", headerObject(answer.header)).
		Set("statusCode", item.Int(answer.status)).
		Set("statusMessage", item.String(answer.statusText)).
		Value()
}

// headerObject has names in lower case; cookies stay a list.
func headerObject(h http.Header) item.Value {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	sort.Strings(names)
	o := item.NewObject(len(names))
	for _, name := range names {
		if name == "Set-Cookie" {
			list := make([]item.Value, len(h[name]))
			for i, v := range h[name] {
				list[i] = item.String(v)
			}
			o.Set("set-cookie", item.Array(list))
			continue
		}
		o.Set(strings.ToLower(name), item.String(strings.Join(h[name], ", ")))
	}
	return o.Value()
}

// statusMessages are n8n's sentences for the usual refusals.
var statusMessages = map[int]string{
	400: "Bad request - please check your parameters",
	401: "Authorization failed - please check your credentials",
	402: "Payment required - perhaps check your payment details?",
	403: "Forbidden - perhaps check your credentials?",
	404: "The resource you are requesting could not be found",
	405: "Method not allowed - please check you are using the right HTTP method",
	429: "The service is receiving too many requests from you",
	500: "The service was not able to process your request",
	502: "Bad gateway - the service failed to handle your request",
	503: "Service unavailable - try again later or consider setting this node to retry automatically (in the node settings)",
	504: "Gateway timed out - perhaps try again later?",
}

// maxErrorBody bounds how much of a refusal's body an error keeps.
const maxErrorBody = 4096

func statusFailure(answer *response, i int) error {
	message := statusMessages[answer.status]
	switch {
	case message != "":
	case answer.status >= 500:
		message = statusMessages[500]
	default:
		message = "Your request is invalid or could not be processed by the service"
	}
	fail := nodes.Fail("http.status", message, i)
	body := strings.ToValidUTF8(string(answer.body[:min(len(answer.body), maxErrorBody)]), "\uFFFD")
	fail.Description = fmt.Sprintf("%d - %s", answer.status, body)
	context := item.NewObject(2).Set("httpCode", item.String(fmt.Sprint(answer.status)))
	if v, err := item.Parse(answer.body, item.Limits{MaxBytes: maxErrorBody}); err == nil {
		context.Set("body", v)
	} else {
		context.Set("body", item.String(body))
	}
	fail.Context = context.Value()
	return fail
}

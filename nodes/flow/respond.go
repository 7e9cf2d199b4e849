package flow

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// RespondToWebhook answers the caller of the run's webhook: n8n's
// "respondToWebhook". Where the run answers in another way, or nobody waits, it
// only passes its items on.
func RespondToWebhook() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.respondToWebhook",
		Versions: []float64{1, 1.1, 1.2, 1.3, 1.4, 1.5},
		Class:    nodes.Pure,
		Name:     "Respond to webhook",
		Doc:      "Answers the caller of the webhook that began the run, and passes its items on.",
		Group:    "flow",
		Icon:     "reply",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   respondFields(),
		Ignored:  []string{"generalNotice", "webhookNotice"},
		Examples: []nodes.Example{{
			Name:   "The items pass",
			Params: `{"respondWith":"json","responseBody":"{\"ok\":true}"}`,
			In:     `[{"a":1}]`,
			Out:    `[[{"a":1}]]`,
		}, {
			Name:   "A body that is no JSON",
			Params: `{"respondWith":"json","responseBody":"{ok}"}`,
			In:     `[{"a":1}]`,
			Error:  `Invalid JSON in 'Response Body' field`,
		}},
		New: newRespond,
	}
}

// What a response holds.
const (
	respondFirst    = "firstIncomingItem"
	respondAll      = "allIncomingItems"
	respondJSON     = "json"
	respondText     = "text"
	respondNothing  = "noData"
	respondRedirect = "redirect"
	respondBinary   = "binary"
)

type respond struct {
	step     string
	with     string
	body     nodes.Param[item.Value]
	redirect nodes.Param[string]
	key      nodes.Param[string] // member of the body that holds the items
	status   nodes.Param[float64]
	headers  []headerParam
	property nodes.Param[string] // name of the binary data; empty: the first
	second   bool                // an output of its own for the response
}

type headerParam struct{ name, value nodes.Param[string] }

func newRespond(c *nodes.Compile) (nodes.Node, error) {
	r := &respond{step: c.Step, with: respondWith(c), key: nodes.Text(c, "options.responseKey", "")}
	r.second = c.Version == 1.3 || c.Version >= 1.4 && c.FixedFlag("enableResponseOutput", false)
	status := 200.0
	switch r.with {
	case respondBinary:
		r.property = nodes.Text(c, "inputFieldName", "data")
		if c.FixedText("responseDataSource", "automatically") == "automatically" {
			r.property = nodes.From(c, "responseDataSource", item.String(""), nodes.ToText)
		}
	case respondJSON:
		r.body = nodes.Any(c, "responseBody", item.String(exampleBody))
	case respondText:
		r.body = nodes.Any(c, "responseBody", item.String(""))
	case respondRedirect:
		status = 307
		r.redirect = nodes.Text(c, "redirectURL", "")
	}
	r.status = nodes.From(c, "options.responseCode", orNumber(c.Raw("options.responseCode"), status), toStatus)
	for i := range c.List("options.responseHeaders.entries") {
		at := fmt.Sprintf("options.responseHeaders.entries[%d]", i)
		r.headers = append(r.headers, headerParam{nodes.Text(c, at+".name", ""), nodes.Text(c, at+".value", "")})
	}
	return r, nil
}

func respondWith(c *nodes.Compile) string {
	switch with := c.FixedText("respondWith", respondFirst); with {
	case "jwt":
		c.Problem("respondWith", "responding with %q is not supported yet; choose \"json\", \"text\" or \"allIncomingItems\"", with)
		return respondFirst
	}
	return c.Choice("respondWith", respondFirst, respondAll, respondJSON, respondText, respondNothing, respondRedirect, respondBinary)
}

func toStatus(v item.Value) (float64, error) {
	n, err := nodes.ToNumber(v)
	if err == nil && (n < 100 || n > 599 || n != float64(int(n))) {
		return 0, errors.New("a status code is a whole number from 100 to 599, not " + item.FormatNumber(n))
	}
	return n, err
}

// Run makes the response of the first item, or of all.
func (r *respond) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	result := nodes.One(nodes.PassOn(items))
	if len(items) == 0 {
		return result, nil
	}
	if c.Hookless {
		fail := nodes.Fail("respond.webhook", "No Webhook node found in the workflow", 0)
		fail.Description = "Insert a Webhook node to your workflow and set the “Respond” parameter to “Using Respond to Webhook Node” "
		return nodes.Result{}, fail
	}
	response, err := r.response(c, items)
	if err != nil {
		failed, err := c.Failed(0, err)
		if err != nil {
			return nodes.Result{}, err
		}
		return nodes.One([]item.Item{failed}), nil
	}
	if c.Reply == events.ReplyStep {
		result.Response = response
	}
	if r.second {
		shown, err := r.shown(c, response)
		if err != nil {
			return nodes.Result{}, err
		}
		result.Outputs = append(result.Outputs, []item.Item{{JSON: shown}})
	}
	return result, nil
}

// shown is the response as the second output has it.
func (r *respond) shown(c *nodes.Call, response *events.RunResponded) (item.Value, error) {
	o := item.NewObject(3)
	switch {
	case !response.BodyRef.IsZero():
		data, err := c.Load(item.Binary{Ref: response.BodyRef})
		if err != nil {
			return item.Undefined, err
		}
		bytes := make([]item.Value, len(data))
		for i, b := range data {
			bytes[i] = item.Int(int(b))
		}
		o.Set("body", item.NewObject(2).Set("type", item.String("Buffer")).Set("data", item.Array(bytes)).Value())
	case r.with == respondText:
		o.Set("body", item.String(string(response.Body)))
	case len(response.Body) > 0:
		v, err := item.Parse(response.Body, item.Limits{})
		if err != nil {
			return item.Undefined, err
		}
		o.Set("body", v)
	}
	headers := item.NewObject(len(response.Headers))
	if !response.BodyRef.IsZero() {
		headers.Set("content-length", item.Number(float64(response.BodyRef.Bytes)))
	}
	for _, h := range response.Headers {
		// A type that only follows from the kind of body is not said here, as in n8n.
		if name := strings.ToLower(h.Name); name != "content-type" || r.with == respondBinary || r.says("content-type", c) {
			headers.Set(name, item.String(h.Value))
		}
	}
	o.Set("headers", headers.Value()).Set("statusCode", item.Int(response.Status))
	return item.NewObject(1).Set("response", o.Value()).Value(), nil
}

// says reports whether the parameters name a header.
func (r *respond) says(name string, c *nodes.Call) bool {
	for i := range r.headers {
		if h, err := r.headers[i].at(c); err == nil && strings.EqualFold(h.Name, name) {
			return true
		}
	}
	return false
}

// Inputs is 1.
func (r *respond) Inputs() int { return 1 }

// Outputs is 2 with an output for the response.
func (r *respond) Outputs() int {
	if r.second {
		return 2
	}
	return 1
}

// fillBinary answers with binary data of the first item.
func (r *respond) fillBinary(c *nodes.Call, first item.Item, out *events.RunResponded) error {
	name, err := r.property.At(c, 0)
	if err != nil {
		return err
	}
	if first.Binary.Len() == 0 {
		return nodes.Fail("respond.binary", "No binary data exists on the first item!", 0)
	}
	if name == "" {
		name, _ = first.Binary.At(0)
	}
	data, ok := first.Binary.Get(name)
	if !ok {
		fail := nodes.Fail("respond.binary", "The item has no binary field '"+name+"' [item 0]", 0)
		fail.Description = "Check that the parameter where you specified the input binary field name is correct, and that it matches a field in the binary input"
		return fail
	}
	out.BodyRef = data.Ref
	addContentType(out, data.MimeType)
	return nil
}

// exampleBody is the body that n8n's form begins with.
const exampleBody = "{\n  \"myField\": \"value\"\n}"

func (r *respond) response(c *nodes.Call, items []item.Item) (*events.RunResponded, error) {
	status, err := r.status.At(c, 0)
	if err != nil {
		return nil, err
	}
	out := &events.RunResponded{Step: r.step, Status: int(status)}
	for _, p := range r.headers {
		h, err := p.at(c)
		if err != nil {
			return nil, err
		}
		out.Headers = append(out.Headers, h)
	}
	return out, r.fill(c, items, out)
}

func (p *headerParam) at(c *nodes.Call) (events.Header, error) {
	name, err := p.name.At(c, 0)
	if err != nil {
		return events.Header{}, err
	}
	value, err := p.value.At(c, 0)
	if err != nil {
		return events.Header{}, err
	}
	h := events.Header{Name: name, Value: value}
	if err := checkHeader(h); err != nil {
		return h, nodes.Fail("respond.header", err.Error(), 0)
	}
	return h, nil
}

func (r *respond) fill(c *nodes.Call, items []item.Item, out *events.RunResponded) error {
	switch r.with {
	case respondFirst:
		return r.wrapped(c, items[0].JSON.AppendJSON(nil), out)
	case respondAll:
		return r.wrapped(c, appendJSONs(nil, items), out)
	case respondRedirect:
		url, err := r.redirect.At(c, 0)
		if err != nil {
			return err
		}
		h := events.Header{Name: "Location", Value: url}
		if err := checkHeader(h); err != nil || url == "" {
			return nodes.Fail("respond.redirect", "the URL to redirect to is empty or no URL; give a whole one such as https://example.com/", 0)
		}
		out.Headers = append(out.Headers, h)
	case respondBinary:
		return r.fillBinary(c, items[0], out)
	case respondJSON, respondText:
		return r.fillBody(c, out)
	}
	return nil
}

// wrapped puts the JSON under the response key, where there is one.
func (r *respond) wrapped(c *nodes.Call, json []byte, out *events.RunResponded) error {
	key, err := r.key.At(c, 0)
	if err != nil {
		return err
	}
	if key != "" {
		v, err := item.Parse(json, item.Limits{})
		if err != nil {
			return err
		}
		if v, err = item.SetPath(item.NewObject(1).Value(), key, v); err != nil {
			return nodes.Fail("respond.key", "the response key '"+key+"' cannot be used: "+err.Error(), 0)
		}
		json = v.AppendJSON(nil)
	}
	out.Body = json
	addContentType(out, typeJSON)
	return nil
}

func (r *respond) fillBody(c *nodes.Call, out *events.RunResponded) error {
	v, err := r.body.At(c, 0)
	if err != nil {
		return err
	}
	text, isText := v.Str()
	if r.with == respondText {
		if text, err = nodes.ToText(v); isObject(v) {
			text = v.JSON()
		}
		out.Body = []byte(text)
		addContentType(out, typeHTML)
		return err
	}
	if isText && text == "" {
		v = item.Undefined
	} else if isText {
		if v, err = item.Parse([]byte(text), item.Limits{}); err != nil {
			fail := nodes.Fail("respond.json", "Invalid JSON in 'Response Body' field", 0)
			fail.Description = "Check that the syntax of the JSON in the 'Response Body' parameter is valid"
			return fail
		}
	}
	if !v.IsUndefined() {
		out.Body = v.AppendJSON(nil)
	}
	addContentType(out, typeJSON)
	return nil
}

func isObject(v item.Value) bool { return v.Kind() == item.KindObject || v.Kind() == item.KindArray }

func respondFields() []nodes.Field {
	with := func(values ...any) nodes.Condition { return nodes.When("respondWith", values...) }
	return []nodes.Field{
		nodes.ChoiceField("respondWith", "Respond with", "", nodes.Choose(respondFirst, "First item"), nodes.Choose(respondAll, "All items"),
			nodes.Choose(respondJSON, "JSON"), nodes.Choose(respondText, "Text"), nodes.Choose(respondNothing, "No data"), nodes.Choose(respondRedirect, "Redirect"),
			nodes.Choose(respondBinary, "Binary data")),
		nodes.FlagField("enableResponseOutput", "Second output", false, "An output of its own for the response.").Show(nodes.When("@version", 1.4, 1.5)),
		nodes.ChoiceField("responseDataSource", "Binary data", "", nodes.Choose("automatically", "The first of the item"), nodes.Choose("set", "By name")).
			Show(with(respondBinary)),
		nodes.TextField("inputFieldName", "Name", "data", "").Show(with(respondBinary), nodes.When("responseDataSource", "set")),
		nodes.JSONField("responseBody", "Body", "", "").Show(with(respondJSON, respondText)),
		nodes.TextField("redirectURL", "Redirect to", "", "").Show(with(respondRedirect)),
		nodes.OptionsField("options", "Options",
			nodes.NumberField("responseCode", "Status code", 200, "A redirect takes 307 where nothing is given."),
			headersField("responseHeaders", "Headers"),
			nodes.TextField("responseKey", "Put items under", "", "A member of the body that holds the items.").Show(with(respondFirst, respondAll)),
			nodes.FlagField("enableStreaming", "Streaming", true, "Matters to streaming webhooks only, which are not supported yet."),
		),
	}
}

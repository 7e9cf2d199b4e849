package flow

import (
	"errors"
	"fmt"

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
)

type respond struct {
	step     string
	with     string
	body     nodes.Param[item.Value]
	redirect nodes.Param[string]
	key      nodes.Param[string] // member of the body that holds the items
	status   nodes.Param[float64]
	headers  []headerParam
}

type headerParam struct{ name, value nodes.Param[string] }

func newRespond(c *nodes.Compile) (nodes.Node, error) {
	r := &respond{step: c.Step, with: respondWith(c), key: nodes.Text(c, "options.responseKey", "")}
	status := 200.0
	switch r.with {
	case respondJSON, respondText:
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
	if c.FixedFlag("options.enableResponseOutput", false) {
		c.Problem("options.enableResponseOutput", "a second output with the response is not supported yet; switch it off")
	}
	return r, nil
}

func respondWith(c *nodes.Compile) string {
	switch with := c.FixedText("respondWith", respondFirst); with {
	case "binary", "jwt":
		c.Problem("respondWith", "responding with %q is not supported yet; choose \"json\", \"text\" or \"allIncomingItems\"", with)
		return respondFirst
	}
	return c.Choice("respondWith", respondFirst, respondAll, respondJSON, respondText, respondNothing, respondRedirect)
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
	return result, nil
}

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
	if isText {
		if v, err = item.Parse([]byte(text), item.Limits{}); err != nil {
			fail := nodes.Fail("respond.json", "Invalid JSON in 'Response Body' field", 0)
			fail.Description = err.Error()
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
			nodes.Choose(respondJSON, "JSON"), nodes.Choose(respondText, "Text"), nodes.Choose(respondNothing, "No data"), nodes.Choose(respondRedirect, "Redirect")),
		nodes.JSONField("responseBody", "Body", "", "").Show(with(respondJSON, respondText)),
		nodes.TextField("redirectURL", "Redirect to", "", "").Show(with(respondRedirect)),
		nodes.OptionsField("options", "Options",
			nodes.NumberField("responseCode", "Status code", 200, "A redirect takes 307 where nothing is given."),
			headersField("responseHeaders", "Headers"),
			nodes.TextField("responseKey", "Put items under", "", "A member of the body that holds the items.").Show(with(respondFirst, respondAll)),
			nodes.FlagField("enableResponseOutput", "Second output", false, "Not supported yet."),
			nodes.FlagField("enableStreaming", "Streaming", true, "Matters to streaming webhooks only, which are not supported yet."),
		),
	}
}

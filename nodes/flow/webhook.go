package flow

import (
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// Webhook begins a run with an HTTP request: n8n's "webhook".
func Webhook() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.webhook",
		Versions: []float64{1, 1.1, 2, 2.1},
		Class:    nodes.Pure,
		Name:     "Webhook",
		Doc:      "Begins a run when an HTTP request comes in, and answers it at once, with the last step's items, or from a “Respond to webhook” step.",
		Group:    "trigger",
		Icon:     "webhook",
		Trigger:  true,
		Outputs:  []string{"main"},
		Fields:   webhookFields(),

		Credentials: webhookCredentials(),
		Examples:    webhookExamples(),
		New:         newWebhook,
	}
}

type webhook struct {
	start
	path    string
	methods []string
	reply   string
	answer  answer
	body    bodyOptions
	callers callers
	auth    string
}

func newWebhook(c *nodes.Compile) (nodes.Node, error) {
	w := &webhook{
		path:    routePath(c),
		methods: routeMethods(c),
		reply:   c.Choice("responseMode", events.ReplyOnReceived, events.ReplyLastNode, events.ReplyStep),
		body:    newBodyOptions(c),
		callers: newCallers(c),
		auth:    newAuthentication(c, "authentication"),
	}
	noCondition(c)
	if origins := c.FixedText("options.allowedOrigins", "*"); origins != "*" && origins != "" {
		c.Problem("options.allowedOrigins", "limiting origins is not supported yet; leave it out or give \"*\"")
	}
	w.answer = newAnswer(c)
	return w, nil
}

// noCondition refuses a condition on requests.
func noCondition(c *nodes.Compile) {
	if only := c.Raw("options.onlyRunIf"); only.Truthy() {
		c.Problem("options.onlyRunIf", "a condition on requests is not supported yet, so every request would run; leave it out and begin with an \"If\"")
	}
}

// routePath gives the path below /webhook/: the parameter, or the step's own id.
// As in n8n, a path with parameters stands below that id, so that two workflows
// may use the same one.
func routePath(c *nodes.Compile) string {
	path := strings.Trim(c.FixedText("path", ""), "/")
	switch {
	case path == "" && c.WebhookID == "":
		c.Problem("path", "the webhook has neither a path nor an id of its own; give it a path")
	case path == "":
		return c.WebhookID
	case c.WebhookID != "" && (strings.HasPrefix(path, ":") || strings.Contains(path, "/:")):
		return c.WebhookID + "/" + path
	}
	return path
}

var knownMethods = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

func routeMethods(c *nodes.Compile) []string {
	if !c.FixedFlag("multipleMethods", false) {
		raw, ok := c.Constant("httpMethod", item.String("GET")).Str()
		return checkMethods(c, []string{raw}, ok)
	}
	raw := c.Constant("httpMethod", item.Array([]item.Value{item.String("GET"), item.String("POST")}))
	list, ok := raw.Elems()
	var methods []string
	for _, m := range list {
		methods = append(methods, m.ToString())
	}
	return checkMethods(c, methods, ok && len(list) > 0)
}

func checkMethods(c *nodes.Compile, methods []string, ok bool) []string {
	for i, m := range methods {
		methods[i] = strings.ToUpper(m)
		known := false
		for _, k := range knownMethods {
			known = known || k == methods[i]
		}
		ok = ok && known
	}
	if !ok {
		c.Problem("httpMethod", "%s is not a method; give one of %s, or a list of them where several methods are allowed",
			c.Raw("httpMethod").JSON(), strings.Join(knownMethods, ", "))
	}
	return methods
}

// Inputs is 0: a trigger has none.
func (w *webhook) Inputs() int { return 0 }

// Outputs is one for each method, in their order.
func (w *webhook) Outputs() int { return len(w.methods) }

// Routes lists one route for each method.
func (w *webhook) Routes() []nodes.Route {
	routes := make([]nodes.Route, len(w.methods))
	for i, m := range w.methods {
		routes[i] = nodes.Route{Method: m, Path: w.path, Reply: w.reply}
	}
	return routes
}

// Accept makes the item of a request: its headers, parameters, query and body.
// Where the caller is answered at once, the result holds the answer.
func (w *webhook) Accept(r *nodes.Request) (nodes.Result, error) {
	if refused := w.callers.refuse(r); refused != nil {
		return nodes.Result{Response: refused}, nil
	}
	if refused, err := authenticate(w.auth, r); refused != nil || err != nil {
		return nodes.Result{Response: refused}, err
	}
	it, err := w.item(r)
	if err != nil {
		return nodes.Result{}, err
	}
	result := nodes.Result{Outputs: make([][]item.Item, len(w.methods))}
	for i, m := range w.methods {
		if m == r.Method {
			result.Outputs[i] = []item.Item{it}
		}
	}
	if w.reply == events.ReplyOnReceived {
		answered := w.answer.received()
		result.Response = &answered
	}
	return result, nil
}

func (w *webhook) item(r *nodes.Request) (item.Item, error) {
	query := r.Query
	if query.Kind() != item.KindObject {
		query = item.NewObject(0).Value()
	}
	mode := r.Mode
	if mode == "" {
		mode = "production"
	}
	body, binary, err := w.body.read(r)
	if err != nil {
		return item.Item{}, err
	}
	o := item.NewObject(6).
		Set("headers", joinHeaders(r.Headers)).
		Set("params", joinHeaders(r.Params)).
		Set("query", query)
	if !body.IsUndefined() {
		o.Set("body", body)
	}
	o.Set("webhookUrl", item.String(r.URL)).Set("executionMode", item.String(mode))
	return item.Item{JSON: o.Value(), Binary: binary, Paired: item.PairOf(0)}, nil
}

// joinHeaders makes an object of names and values; a name that comes again adds
// its value after a comma, as HTTP says.
func joinHeaders(list []events.Header) item.Value {
	o := item.NewObject(len(list))
	for _, h := range list {
		if before, ok := o.Get(h.Name); ok {
			h.Value = before.ToString() + ", " + h.Value
		}
		o.Set(h.Name, item.String(h.Value))
	}
	return o.Value()
}

// Answer makes the response of the whole run.
func (w *webhook) Answer(mode, status string, last []item.Item, failure *events.StepError) events.RunResponded {
	switch {
	case mode == events.ReplyOnReceived:
		return w.answer.received()
	case status != events.StatusSuccess || failure != nil:
		return message(500, "Error in workflow")
	case mode == events.ReplyStep:
		return message(w.answer.status, "Workflow executed successfully")
	}
	return w.answer.lastItems(last)
}

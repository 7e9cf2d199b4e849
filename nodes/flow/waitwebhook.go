package flow

import (
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// waitWebhook waits for a request, which a webhook step reads and answers.
type waitWebhook struct {
	webhook
	waitRoute
	limit *wait
}

func newWaitWebhook(c *nodes.Compile) *waitWebhook {
	w := &waitWebhook{waitRoute: newWaitRoute(c), limit: newLimit(c)}
	method, _ := c.Constant("httpMethod", item.String("GET")).Str()
	w.webhook = webhook{
		methods: checkMethods(c, []string{method}, true),
		reply:   c.Choice("responseMode", events.ReplyOnReceived, events.ReplyLastNode, events.ReplyStep),
		body:    newBodyOptions(c),
		callers: newCallers(c),
		auth:    newAuthentication(c, "incomingAuthentication"),
		answer:  newAnswer(c),
	}
	w.body.bare = c.Version == 1
	noCondition(c)
	return w
}

// Inputs is 1: the step is no trigger.
func (w *waitWebhook) Inputs() int { return 1 }

// Listens is true.
func (w *waitWebhook) Listens() bool { return true }

// Routes is empty: a workflow is not called by what its runs wait for.
func (w *waitWebhook) Routes() []nodes.Route { return nil }

// Run parks the run.
func (w *waitWebhook) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	if _, err := w.at(c); err != nil && len(in.First()) > 0 {
		return nodes.Result{}, err
	}
	return listen(c, in, w.limit, kindWebhook)
}

// Resume takes a request of the right method and makes its item.
func (w *waitWebhook) Resume(c *nodes.Call, _ nodes.Inputs, r *nodes.Request) (nodes.Resumption, error) {
	if !strings.EqualFold(r.Method, w.methods[0]) {
		return nodes.Resumption{}, nodes.ErrNotListening
	}
	if err := w.takes(c, r); err != nil {
		return nodes.Resumption{}, err
	}
	accepted := *r
	accepted.URL = w.shown(r)
	result, err := w.Accept(&accepted)
	if err != nil || len(result.Outputs) == 0 {
		return nodes.Resumption{Response: result.Response}, err
	}
	return nodes.Resumption{Outputs: result.Outputs, Response: result.Response, Reply: w.replyLater()}, nil
}

func (w *waitWebhook) replyLater() string {
	if w.reply == events.ReplyOnReceived {
		return events.ReplyNone
	}
	return w.reply
}

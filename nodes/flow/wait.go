package flow

import (
	"errors"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

// MaxWait is the longest time that a step may wait.
const MaxWait = 10 * 365 * 24 * time.Hour

// What ends a wait.
const (
	resumeInterval = "timeInterval"
	resumeTime     = "specificTime"
	resumeWebhook  = "webhook"
	resumeForm     = "form"
)

// Wait parks a run until a time or until somebody calls: n8n's "wait".
func Wait() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.wait",
		Versions: []float64{1, 1.1},
		Class:    nodes.Pure,
		Name:     "Wait",
		Doc: "Parks the run for a time, until a time, until a request comes to the address of $execution.resumeUrl, or until a form is sent at " +
			"$execution.resumeFormUrl; a run that waits uses no memory. What lies in the past does not wait.",
		Group:       "flow",
		Icon:        "clock",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Fields:      waitFields(),
		Credentials: waitCredentials(),
		Ignored:     []string{"webhookNotice", "formNotice"},
		Examples: []nodes.Example{{
			Name: "Nothing to wait for", Params: `{"amount":0,"unit":"seconds"}`, In: `[{"a":1}]`, Out: `[[{"a":1}]]`,
		}, {
			Name: "A time in the past", Params: `{"resume":"specificTime","dateTime":"2001-01-01T00:00:00Z"}`, In: `[{"a":1}]`, Out: `[[{"a":1}]]`,
		}, {
			Name: "A request that does not come", Params: `{"resume":"webhook","limitWaitTime":true,"resumeAmount":1,"resumeUnit":"days"}`,
			In: `[{"a":1}]`, Out: `[[{"a":1}]]`,
		}},
		New: newWait,
	}
}

// wait is a step that waits for a time, or at most until one.
type wait struct {
	amount nodes.Param[float64]
	unit   time.Duration
	at     *nodes.Param[item.Value]
	path   string // of the parameter that holds the time
}

var waitUnits = map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}

func newWait(c *nodes.Compile) (nodes.Node, error) {
	switch c.Choice("resume", resumeInterval, resumeTime, resumeWebhook, resumeForm) {
	case resumeWebhook:
		return newWaitWebhook(c), nil
	case resumeForm:
		return newWaitForm(c), nil
	case resumeTime:
		return newWaitUntil(c, "dateTime"), nil
	}
	amount, unit := 1.0, "hours"
	if c.Version >= 1.1 {
		amount, unit = 5, "seconds"
	}
	return newWaitFor(c, "amount", amount, "unit", unit), nil
}

func newWaitFor(c *nodes.Compile, amount string, amountDef float64, unit, unitDef string) *wait {
	return &wait{
		amount: nodes.From(c, amount, orNumber(c.Raw(amount), amountDef), toAmount),
		unit:   waitUnits[c.Choice(unit, unitDef, "seconds", "minutes", "hours", "days")],
	}
}

func newWaitUntil(c *nodes.Compile, path string) *wait {
	at := nodes.Any(c, path, item.Undefined)
	return &wait{at: &at, path: path}
}

// newLimit reads for how long a step waits for a request; nil: for ever.
func newLimit(c *nodes.Compile) *wait {
	switch {
	case !c.FixedFlag("limitWaitTime", false):
		return nil
	case c.Choice("limitType", "afterTimeInterval", "atSpecifiedTime") == "atSpecifiedTime":
		return newWaitUntil(c, "maxDateAndTime")
	}
	return newWaitFor(c, "resumeAmount", 1, "resumeUnit", "hours")
}

func orNumber(v item.Value, def float64) item.Value {
	if v.IsUndefined() {
		return item.Number(def)
	}
	return v
}

func toAmount(v item.Value) (float64, error) {
	n, err := nodes.ToNumber(v)
	if err == nil && n < 0 {
		return 0, errors.New("the time to wait must be 0 or more")
	}
	return n, err
}

// Run takes the time from the first item and passes all items on.
func (w *wait) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	result := nodes.One(nodes.PassOn(in.First()))
	if len(in.First()) == 0 {
		return result, nil
	}
	until, err := w.until(c)
	if err != nil {
		return nodes.Result{}, err
	}
	if until.After(c.Now()) {
		result.Wait = until
	}
	return result, nil
}

// listen parks the run until a request comes, or until the limit: a limit in the
// past does not wait.
func listen(c *nodes.Call, in nodes.Inputs, limit *wait, kind string) (nodes.Result, error) {
	result := nodes.One(nodes.PassOn(in.First()))
	if limit == nil || len(in.First()) == 0 {
		result.Listen = kind
		return result, nil
	}
	until, err := limit.until(c)
	if err != nil {
		return nodes.Result{}, err
	}
	if until.After(c.Now()) {
		result.Wait, result.Listen = until, kind
	}
	return result, nil
}

func (w *wait) until(c *nodes.Call) (time.Time, error) {
	if w.at == nil {
		amount, err := w.amount.At(c, 0)
		if err != nil {
			return time.Time{}, err
		}
		return w.checked(c, amount*float64(w.unit))
	}
	raw, err := w.at.At(c, 0)
	if err != nil {
		return time.Time{}, err
	}
	t, ok := typing.Time(raw, c.Batch.Env.Zone)
	if !ok {
		return t, nodes.Fail("wait.time", "Cannot put execution to wait because '"+w.path+"' parameter is not a valid date: '"+raw.ToString()+"'. Give one such as 2024-03-30T18:49:07", 0)
	}
	return w.checked(c, float64(t.Sub(c.Now())))
}

// checked gives the time that lies so many nanoseconds ahead.
func (w *wait) checked(c *nodes.Call, ahead float64) (time.Time, error) {
	if ahead > float64(MaxWait) {
		return time.Time{}, nodes.Fail("wait.limit", "a step can wait ten years at most; choose a nearer time", 0)
	}
	return c.Now().Add(time.Duration(max(ahead, 0))), nil
}

// waitRoute is where a waiting step is called.
type waitRoute struct {
	id     string // n8n's webhookId
	suffix nodes.Param[string]
}

func newWaitRoute(c *nodes.Compile) waitRoute {
	return waitRoute{id: c.WebhookID, suffix: nodes.Text(c, "options.webhookSuffix", "")}
}

// takes reports whether a request is for the step, by what stands behind the run
// in its address.
func (w *waitRoute) takes(c *nodes.Call, r *nodes.Request) error {
	suffix, err := w.at(c)
	if err == nil && suffix != r.Suffix {
		err = nodes.ErrNotListening
	}
	return err
}

// at gives the suffix; a step that waits without an item has no expressions.
func (w *waitRoute) at(c *nodes.Call) (string, error) {
	suffix, err := w.suffix.At(c, 0)
	if len(suffix) > 0 && suffix[0] == '/' {
		suffix = suffix[1:]
	}
	return suffix, err
}

// shown is the address of the step's own webhook, as n8n tells it in the item of
// a request.
func (w *waitRoute) shown(r *nodes.Request) string {
	path := r.Suffix
	if path == "" {
		path = w.id
	}
	return r.Base + "/webhook/" + path
}

var (
	_ nodes.Resumable = (*waitWebhook)(nil)
	_ nodes.Resumable = (*waitForm)(nil)
)

const kindWebhook, kindForm = events.WaitWebhook, events.WaitForm

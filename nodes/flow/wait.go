package flow

import (
	"errors"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

// MaxWait is the longest time that a step may wait.
const MaxWait = 10 * 365 * 24 * time.Hour

// Wait parks a run for a time or until a time: n8n's "wait".
func Wait() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.wait",
		Versions: []float64{1, 1.1},
		Class:    nodes.Pure,
		Name:     "Wait",
		Doc:      "Parks the run for a time, or until a time; a run that waits uses no memory. What lies in the past does not wait.",
		Group:    "flow",
		Icon:     "clock",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("resume", "Resume", "Only times are supported yet.", nodes.Choose("timeInterval", "After a time"), nodes.Choose("specificTime", "At a time")),
			nodes.NumberField("amount", "Amount", 1, "Version 1.1 takes 5 where nothing is given.").Show(nodes.When("resume", "timeInterval")),
			nodes.ChoiceField("unit", "Unit", "Version 1 takes hours where nothing is given.", nodes.Choose("seconds", "Seconds"), nodes.Choose("minutes", "Minutes"),
				nodes.Choose("hours", "Hours"), nodes.Choose("days", "Days")).Show(nodes.When("resume", "timeInterval")),
			nodes.TextField("dateTime", "Time", "", "In the workflow's time zone unless it has an offset.").Show(nodes.When("resume", "specificTime")),
		},
		Ignored: []string{"options", "incomingAuthentication", "httpMethod", "responseMode", "responseCode", "limitWaitTime"},
		Examples: []nodes.Example{{
			Name: "Nothing to wait for", Params: `{"amount":0,"unit":"seconds"}`, In: `[{"a":1}]`, Out: `[[{"a":1}]]`,
		}, {
			Name: "A time in the past", Params: `{"resume":"specificTime","dateTime":"2001-01-01T00:00:00Z"}`, In: `[{"a":1}]`, Out: `[[{"a":1}]]`,
		}},
		New: newWait,
	}
}

type wait struct {
	amount nodes.Param[float64]
	unit   time.Duration
	at     *nodes.Param[item.Value]
}

var waitUnits = map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}

func newWait(c *nodes.Compile) (nodes.Node, error) {
	w := &wait{}
	switch resume := c.FixedText("resume", "timeInterval"); resume {
	case "timeInterval":
		amount, unit := 1.0, "hours"
		if c.Version >= 1.1 {
			amount, unit = 5, "seconds"
		}
		w.amount = nodes.From(c, "amount", orNumber(c.Raw("amount"), amount), toAmount)
		w.unit = waitUnits[c.Choice("unit", unit, "seconds", "minutes", "hours", "days")]
	case "specificTime":
		at := nodes.Any(c, "dateTime", item.Undefined)
		w.at = &at
	default:
		c.Problem("resume", "waiting for %q is not supported yet; choose \"timeInterval\" or \"specificTime\"", resume)
	}
	return w, nil
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
		return t, nodes.Fail("wait.time", "Cannot put execution to wait because 'dateTime' parameter is not a valid date: '"+raw.ToString()+"'. Give one such as 2024-03-30T18:49:07", 0)
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

package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/demo/child"
)

// order is a payload for a webhook and what should come of it.
type order struct {
	name, path, body string
	answer           string // that the caller should get
	branch           string // the step of the branch that it should take
}

// routed are for examples/order-routing.json: both branches, and the edge
// between them.
var routed = []order{
	{"Ada", "orders", `{"customer":"Ada","items":["lamp","desk"],"total":320}`, `{"customer":"Ada","lane":"priority","toPay":288}`, "Large order"},
	{"Grace", "orders", `{"customer":"Grace","items":["pen"],"total":45}`, `{"customer":"Grace","lane":"standard","toPay":45}`, "Small order"},
	{"Alan", "orders", `{"customer":"Alan","items":["a","b","c"],"total":100}`, `{"customer":"Alan","lane":"priority","toPay":90}`, "Large order"},
}

// fulfilled are for examples/fetch-and-wait.json. Both are in work when the
// server is killed: the first waits for its time, the second has just charged.
var fulfilled = []order{
	{name: "B-1", path: "fulfil", body: `{"order":"B-1","total":320,"shop":%s}`, branch: "Ship"},
	{name: "B-2", path: "fulfil", body: `{"order":"B-2","total":45,"shop":%s}`, branch: "Ship"},
}

// Steps of examples/fetch-and-wait.json that the story is about.
const (
	stepCharge = "Charge the card"
	stepPause  = "Time to reconsider"
)

// answer is what came back for an order.
type answer struct {
	order  string
	status int
	body   string
	took   time.Duration
	err    error
}

// answerLimit bounds what is read of an answer, in bytes.
const answerLimit = 1 << 20

// send posts an order; the answer arrives at d.answers.
func (d *demo) send(ctx context.Context, o order) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, child.DoorBase+"/webhook/"+o.path, bytes.NewReader([]byte(o.body)))
	if err != nil {
		return fmt.Errorf("send an order: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	d.view.sent(o)
	go func() {
		a := answer{order: o.name}
		begun := time.Now()
		reply, err := d.http.Do(r)
		if err == nil {
			var raw []byte
			raw, err = io.ReadAll(io.LimitReader(reply.Body, answerLimit))
			a.status, a.body = reply.StatusCode, string(raw)
			_ = reply.Body.Close()
		}
		a.err, a.took = err, time.Since(begun)
		d.answers <- a // has room for all
	}()
	return nil
}

// until shows what happens until a condition holds.
func (d *demo) until(ctx context.Context, what string, holds func() bool) error {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for !holds() {
		select {
		case f := <-d.watch.facts:
			r, err := d.watch.take(&f)
			if err != nil {
				return err
			}
			if r != nil {
				d.view.fact(&f, r)
			}
		case a := <-d.answers:
			d.got[a.order] = a
		case <-d.shop.changed:
		case err := <-d.watch.failed:
			return err
		case <-d.child.Ended():
			return fmt.Errorf("the server has ended by itself %s", d.child.LastWords())
		case <-timeout.C:
			return fmt.Errorf("waited %s in vain for this: %s", patience, what)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// runOf is the run of an order; nil: the stream has not told of it.
func (d *demo) runOf(name string) *run {
	for _, r := range d.watch.runs {
		if r.Name == name {
			return r
		}
	}
	return nil
}

func (d *demo) ended(name string) bool {
	r := d.runOf(name)
	return r != nil && r.status != ""
}

// route sends the orders to the first workflow, one after the other.
func (d *demo) route(ctx context.Context) error {
	d.view.chapter("Send it three orders and watch each run, step by step")
	for _, o := range routed {
		if err := d.send(ctx, o); err != nil {
			return err
		}
		answered := func() bool { return d.ended(o.name) && d.got[o.name].order != "" }
		if err := d.until(ctx, "order "+o.name+" is through", answered); err != nil {
			return err
		}
		a := d.got[o.name]
		d.view.answered(a)
		if a.err != nil {
			return fmt.Errorf("order %s got no answer: %w", o.name, a.err)
		}
		if a.status != http.StatusOK || a.body != o.answer {
			return fmt.Errorf("order %s was answered with %d %s, and %s was expected", o.name, a.status, a.body, o.answer)
		}
		if err := d.succeeded(o); err != nil {
			return err
		}
	}
	return nil
}

// succeeded makes sure that an order's run ended well and took its branch.
func (d *demo) succeeded(o order) error {
	r := d.runOf(o.name)
	switch {
	case r.status != "success":
		return fmt.Errorf("the run of order %s ended with %s: see run %s", o.name, r.status, r.ID)
	case !r.has(o.branch):
		return fmt.Errorf("the run of order %s did not come through the step %q: see run %s", o.name, o.branch, r.ID)
	}
	return nil
}

// fulfil sends the orders to the second workflow, and returns when the first
// waits and the second has charged without knowing it.
func (d *demo) fulfil(ctx context.Context) error {
	d.view.chapter("Send two orders to the second workflow, which acts on a shop by HTTP")
	d.shop.holdFirst("charge " + fulfilled[1].name)
	shop := strconv.Quote("http://" + d.shop.address())
	for i, o := range fulfilled {
		o.body = fmt.Sprintf(o.body, shop)
		if err := d.send(ctx, o); err != nil {
			return err
		}
		what, holds := "order "+o.name+" is charged and waits", func() bool {
			r := d.runOf(o.name)
			return r != nil && r.has(stepCharge) && r.parked(stepPause)
		}
		if i == 1 {
			what, holds = "the charge of order "+o.name+" is in flight", func() bool {
				r := d.runOf(o.name)
				return r != nil && r.inFlight(stepCharge) && d.shop.held() == r.scheduled[stepOf{Step: stepCharge}]
			}
		}
		if err := d.until(ctx, what, holds); err != nil {
			return err
		}
	}
	return nil
}

// crash kills the server, and starts it again on the same folder.
func (d *demo) crash(ctx context.Context) error {
	d.view.chapter("Kill the server with -9, in the middle of both runs")
	victim := d.runOf(fulfilled[1].name)
	d.killed = victim.scheduled[stepOf{Step: stepCharge}]
	d.door.Shut()
	d.child.Kill()
	d.view.serverKilled(d.child, victim, stepCharge, d.killed)
	killed := time.Now()
	d.view.chapter("Start it again on the same folder; the stream comes back and the runs go on")
	if err := d.startServer(ctx); err != nil {
		return fmt.Errorf("after the kill: %w", err)
	}
	d.view.serverRestarted(d.child, time.Since(killed), d.watch.lastID)
	return nil
}

// resume watches both runs to their end.
func (d *demo) resume(ctx context.Context) error {
	for _, o := range fulfilled {
		if err := d.until(ctx, "the run of order "+o.name+" goes on to its end", func() bool { return d.ended(o.name) }); err != nil {
			return err
		}
		if err := d.succeeded(o); err != nil {
			return err
		}
	}
	d.view.callersLeft()
	return nil
}

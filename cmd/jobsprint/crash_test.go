package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/demo/child"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
)

var crashSeed = flag.Uint64("crash.seed", 0, "seed of the crash test; 0: a new one")

const (
	runsInFlight = 200
	kills        = 20
	killsShort   = 5
	// starters is how many starts of runs are under way at a time.
	starters = 16
	// A life lasts between these before it ends; the wait in the workflow is
	// longer than the least, so that timers span kills.
	leastLife = 20 * time.Millisecond
	mostLife  = 700 * time.Millisecond
	// crashPatience bounds the wait for any one thing.
	crashPatience = time.Minute
)

// crashFlow acts, waits, acts twice: every run has three effects and a timer.
const crashFlow = `{"name":"Crash","nodes":[
 {"id":"start","name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},
 %s,
 {"id":"pause","name":"Pause","type":"n8n-nodes-base.wait","typeVersion":1.1,"position":[0,0],"parameters":{"amount":%s,"unit":"seconds"}},
 {"id":"note","name":"Note","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[0,0],"parameters":{"assignments":{"assignments":[
  {"id":"a","name":"n","type":"number","value":"={{ $('Start').item.json.n }}"}]},"options":{}}}
],"connections":{"Start":%s,"Reserve":%s,"Pause":%s,"Charge":%s,"Note":%s},"settings":{"executionOrder":"v1"}}`

// crashEffects are the steps that act, and what they do.
var crashEffects = []string{"Reserve", "Charge", "Ship"}

func crashWorkflow(world string) []byte {
	var steps []string
	for _, name := range crashEffects {
		steps = append(steps, fmt.Sprintf(`{"id":%[1]q,"name":%[1]q,"type":"n8n-nodes-base.httpRequest","typeVersion":4.2,"position":[0,0],"parameters":{
 "method":"POST","url":"%[2]s/%[1]s","sendBody":true,"specifyBody":"json","jsonBody":"={{ { \"n\": $('Start').item.json.n } }}","options":{}}}`,
			name, world))
	}
	to := func(step string) string { return fmt.Sprintf(`{"main":[[{"node":%q,"type":"main","index":0}]]}`, step) }
	return fmt.Appendf(nil, crashFlow, strings.Join(steps, ","), crashPause, to("Reserve"), to("Pause"), to("Charge"), to("Note"), to("Ship"))
}

// TestCrash kills the server again and again with many runs in flight: every
// acknowledged run ends, no step result is lost or recorded twice, and effects
// are repeated only where one was in flight at a kill.
func TestCrash(t *testing.T) {
	seed := *crashSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("seed: -crash.seed=%d", seed)
	c := newCrash(t, seed)
	n := kills
	if testing.Short() {
		n = killsShort
	}
	stop := c.load(t)
	c.await(t, "as many runs in flight as there should be", func() bool { return len(c.open) == runsInFlight })
	for range n {
		life := leastLife + time.Duration(c.random.Int64N(int64(mostLife-leastLife)))
		time.Sleep(life) // not to wait for anything: the instant of the kill is to be random
		c.killAndRestart(t)
	}
	stop()
	c.await(t, "the end of every run", c.allEnded(t))
	c.check(t)
}

// crash is a server that is killed, and what is known of its runs.
type crash struct {
	world    *world
	random   *rand.Rand
	server   *child.Server
	process  *child.Process
	door     *child.Door
	client   *client.Client
	workflow string
	// open has a value for each run from before its start until its last effect.
	open  chan struct{}
	asked atomic.Int64 // runs that were asked for, which are numbered from 1

	mu    sync.Mutex
	acked map[string]int // the numbers of the runs that were acknowledged
	down  []time.Duration
}

func newCrash(t *testing.T, seed uint64) *crash {
	t.Helper()
	program, err := exec.LookPath("jobsprint") // see TestMain
	if err != nil {
		t.Fatal(err)
	}
	c := &crash{
		random: rand.New(rand.NewPCG(seed, 2)), door: child.NewDoor(), acked: map[string]int{}, open: make(chan struct{}, runsInFlight),
		server: &child.Server{Executable: program, Dir: t.TempDir(), Allow: "127.0.0.1"},
	}
	last := crashEffects[len(crashEffects)-1] + " "
	c.world = openWorld(t, seed, func(effect string) {
		if strings.HasPrefix(effect, last) {
			select {
			case <-c.open:
			default: // it came under another key before: the proof will say so
			}
		}
	})
	t.Cleanup(c.door.Close)
	if c.client, err = client.New(child.DoorBase, &http.Client{Transport: c.door}); err != nil {
		t.Fatal(err)
	}
	c.start(t)
	t.Cleanup(func() { c.process.Kill() })
	w, err := c.client.CreateWorkflow(t.Context(), crashWorkflow(c.world.URL))
	if err != nil || len(w.Problems) > 0 {
		t.Fatal(err, w.Problems)
	}
	if w, err = c.client.ActivateWorkflow(t.Context(), w.ID, 0); err != nil || w.Status != wire.WorkflowActive {
		t.Fatal(err, w.Status, w.Reasons)
	}
	c.workflow = w.ID
	return c
}

func (c *crash) start(t *testing.T) {
	t.Helper()
	var err error
	if c.process, err = c.server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.door.Open(c.process)
}

func (c *crash) killAndRestart(t *testing.T) {
	t.Helper()
	select {
	case <-c.process.Ended():
		t.Fatalf("the server has ended by itself %s", c.process.LastWords())
	default:
	}
	c.door.Shut()
	c.process.Kill()
	c.world.endLife(t)
	c.start(t)
	c.down = append(c.down, c.process.Ready)
}

// load keeps as many runs open as there should be, until stop is called; then
// every run that was asked for has been acknowledged.
func (c *crash) load(t *testing.T) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for range starters {
		group.Go(func() {
			for {
				select {
				case c.open <- struct{}{}:
					c.startRun(t, int(c.asked.Add(1)))
				case <-ctx.Done():
					return
				}
			}
		})
	}
	return func() {
		cancel()
		group.Wait()
	}
}

// startRun asks under one key until the run is acknowledged: the answer may be
// lost in a kill.
func (c *crash) startRun(t *testing.T, n int) {
	input := item.NewObject(1).Set("n", item.Int(n)).Value()
	keyed := c.client.WithIdempotencyKey("run-" + strconv.Itoa(n))
	ctx, cancel := context.WithTimeout(t.Context(), crashPatience)
	defer cancel()
	for {
		started, err := keyed.StartRun(ctx, c.workflow, wire.StartRun{Input: input}, 0)
		if err == nil {
			c.mu.Lock()
			c.acked[started.ID] = n
			c.mu.Unlock()
			return
		}
		if code := client.CodeOf(err); ctx.Err() != nil || code != "" && code != "starting" {
			t.Errorf("start run %d: %v", n, err)
			return
		}
	}
}

// await polls until a condition holds.
func (c *crash) await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline, tick := time.NewTimer(crashPatience), time.NewTicker(20*time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("waited %s in vain for %s", crashPatience, what)
		}
	}
}

// allEnded asks whether no run is open.
func (c *crash) allEnded(t *testing.T) func() bool {
	fresh := c.client.WithAtLeast("head")
	return func() bool {
		page, err := fresh.Runs(t.Context(), client.RunFilter{Status: []string{wire.RunRunning, wire.RunWaiting}, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Items) == 0
	}
}

// check looks at every run of the server.
func (c *crash) check(t *testing.T) {
	t.Helper()
	p := &crashProof{crash: c, numbers: map[int]string{}}
	f := client.RunFilter{Limit: 500}
	for more := true; more; more = f.After != "" {
		page, err := c.client.Runs(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Items {
			p.run(t, r)
		}
		f.After = page.Next
	}
	for id, n := range c.acked {
		if p.numbers[n] != id {
			t.Errorf("run %d was acknowledged as %s and is now %q", n, id, p.numbers[n])
		}
	}
	if asked := int(c.asked.Load()); len(p.numbers) != asked || len(c.acked) != asked {
		t.Errorf("%d runs were asked for, %d acknowledged, %d are there", asked, len(c.acked), len(p.numbers))
	}
	if keys := c.world.count(); keys != len(crashEffects)*len(p.numbers) {
		t.Errorf("the world has seen %d keys for the effects of %d runs", keys, len(p.numbers))
	}
	if p.repeats == 0 {
		t.Error("no effect was in flight at any kill: this test shows nothing")
	}
	t.Logf("%d runs, %d kills, ready again after %v; %d effects sent again (%d cut off at the kill, %d answered and not yet recorded), %d scheduled and never sent before",
		len(p.numbers), len(c.down), c.down, p.repeats, p.cut, p.repeats-p.cut, p.unsent)
}

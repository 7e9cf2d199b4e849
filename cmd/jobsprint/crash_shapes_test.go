package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/demo/child"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
)

const (
	shapeKills      = 10
	shapeKillsShort = 4
	shapeLife       = 450 * time.Millisecond
)

// shapes are workflows in which a crash could do harm: a run that waits for
// others, a loop, attempts that fail, and a wait for a request. %s is the world.
var shapes = map[string]string{
	"parent": shape(`Start manualTrigger 1 {}
Call executeWorkflow 1.1 {"source":"parameter","mode":"each","workflowJson":`+quoted(shape(`Called executeWorkflowTrigger 1 {}
Act httpRequest 4.2 {"method":"POST","url":"%[1]s/ok","options":{}}
Pause wait 1.1 {"amount":0.3,"unit":"seconds"}
Twice set 3.4 `+assign("n", `={{ $('Called').item.json.n * 2 }}`), "Called Act", "Act Pause", "Pause Twice"))+`}
End noOp 1 {}`, "Start Call", "Call End"),
	"loop": shape(`Start manualTrigger 1 {}
Loop splitInBatches 3 {"options":{}}
Act httpRequest 4.2 {"method":"POST","url":"%[1]s/ok","options":{}}
Pause wait 1.1 {"amount":0.2,"unit":"seconds"}
Keep set 3.4 `+assign("n", `={{ $('Loop').item.json.n + 10 }}`)+`
End noOp 1 {}`, "Start Loop", "Loop:1 Act", "Act Pause", "Pause Keep", "Keep Loop", "Loop End"),
	"attempts": shape(`Start manualTrigger 1 {}
Flaky httpRequest 4.2 {"method":"POST","url":"%[1]s/flaky/{{ $json.n }}","options":{}} retry
Broken httpRequest 4.2 {"method":"POST","url":"%[1]s/broken","options":{}} onerror
End set 3.4 `+assign("n", `={{ $('Start').item.json.n }}`), "Start Flaky", "Flaky Broken", "Broken:1 End"),
	"request": shape(`Start manualTrigger 1 {}
Links set 3.4 `+assign("hook", `={{ $execution.resumeUrl }}`)+`
Pause wait 1.1 {"resume":"webhook","options":{}}
Act httpRequest 4.2 {"method":"POST","url":"%[1]s/ok","options":{}}
End set 3.4 `+assign("n", `={{ $('Pause').item.json.query.n }}`), "Start Links", "Links Pause", "Pause Act", "Act End"),
}

func quoted(s string) string {
	raw, _ := json.Marshal(s)
	return string(raw)
}

func assign(name, value string) string {
	return fmt.Sprintf(`{"assignments":{"assignments":[{"id":"1","name":%q,"type":"string","value":%s}]},"options":{}}`, name, quoted(value))
}

// shape writes a workflow: a line for each step with its name, type, version and
// parameters, and "retry" or "onerror" behind them; then its connections.
func shape(steps string, connections ...string) string {
	var nodes []string
	for i, line := range strings.Split(steps, "\n") {
		word := strings.SplitN(line, " ", 4)
		more := ""
		if rest, ok := strings.CutSuffix(word[3], " retry"); ok {
			word[3], more = rest, `,"retryOnFail":true,"maxTries":3,"waitBetweenTries":150`
		} else if rest, ok := strings.CutSuffix(word[3], " onerror"); ok {
			word[3], more = rest, `,"onError":"continueErrorOutput"`
		}
		params := strings.ReplaceAll(word[3], `"url":"%[1]s/flaky/`, `"url":"=%[1]s/flaky/`)
		nodes = append(nodes, fmt.Sprintf(`{"id":%q,"name":%q,"type":"n8n-nodes-base.%s","typeVersion":%s,"position":[%d,0],"parameters":%s%s}`, word[0], word[0], word[1], word[2], i*100, params, more))
	}
	var from []string
	for _, c := range connections {
		a, b, _ := strings.Cut(c, " ")
		a, output, second := strings.Cut(a, ":")
		end := fmt.Sprintf(`[{"node":%q,"type":"main","index":0}]`, b)
		switch {
		case second && output == "1" && a == "Loop":
			end = fmt.Sprintf(`[{"node":"End","type":"main","index":0}],%s`, end)
		case second:
			end = "[]," + end
		case a == "Loop":
			continue // it stands with the other output
		}
		from = append(from, fmt.Sprintf(`%q:{"main":[%s]}`, a, end))
	}
	return fmt.Sprintf(`{"name":"Shape","settings":{"executionOrder":"v1"},"nodes":[%s],"connections":{%s}}`, strings.Join(nodes, ","), strings.Join(from, ","))
}

// shapeRun is a run that was acknowledged.
type shapeRun struct {
	shape, id string
	hook      string // where it waits for a request; "": not yet known, or not at all
	called    bool
}

// shapeCrash is a server that is killed while runs of all shapes are at work.
type shapeCrash struct {
	*crash
	world     *httptest.Server
	workflows map[string]string
	runs      []*shapeRun
	want      map[string]string
}

// shapeWorld answers the steps; the first call of /flaky/N fails for each N.
func shapeWorld(t *testing.T) *httptest.Server {
	var mu sync.Mutex
	seen := map[string]bool{}
	w := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		first := !seen[r.URL.Path]
		seen[r.URL.Path] = true
		mu.Unlock()
		if r.URL.Path == "/broken" || first && strings.HasPrefix(r.URL.Path, "/flaky/") {
			w.WriteHeader(http.StatusInternalServerError)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	t.Cleanup(w.Close)
	return w
}

// TestCrashOfShapes kills the server at random instants while runs wait for
// others, go round loops, try again and wait for requests. Each ends with what an
// undisturbed one ends with, its log verifies, and each of its children ran once.
func TestCrashOfShapes(t *testing.T) {
	seed := *crashSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("seed: -crash.seed=%d", seed)
	program, err := exec.LookPath("jobsprint") // see TestMain
	if err != nil {
		t.Fatal(err)
	}
	c := &shapeCrash{world: shapeWorld(t), workflows: map[string]string{}, want: map[string]string{}, crash: &crash{
		random: rand.New(rand.NewPCG(seed, 3)), door: child.NewDoor(),
		server: &child.Server{Executable: program, Dir: t.TempDir(), Allow: "127.0.0.1"},
	}}
	t.Cleanup(c.door.Close)
	if c.client, err = client.New(child.DoorBase, &http.Client{Transport: c.door}); err != nil {
		t.Fatal(err)
	}
	c.start(t)
	t.Cleanup(func() { c.process.Kill() })
	for name, text := range shapes {
		w, err := c.client.CreateWorkflow(t.Context(), []byte(strings.ReplaceAll(text, "%[1]s", c.world.URL)))
		if err != nil || len(w.Problems) > 0 {
			t.Fatal(name, err, w.Problems)
		}
		c.workflows[name] = w.ID
	}
	c.startAll(t, 0)
	c.await(t, "the undisturbed runs", c.settled(t))
	for _, r := range c.runs {
		c.want[r.shape] = c.outcome(t, r)
	}
	n := shapeKills
	if testing.Short() {
		n = shapeKillsShort
	}
	for life := range n {
		c.startAll(t, life+1)
		ctx, cancel := context.WithCancel(t.Context())
		var calls sync.WaitGroup
		calls.Go(func() { c.callWaiting(ctx) })
		time.Sleep(time.Duration(c.random.Int64N(int64(shapeLife)))) // not to wait for anything: the instant of the kill is to be random
		c.door.Shut()
		c.process.Kill()
		cancel()
		calls.Wait()
		c.start(t)
	}
	c.await(t, "the end of every run", c.settled(t))
	for _, r := range c.runs {
		if got := c.outcome(t, r); got != c.want[r.shape] {
			t.Errorf("%s %s ended with\n%s\nwant\n%s", r.shape, r.id, got, c.want[r.shape])
		}
	}
	t.Logf("%d runs, %d kills: %v", len(c.runs), n, c.want)
}

// startAll starts a run of every shape.
func (c *shapeCrash) startAll(t *testing.T, round int) {
	t.Helper()
	for name := range shapes {
		var input []item.Value
		for n := range 3 {
			input = append(input, item.NewObject(1).Set("n", item.Int(n)).Value())
		}
		if name == "attempts" || name == "request" {
			input = []item.Value{item.NewObject(1).Set("n", item.Int(1000+round)).Value()}
		}
		started, err := c.client.StartRun(t.Context(), c.workflows[name], wire.StartRun{Version: wire.NewestVersion, Input: item.Array(input)}, 0)
		if err != nil {
			t.Fatal(err)
		}
		c.runs = append(c.runs, &shapeRun{shape: name, id: started.ID})
	}
}

// settled calls what waits for a request, and asks whether no run is open.
func (c *shapeCrash) settled(t *testing.T) func() bool {
	none := c.allEnded(t)
	return func() bool {
		c.callWaiting(t.Context())
		return none()
	}
}

// callWaiting resumes the runs that wait for a request. An answer may be lost in a
// kill: then the next one says that the run is over, or it waits still.
func (c *shapeCrash) callWaiting(ctx context.Context) {
	web := &http.Client{Transport: c.door}
	for _, r := range c.runs {
		if r.shape != "request" || r.called {
			continue
		}
		if r.hook == "" {
			r.hook = c.hookOf(ctx, r.id)
		}
		if r.hook == "" {
			continue
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, child.DoorBase+r.hook+"&n=7", nil)
		if err != nil {
			return
		}
		res, err := web.Do(req)
		if err != nil {
			return
		}
		_ = res.Body.Close()
		r.called = res.StatusCode == http.StatusOK || res.StatusCode == http.StatusConflict && c.over(ctx, r.id)
	}
}

func (c *shapeCrash) over(ctx context.Context, run string) bool {
	r, err := c.client.Run(ctx, run)
	return err == nil && r.Ended()
}

// hookOf is where a run can be called, without the server's address.
func (c *shapeCrash) hookOf(ctx context.Context, run string) string {
	raw, err := c.client.Execution(ctx, run)
	if err != nil {
		return ""
	}
	v, err := item.Parse(raw, item.Limits{})
	if err != nil {
		return ""
	}
	hook := item.GetPath(v, "data.resultData.runData.Links[0].data.main[0][0].json.hook")
	_, path, _ := strings.Cut(hook.ToString(), "/webhook-waiting/")
	if path == "" {
		return ""
	}
	return "/webhook-waiting/" + path
}

// outcome is what a run came to: its end, what its last step emitted, its
// children, and whether its log verifies.
func (c *shapeCrash) outcome(t *testing.T, r *shapeRun) string {
	t.Helper()
	raw, err := c.client.Execution(t.Context(), r.id)
	if err != nil {
		t.Fatal(err)
	}
	v, err := item.Parse(raw, item.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	out := v.Get("status").ToString()
	runs, _ := item.GetPath(v, "data.resultData.runData.End").Elems()
	for _, run := range runs {
		out += " " + run.Get("data").JSON()
	}
	if r.shape == "attempts" { // its number is the round
		out = strings.ReplaceAll(out, item.GetPath(v, "data.resultData.runData.Start[0].data.main[0][0].json.n").JSON(), "N")
	}
	if replay, err := c.client.Replay(t.Context(), r.id); err != nil || !replay.Equal {
		out += fmt.Sprintf(" replay %+v %v", replay.Differences, err)
	}
	children, err := c.client.WithAtLeast("head").Runs(t.Context(), client.RunFilter{Parent: r.id})
	if err != nil {
		t.Fatal(err)
	}
	for i := len(children.Items) - 1; i >= 0; i-- {
		out += fmt.Sprintf(" child %d %s", children.Items[i].Parent.Item, children.Items[i].Status)
	}
	return out
}

package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/examples"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/internal/datadir"
	"github.com/jobsprint/jobsprint/streams"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// open starts an App that is closed at the test's end at the latest.
func open(t *testing.T, c app.Config) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeApp(t, a) })
	return a
}

func closeApp(t *testing.T, a *app.App) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := a.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

func served(dir string) app.Config {
	return app.Config{DataDir: dir, Work: app.Serve, Listen: "127.0.0.1:0"}
}

// overHTTP is a client of the App's server, local one without a network.
func overHTTP(t *testing.T, a *app.App) *client.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	c, err := client.New(a.Address(), &http.Client{Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func local(t *testing.T, a *app.App) *client.Client {
	t.Helper()
	c, err := client.New(client.LocalBase, client.Local(a.Handler()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestServerTellsWhereItIsWhileItHoldsTheFolder(t *testing.T) {
	dir := t.TempDir()
	a := open(t, served(dir))
	s, err := datadir.ReadServer(dir)
	if err != nil || s.Address != a.Address() || s.PID != os.Getpid() || s.Instance != a.Instance() {
		t.Fatalf("server.json says %+v, %v", s, err)
	}
	ready, err := overHTTP(t, a).Ready(t.Context())
	if err != nil || ready.Instance != s.Instance {
		t.Fatalf("ready %+v, %v", ready, err)
	}
	if a.KeyMade() != filepath.Join(dir, "master.key") {
		t.Errorf("the key made is %q", a.KeyMade())
	}
	_, err = app.Open(t.Context(), served(dir))
	var locked *streams.LockedError
	if !errors.As(err, &locked) || !strings.Contains(locked.Holder, "process") {
		t.Errorf("the folder was opened twice: %v", err)
	}
	if _, err := overHTTP(t, a).Ready(t.Context()); err != nil {
		t.Errorf("the refused start has harmed the server: %v", err)
	}
	closeApp(t, a)
	closeApp(t, a)
	if _, err := datadir.ReadServer(dir); err == nil {
		t.Error("server.json is left behind")
	}
	if again := open(t, served(dir)); again.KeyMade() != "" {
		t.Error("the key was made again")
	}
}

func TestRunsGoOnAtTheNextStart(t *testing.T) {
	dir := t.TempDir()
	a := open(t, served(dir))
	c := overHTTP(t, a)
	started := begin(t, c, []byte(pausing))
	awaitStatus(t, c, started.ID, wire.RunWaiting)
	closeApp(t, a)

	// A command that holds the folder for a moment does not make it act.
	reader := open(t, app.Config{DataDir: dir, Work: app.Read})
	run, err := local(t, reader).WithAtLeast("head").Run(t.Context(), started.ID)
	if err != nil || run.Status != wire.RunWaiting {
		t.Fatalf("run %+v, %v", run, err)
	}
	closeApp(t, reader)

	b := open(t, served(dir))
	awaitStatus(t, overHTTP(t, b), started.ID, wire.RunSuccess)
}

func awaitStatus(t *testing.T, c *client.Client, run, status string) {
	t.Helper()
	var last string
	eventually(t, func() bool {
		r, err := c.WithAtLeast("head").Run(t.Context(), run)
		last = fmt.Sprintf("the run is %q, want %s: %v", r.Status, status, err)
		return err == nil && r.Status == status
	}, func() string { return last })
}

// eventually asks again and again, and fails with what missing says.
func eventually(t *testing.T, ok func() bool, missing func() string) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatal(missing())
		}
		<-tick.C
	}
}

// begin stores a workflow and starts it by hand.
func begin(t *testing.T, c *client.Client, raw []byte) wire.StartedRun {
	t.Helper()
	w, err := c.CreateWorkflow(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	started, err := c.StartRun(t.Context(), w.ID, wire.StartRun{Version: wire.NewestVersion}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return started
}

func TestCommandsWorkWithoutANetwork(t *testing.T) {
	a := open(t, app.Config{DataDir: t.TempDir(), Work: app.Run})
	if a.Address() != "" {
		t.Errorf("it listens on %s", a.Address())
	}
	c := local(t, a)
	w, err := c.CreateWorkflow(t.Context(), examples.OrderRouting)
	if err == nil {
		w, err = c.ActivateWorkflow(t.Context(), w.ID, 0)
	}
	if err != nil || w.Status != wire.WorkflowActive {
		t.Fatalf("%+v %v", w, err)
	}
	started, err := c.StartRun(t.Context(), w.ID, wire.StartRun{}, 10*time.Second)
	if err != nil || started.Run == nil || !started.Run.Ended() {
		t.Fatalf("%+v %v", started, err)
	}
	r, err := c.Replay(t.Context(), started.ID)
	if err != nil || !r.Equal {
		t.Errorf("replay %+v, %v", r, err)
	}
}

func TestDoctorFindsWhatIsWrong(t *testing.T) {
	dir, keys := t.TempDir(), t.TempDir()
	key := filepath.Join(keys, "master.key")
	a := open(t, app.Config{DataDir: dir, KeyFile: key})
	c := local(t, a)
	report, err := c.Doctor(t.Context())
	if err != nil || !report.Healthy || len(report.Checks) < 8 {
		t.Fatalf("%+v %v", report, err)
	}
	for _, check := range report.Checks {
		if check.Status != wire.CheckOK {
			t.Errorf("a new folder has %+v", check)
		}
	}
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := finding(t, c, "master key"); got.Status != wire.CheckWarn || !strings.Contains(got.Fix, "chmod 600") {
		t.Errorf("a key that all can read: %+v", got)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if got := finding(t, c, "master key"); got.Status != wire.CheckFail {
		t.Errorf("a key that is gone: %+v", got)
	}
}

func finding(t *testing.T, c *client.Client, name string) wire.Check {
	t.Helper()
	report, err := c.Doctor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range report.Checks {
		if check.Name == name {
			return check
		}
	}
	t.Fatalf("the doctor has no check %q", name)
	return wire.Check{}
}

func TestKeyInTheFolderIsWarnedOf(t *testing.T) {
	a := open(t, app.Config{DataDir: t.TempDir()})
	if got := finding(t, local(t, a), "master key"); got.Status != wire.CheckWarn || !strings.Contains(got.Fix, "--key-file") {
		t.Errorf("%+v", got)
	}
}

func TestTakenPortEndsTheStartAndFreesTheFolder(t *testing.T) {
	a := open(t, served(t.TempDir()))
	dir := t.TempDir()
	conf := served(dir)
	conf.Listen = strings.TrimPrefix(a.Address(), "http://")
	_, err := app.Open(t.Context(), conf)
	var listen *app.ListenError
	if !errors.As(err, &listen) || listen.Address != conf.Listen {
		t.Fatalf("got %v", err)
	}
	open(t, served(dir))
}

func TestWrongZoneEndsTheStart(t *testing.T) {
	conf := served(t.TempDir())
	conf.Zone = "Middle/Earth"
	if _, err := app.Open(t.Context(), conf); err == nil || !strings.Contains(err.Error(), "Middle/Earth") {
		t.Errorf("got %v", err)
	}
}

func TestHealthAndMetrics(t *testing.T) {
	a := open(t, served(t.TempDir()))
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for path, want := range map[string]string{"/healthz": "alive", "/metrics": "go_goroutines", "/readyz": a.Instance()} {
		answer, err := c.Get(a.Address() + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: %s %v", path, answer.Status, err)
		}
	}
}

func TestCloseByForceLetsGoAtOnce(t *testing.T) {
	a, err := app.Open(t.Context(), served(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	c := overHTTP(t, a)
	w, err := c.CreateWorkflow(t.Context(), []byte(pausing))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.StartRun(t.Context(), w.ID, wire.StartRun{Version: wire.NewestVersion}, 0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	begun := time.Now()
	_ = a.Close(ctx)
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if err := a.Ready(); err == nil {
		t.Error("a closed App says that it is ready")
	}
}

// pausing waits for two seconds, which is a durable timer.
var pausing = func() string {
	type object = map[string]any
	list := func(v ...any) []any { return v }
	raw, _ := json.Marshal(object{
		"name": "Pausing", "settings": object{"executionOrder": "v1"},
		"nodes": list(
			object{"id": "1", "name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": list(0, 0), "parameters": object{}},
			object{"id": "2", "name": "Pause", "type": "n8n-nodes-base.wait", "typeVersion": 1.1, "position": list(0, 0), "parameters": object{"amount": 2, "unit": "seconds"}},
			object{"id": "3", "name": "End", "type": "n8n-nodes-base.noOp", "typeVersion": 1, "position": list(0, 0), "parameters": object{}},
		),
		"connections": object{
			"Start": object{"main": list(list(object{"node": "Pause", "type": "main", "index": 0}))},
			"Pause": object{"main": list(list(object{"node": "End", "type": "main", "index": 0}))},
		},
	})
	return string(raw)
}()

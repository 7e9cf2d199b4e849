package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/internal/datadir"
)

// process is the program as a server, run by a test.
type process struct {
	*exec.Cmd
	t      *testing.T
	log    bytes.Buffer
	client *client.Client
	exited chan error
}

// startServer runs the server on a folder and returns when it is ready.
func startServer(t *testing.T, dir string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command("jobsprint", "serve", "--data-dir", dir, "--key-file", filepath.Join(dir, "master.key"), "--listen", "127.0.0.1:0"), t: t, exited: make(chan error, 1)}
	p.Env = append(os.Environ(), "HOME="+t.TempDir(), "JOBSPRINT_HTTP_ALLOW=127.0.0.1")
	p.Stderr = &p.log
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.exited <- p.Wait() }()
	t.Cleanup(func() { _ = p.Process.Kill() })
	eventually(t, "the server to be ready", func() bool {
		s, err := datadir.ReadServer(dir)
		if err != nil || s.PID != p.Process.Pid {
			return false
		}
		if p.client, err = client.New(s.Address, nil); err != nil {
			t.Fatal(err)
		}
		_, err = p.client.Ready(t.Context())
		return err == nil
	})
	return p
}

// eventually polls until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(scriptPatience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for ; !holds(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s for %s", scriptPatience, what)
		}
	}
}

// signal sends a signal.
func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// ends waits for the exit and gives its code.
func (p *process) ends() int {
	p.t.Helper()
	select {
	case <-p.exited:
		return p.ProcessState.ExitCode()
	case <-time.After(scriptPatience):
		p.t.Fatalf("the server did not end:\n%s", p.log.String())
		return -1
	}
}

// slowShop is a server whose answers wait until release is closed.
func slowShop(t *testing.T) (address string, began, release chan struct{}) {
	t.Helper()
	began, release = make(chan struct{}, 16), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"done":true}`))
	}))
	t.Cleanup(s.Close)
	return s.URL, began, release
}

const callOnce = `{"name":"Call","nodes":[
 {"id":"1","name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},
 {"id":"2","name":"Call","type":"n8n-nodes-base.httpRequest","typeVersion":4.2,"position":[0,0],"parameters":{"method":"POST","url":%q,"options":{}}}],
 "connections":{"Start":{"main":[[{"node":"Call","type":"main","index":0}]]}},"settings":{"executionOrder":"v1"}}`

// call starts a run whose step is in flight when it returns.
func (p *process) call(url string, began <-chan struct{}) (run string) {
	p.t.Helper()
	w, err := p.client.CreateWorkflow(p.t.Context(), []byte(fmt.Sprintf(callOnce, url)))
	if err != nil {
		p.t.Fatal(err)
	}
	started, err := p.client.StartRun(p.t.Context(), w.ID, wire.StartRun{Version: wire.NewestVersion}, 0)
	if err != nil {
		p.t.Fatal(err)
	}
	<-began
	return started.ID
}

// A first signal lets the step in flight finish: its result is recorded, not
// computed again at the next start.
func TestFirstSignalLetsStepsFinish(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	url, began, release := slowShop(t)
	p := startServer(t, dir)
	run := p.call(url, began)
	p.signal(syscall.SIGTERM)
	eventually(t, "the server to say that it ends", func() bool { return !answers(p) })
	close(release)
	if code := p.ends(); code != 0 {
		t.Fatalf("ended with code %d:\n%s", code, p.log.String())
	}
	next := startServer(t, dir)
	eventually(t, "the run to end", func() bool {
		r, err := next.client.WithAtLeast("head").Run(t.Context(), run)
		return err == nil && r.Status == wire.RunSuccess
	})
	select {
	case <-began:
		t.Error("the effect was repeated although its step had finished")
	default:
	}
	next.signal(os.Interrupt)
	if code := next.ends(); code != 0 {
		t.Errorf("ended with code %d:\n%s", code, next.log.String())
	}
}

func answers(p *process) bool {
	_, err := p.client.Ready(p.t.Context())
	return err == nil
}

// A second signal forces the end; what was in flight is repeated at the next
// start.
func TestSecondSignalForces(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	url, began, release := slowShop(t)
	p := startServer(t, dir)
	run := p.call(url, began)
	p.signal(os.Interrupt)
	eventually(t, "the server to say that it ends", func() bool { return !answers(p) })
	p.signal(syscall.SIGTERM)
	if code := p.ends(); code != 1 || !strings.Contains(p.log.String(), "ended by force") {
		t.Fatalf("ended with code %d:\n%s", code, p.log.String())
	}
	next := startServer(t, dir)
	<-began
	close(release)
	eventually(t, "the run to end", func() bool {
		r, err := next.client.WithAtLeast("head").Run(t.Context(), run)
		return err == nil && r.Status == wire.RunSuccess
	})
}

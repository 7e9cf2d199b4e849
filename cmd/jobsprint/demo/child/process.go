// Package child runs the program as a server in a process of its own that can be
// killed and started again on the same folder, and leads clients to it. The demo
// and the crash test do so.
package child

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/datadir"
)

const (
	// readyLimit bounds how long the server may take to be ready.
	readyLimit = 20 * time.Second
	// readyPoll is the pause between two looks at it.
	readyPoll = 5 * time.Millisecond
	// logTail is how much of the server's log is shown when it does not start.
	logTail = 2 << 10
)

// Server is the program as a server on one folder, to be started again and
// again.
type Server struct {
	// Executable is the program.
	Executable string
	// Dir holds the data folder, the key, the settings and the server's log.
	Dir string
	// Allow lists the hosts that HTTP steps may reach although they are private.
	Allow string
}

func (s *Server) path(name string) string { return filepath.Join(s.Dir, name) }

// environ is the environment without the person's own settings.
func (s *Server) environ() []string {
	var out []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "JOBSPRINT_") {
			out = append(out, pair)
		}
	}
	return append(out, "JOBSPRINT_HTTP_ALLOW="+s.Allow, "JOBSPRINT_CONFIG="+s.path("config.yaml"))
}

// Process is one process of the server.
type Process struct {
	// Address is its base address, and Ready how long it took to be ready.
	Address string
	Ready   time.Duration

	server *Server
	cmd    *exec.Cmd
	ended  chan struct{} // closed when the process has ended
	err    error         // how, once it has
}

// Start begins a process and returns when it takes requests.
func (s *Server) Start(ctx context.Context) (*Process, error) {
	c, begun := &Process{server: s, ended: make(chan struct{})}, time.Now()
	if err := os.WriteFile(s.path("config.yaml"), []byte("log_level: info\n"), 0o600); err != nil {
		return nil, fmt.Errorf("write the server's settings: %w", err)
	}
	log, err := os.OpenFile(s.path("server.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keep the server's log: %w", err)
	}
	defer func() { _ = log.Close() }()
	c.cmd = exec.Command(s.Executable, "serve", "--data-dir", s.path("data"), "--key-file", s.path("master.key"), "--listen", "127.0.0.1:0")
	c.cmd.Env, c.cmd.Stdout, c.cmd.Stderr = s.environ(), log, log
	c.cmd.SysProcAttr = diesWithParent()
	launched := make(chan error, 1)
	go c.run(launched)
	if err := <-launched; err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	if err := c.awaitReady(ctx); err != nil {
		c.Kill()
		return nil, err
	}
	c.Ready = time.Since(begun)
	return c, nil
}

// run starts the process and waits for its end. It keeps its thread, since the
// system takes the end of the thread that has started a process for that of its
// parent.
func (p *Process) run(launched chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.cmd.Start()
	launched <- err
	if err == nil {
		p.err = p.cmd.Wait()
	}
	close(p.ended)
}

// PID is the process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Kill ends the process at once, with SIGKILL where there is such a thing, and
// returns when it is gone.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // an error says that it is gone already
	<-p.ended
}

// Ended is closed when the process has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// LastWords says how the process has ended and what its log ends with.
func (p *Process) LastWords() string {
	return fmt.Sprintf("(%v); it said: %s", p.err, p.server.lastWords())
}

// awaitReady asks until the server that this process has announced is ready.
func (p *Process) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	tick := time.NewTicker(readyPoll)
	defer tick.Stop()
	for !p.isReady(ctx) {
		select {
		case <-tick.C:
		case <-p.ended:
			return fmt.Errorf("the server ended before it was ready %s", p.LastWords())
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return fmt.Errorf("the server was not ready within %s; it said: %s", readyLimit, p.server.lastWords())
			}
			return ctx.Err()
		}
	}
	return nil
}

func (p *Process) isReady(ctx context.Context) bool {
	found, err := datadir.ReadServer(p.server.path("data"))
	if err != nil || found.PID != p.PID() || found.Address == "" {
		return false // not there yet, or what the last one has left
	}
	asker, err := client.New(found.Address, nil)
	if err != nil {
		return false
	}
	answer, err := asker.Ready(ctx)
	p.Address = found.Address
	return err == nil && answer.Instance == found.Instance
}

// lastWords is the end of the server's log.
func (s *Server) lastWords() string {
	raw, _ := os.ReadFile(s.path("server.log"))
	if len(raw) > logTail {
		raw = raw[len(raw)-logTail:]
	}
	if raw = bytes.TrimSpace(raw); len(raw) == 0 {
		return "nothing"
	}
	return string(raw)
}

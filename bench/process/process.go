// Package process starts a server as a process of its own, as its users do,
// asks the system what it costs, and ends it. What it costs is read from
// Linux's /proc; elsewhere those figures are errors.
package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// stopPatience is how long a server may take to end before it is killed.
const stopPatience = 20 * time.Second

// Process is a server that was started. Stop ends it.
type Process struct {
	begun  time.Time
	cmd    *exec.Cmd
	output tail
	ended  chan struct{}
	err    error // valid when ended is closed
}

// Start runs a program. Its output is kept for error messages.
func Start(program string, args ...string) (*Process, error) {
	p := &Process{cmd: exec.Command(program, args...), ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.output, &p.output
	p.begun = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// readyPoll is short, since it limits how exact the time until ready is.
const readyPoll = time.Millisecond

// Ready waits until a GET of the URL answers 200 and gives the time since the
// process was started.
func (p *Process) Ready(ctx context.Context, url string) (time.Duration, error) {
	poll := time.NewTicker(readyPoll)
	defer poll.Stop()
	for {
		if ready(ctx, url) {
			return time.Since(p.begun), nil
		}
		select {
		case <-poll.C:
		case <-p.ended:
			return 0, fmt.Errorf("the server ended before it was ready: %w\n%s", p.failure(), p.output.text())
		case <-ctx.Done():
			return 0, fmt.Errorf("the server was not ready in time: %w\n%s", ctx.Err(), p.output.text())
		}
	}
}

func ready(ctx context.Context, url string) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	r.Close = true
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

var errEnded = errors.New("it ended without an error")

func (p *Process) failure() error {
	if p.err != nil {
		return p.err
	}
	return errEnded
}

// Stop asks the process to end, and kills it when it takes too long, which is
// an error. Stopping one that has ended does nothing.
func (p *Process) Stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	patience := time.NewTimer(stopPatience)
	defer patience.Stop()
	select {
	case <-p.ended:
		return nil
	case <-patience.C:
		_ = p.cmd.Process.Kill()
		<-p.ended
		return fmt.Errorf("the server did not end within %s and was killed\n%s", stopPatience, p.output.text())
	}
}

// Output is the end of what the process has written.
func (p *Process) Output() string { return p.output.text() }

// ticksPerSecond is the unit of /proc/PID/stat: USER_HZ, 100 on every Linux
// that Go runs on.
const ticksPerSecond = 100

// CPU is the processor time used so far, 10 ms exact.
func (p *Process) CPU() (time.Duration, error) {
	data, err := os.ReadFile(p.proc("stat"))
	if err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	// The name in parentheses may hold spaces; the fields behind it do not.
	_, rest, _ := bytes.Cut(data, []byte(") "))
	fields := strings.Fields(string(rest))
	if len(fields) < 13 {
		return 0, fmt.Errorf("%s is not as expected: %q", p.proc("stat"), data)
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * time.Second / ticksPerSecond, errors.Join(err1, err2)
}

// Memory is what a process holds in main memory, in bytes.
type Memory struct {
	RSS, Peak int64
}

// Memory reads the resident set, and the largest since the start or the last
// ResetPeak.
func (p *Process) Memory() (Memory, error) {
	data, err := os.ReadFile(p.proc("status"))
	if err != nil {
		return Memory{}, fmt.Errorf("read memory: %w", err)
	}
	var m Memory
	for line := range strings.Lines(string(data)) {
		key, value, _ := strings.Cut(line, ":")
		switch key {
		case "VmRSS":
			m.RSS, err = kilobytes(value)
		case "VmHWM":
			m.Peak, err = kilobytes(value)
		}
		if err != nil {
			return m, fmt.Errorf("read memory: %w", err)
		}
	}
	return m, nil
}

func kilobytes(s string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "kB")), 10, 64)
	return n << 10, err
}

// ResetPeak lets Memory.Peak begin anew.
func (p *Process) ResetPeak() error { return os.WriteFile(p.proc("clear_refs"), []byte("5"), 0) }

func (p *Process) proc(file string) string {
	return "/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/" + file
}

// FreeAddress gives an address of this machine that nobody listens on now.
func FreeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// maxTail bounds what is kept of a process's output.
const maxTail = 64 << 10

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	data []byte
}

// Write keeps the newest maxTail bytes.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(t.data, p...)
	if over := len(t.data) - maxTail; over > 0 {
		t.data = append(t.data[:0], t.data[over:]...)
	}
	return len(p), nil
}

func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.data)
}

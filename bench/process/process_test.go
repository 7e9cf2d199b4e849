package process_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/bench/process"
)

// serverEnv makes this test program a server: "serve" until SIGTERM, "fail" at
// once.
const serverEnv = "BENCH_PROCESS"

func TestMain(m *testing.M) {
	switch os.Getenv(serverEnv) {
	case "serve":
		serve(os.Args[1])
	case "fail":
		fmt.Fprintln(os.Stderr, "no luck today")
		os.Exit(3)
	default:
		os.Exit(m.Run())
	}
}

// ballast is written to, so that it is in main memory.
var ballast []byte

func serve(address string) {
	mux := http.NewServeMux()
	mux.HandleFunc("/readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/grow", func(http.ResponseWriter, *http.Request) {
		ballast = bytes.Repeat([]byte{1}, 64<<20)
		for end := time.Now().Add(100 * time.Millisecond); time.Now().Before(end); { // uses the processor
		}
	})
	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer release()
	s := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: time.Second}
	go func() { _ = s.ListenAndServe() }()
	<-stop.Done()
	_ = s.Close()
}

func TestAServerFromStartToEnd(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	t.Setenv(serverEnv, "serve")
	address, err := process.FreeAddress()
	if err != nil {
		t.Fatal(err)
	}
	p, err := process.Start(os.Args[0], address)
	if err != nil {
		t.Fatal(err)
	}
	stopped := false
	defer func() {
		if !stopped {
			_ = p.Stop()
		}
	}()
	took, err := p.Ready(t.Context(), "http://"+address+"/readyz")
	if err != nil || took <= 0 {
		t.Fatal(took, err)
	}
	before := costs(t, p)
	if _, err := http.Get("http://" + address + "/grow"); err != nil {
		t.Fatal(err)
	}
	after := costs(t, p)
	if after.memory.RSS < before.memory.RSS+60<<20 || after.memory.Peak < after.memory.RSS {
		t.Errorf("64 MiB more: before %+v, after %+v", before.memory, after.memory)
	}
	if after.cpu < before.cpu+50*time.Millisecond {
		t.Errorf("100 ms of work: before %s, after %s", before.cpu, after.cpu)
	}
	if err := p.ResetPeak(); err != nil {
		t.Error(err)
	}
	stopped = true
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
	if err := p.Stop(); err != nil {
		t.Errorf("stopped twice: %v", err)
	}
	if _, err := p.CPU(); err == nil {
		t.Error("a process that has ended has no processor time to read")
	}
}

type cost struct {
	cpu    time.Duration
	memory process.Memory
}

func costs(t *testing.T, p *process.Process) cost {
	t.Helper()
	cpu, err1 := p.CPU()
	memory, err2 := p.Memory()
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return cost{cpu, memory}
}

func TestAServerThatFails(t *testing.T) {
	t.Setenv(serverEnv, "fail")
	p, err := process.Start(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Ready(t.Context(), "http://127.0.0.1:1/readyz"); err == nil || !strings.Contains(err.Error(), "no luck today") {
		t.Errorf("error %v", err)
	}
	if _, err := process.Start("/no/such/program"); err == nil {
		t.Error("a program that is not there was started")
	}
}

func TestAServerThatIsNeverReady(t *testing.T) {
	t.Setenv(serverEnv, "serve")
	address, err := process.FreeAddress()
	if err != nil {
		t.Fatal(err)
	}
	p, err := process.Start(os.Args[0], address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Stop() }()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := p.Ready(ctx, "http://"+address+"/other"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

// Command load makes closed-loop HTTP load on a server of this machine: each of
// a number of virtual users sends a request, waits for the whole answer, and
// sends the next, over a connection that is kept.
//
//	go run ./bench/load -users 16 -duration 10s http://127.0.0.1:8080/webhook/w1
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/jobsprint/jobsprint/bench/closedloop"
)

// defaultBody is sent by POST, PUT and PATCH when no file is named.
const defaultBody = `{"name":"Ada","amount":12.5,"tags":["a","b"],"address":{"street":"Main","city":"London"}}`

// Exit codes.
const (
	exitFailed = 1 // requests failed
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	plan, asJSON, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	var report closedloop.Report
	if err == nil {
		report, err = closedloop.Run(ctx, plan)
	}
	if err != nil {
		fmt.Fprintln(stderr, "load:", err)
		return exitUsage
	}
	if asJSON {
		_ = json.NewEncoder(stdout).Encode(report)
	} else {
		report.WriteText(stdout)
	}
	if report.Errors > 0 || report.Requests == 0 {
		return exitFailed
	}
	return 0
}

func parse(args []string, stderr io.Writer) (p closedloop.Plan, asJSON bool, err error) {
	f := flag.NewFlagSet("load", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {
		fmt.Fprintln(stderr, "usage: load [flags] URL\n\nThe URL must be on this machine. Ends with 1 when a request failed.")
		f.PrintDefaults()
	}
	var file string
	f.IntVar(&p.Users, "users", 16, "virtual users, each with one connection")
	f.DurationVar(&p.Duration, "duration", 0, "measured time (default 10s)")
	f.DurationVar(&p.Warmup, "warmup", 0, "time before it that is not counted")
	f.Int64Var(&p.Requests, "requests", 0, "end after so many requests (default: as many as the time allows)")
	f.DurationVar(&p.Timeout, "timeout", 0, "longest time of one request (default 30s)")
	f.DurationVar(&p.Pause, "pause", 0, "rest of a user between two requests")
	f.StringVar(&p.Method, "method", "POST", "HTTP method")
	f.StringVar(&p.ContentType, "content-type", "", "of the body (default application/json)")
	f.StringVar(&p.Contains, "contains", "", "text that every answer must contain in its first 32 KiB")
	f.StringVar(&file, "body", "", "file with the body; - is standard input (default: a small JSON object)")
	f.BoolVar(&asJSON, "json", false, "report as one line of JSON")
	if err := f.Parse(args); err != nil {
		return p, false, err
	}
	if f.NArg() != 1 {
		return p, false, errors.New("name one URL; see -help")
	}
	p.URL = f.Arg(0)
	p.Body, err = body(p.Method, file)
	return p, asJSON, err
}

func body(method, file string) ([]byte, error) {
	switch {
	case file == "-":
		return io.ReadAll(io.LimitReader(os.Stdin, closedloop.MaxBodyBytes+1))
	case file != "":
		return os.ReadFile(file)
	case method == "POST" || method == "PUT" || method == "PATCH":
		return []byte(defaultBody), nil
	}
	return nil, nil
}

// Command dev runs what the Taskfile cannot say in a line: the tests by group with their skips named, every fuzz
// target, coverage against each room's threshold, golden files, formatting. It needs the go command only.
//
//	go run ./internal/tidy/dev test [-allow-skips] all|unit|integration|sim [go test flags]
//	go run ./internal/tidy/dev fuzz [-time 5s]
//	go run ./internal/tidy/dev cover | golden | fmt [-check]
//
// Exit 0 when all is well, 1 when something failed, 2 on bad usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// errFailed means that the reason has been printed already.
var errFailed = errors.New("failed")

// usageError is a wrong command line.
type usageError string

func (e usageError) Error() string { return string(e) }

var commands = map[string]func(context.Context, []string) error{
	"test": test, "fuzz": fuzz, "cover": cover, "golden": golden, "fmt": format,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	var usage usageError
	switch {
	case err == nil:
	case errors.As(err, &usage):
		fmt.Fprintln(os.Stderr, "dev:", err)
		os.Exit(2)
	case errors.Is(err, errFailed):
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "dev:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usageError("say what: test, fuzz, cover, golden or fmt")
	}
	command, ok := commands[args[0]]
	if !ok {
		return usageError("no such command: " + args[0] + " (test, fuzz, cover, golden, fmt)")
	}
	return command(ctx, args[1:])
}

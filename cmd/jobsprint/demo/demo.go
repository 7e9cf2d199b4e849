package demo

import (
	"context"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
)

// Options say how the demo is shown.
type Options struct {
	Streams *iostreams.Streams
	// Output is "" for a person or OutputJSONL for a program.
	Output string
	// Executable is the program that is started as the server.
	Executable string
}

// OutputJSONL prints one JSON object a line, each with a kind.
const OutputJSONL = "jsonl"

// Run runs the demo.
func Run(ctx context.Context, o Options) error { return ctx.Err() }

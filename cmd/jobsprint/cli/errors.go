package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/config"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/streams"
)

// Exit codes. They are part of what scripts rely on.
const (
	codeDone   = 0
	codeFailed = 1
	codeUsage  = 2
	codeDiffer = 3
)

// failure ends a command: a sentence of what was wrong, and what to do next.
type failure struct {
	code    int
	message string
	next    string
	err     error
}

// Error is the sentence.
func (f *failure) Error() string { return f.message }

// Unwrap gives the cause.
func (f *failure) Unwrap() error { return f.err }

// usage is a fault of how the command was called or of a file it was given.
func usage(next, format string, args ...any) error {
	return &failure{code: codeUsage, message: fmt.Sprintf(format, args...), next: next}
}

// fail is a fault of what was tried.
func fail(next, format string, args ...any) error {
	return &failure{code: codeFailed, message: fmt.Sprintf(format, args...), next: next}
}

// quiet ends a command with a code when all was already said.
func quiet(code int) error { return &failure{code: code} }

// report tells the person how a command has ended, and gives the exit code.
func (env *Env) report(err error) int {
	if err == nil {
		return codeDone
	}
	f := explain(err)
	if f.message != "" {
		env.Notice("%s %s", env.Paint(iostreams.Red, "jobsprint:"), plainLines(f.message))
	}
	if f.next != "" {
		env.Notice("  %s", plainLines(f.next))
	}
	return f.code
}

func plainLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = iostreams.Plain(line)
	}
	return strings.Join(lines, "\n  ")
}

// explain is the one place where causes of other rooms become a sentence with
// what to do next, and an exit code.
func explain(err error) *failure {
	var f *failure
	var setting *config.Error
	var problem *client.Problem
	var locked *streams.LockedError
	var listen *app.ListenError
	var halted *projections.Halted
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &setting):
		return &failure{code: codeUsage, message: setting.Error(), next: setting.Next, err: err}
	case errors.As(err, &problem):
		return ofProblem(problem)
	case errors.As(err, &locked):
		return &failure{code: codeFailed, err: err, message: fmt.Sprintf("the data folder %s is in use by %s", locked.Dir, locked.Holder),
			next: "Stop that process, or use another folder with --data-dir."}
	case errors.As(err, &listen):
		return &failure{code: codeFailed, err: err, message: listen.Error(), next: "Use another port with --listen 127.0.0.1:PORT, or port 0 for a free one."}
	case errors.As(err, &halted):
		return &failure{code: codeFailed, err: err, message: halted.Error(), next: `Run "jobsprint projections rebuild", which fills the read models from the log.`}
	case errors.Is(err, streams.ErrKeyMissing), errors.Is(err, streams.ErrKeyWrong):
		return &failure{code: codeFailed, err: err, message: err.Error(), next: "Name the right key file with --key-file."}
	case errors.Is(err, context.Canceled):
		return &failure{code: codeFailed, err: err, message: "interrupted", next: "What is stored stays stored; run the command again to go on."}
	case errors.Is(err, fs.ErrPermission):
		return &failure{code: codeFailed, err: err, message: err.Error(), next: "Give this user the right to use it, or name another place."}
	}
	return &failure{code: codeFailed, err: err, message: err.Error(), next: `Try again; "jobsprint doctor" looks for causes.`}
}

// nextByCode says what to do on the command line where the server speaks of
// HTTP.
var nextByCode = map[string]string{
	"not-found":         `"jobsprint runs list" and "jobsprint workflows list" show what there is.`,
	"invalid-id":        `Copy the id from "jobsprint runs list" or "jobsprint workflows list".`,
	"inactive":          `Activate it first: jobsprint workflows activate ID.`,
	"not-runnable":      "Remove what is named and import the file again.",
	"activation-failed": "Remove what is named, then activate again.",
	"behind":            `Try again; "jobsprint projections status" says how far the read models are.`,
}

// usageCodes are refusals that come from how a command was called.
var usageCodes = map[string]bool{"invalid-id": true, "invalid-parameter": true, "invalid": true}

func ofProblem(p *client.Problem) *failure {
	f := &failure{code: codeFailed, message: p.Detail, next: p.Next, err: p}
	if f.message == "" {
		f.message = p.Title + "."
	}
	if usageCodes[p.Code] {
		f.code = codeUsage
	}
	if next, ok := nextByCode[p.Code]; ok {
		f.next = next
	}
	for _, fault := range p.Errors {
		if !strings.Contains(f.message, fault.Detail) {
			f.message += "\n- " + fault.Detail
		}
	}
	if p.RequestID != "" && p.Status >= 500 {
		f.next += " (request " + p.RequestID + ")"
	}
	return f
}

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/projections"
)

// refusal is a problem on its way to the writer.
type refusal struct {
	wire.Problem
	// allow is the Allow header of a refused method.
	allow []string
	// retryAfter in seconds replaces the table's; 0: the table's.
	retryAfter int
	// cause goes to the log, never to the caller.
	cause error
}

// Error is the detail, or the title where there is none.
func (p *refusal) Error() string {
	if p.Detail != "" {
		return p.Detail
	}
	return p.Title
}

// Unwrap gives the cause.
func (p *refusal) Unwrap() error { return p.cause }

// refuse makes a problem of a code of the table.
func refuse(code, detail string) *refusal {
	kind, ok := problemByCode[code]
	if !ok {
		kind = problemByCode[codeInternal]
	}
	return &refusal{
		Problem: wire.Problem{
			Type: wire.ProblemType + kind.Code, Title: kind.Title, Status: kind.Status, Code: kind.Code,
			Detail: detail, Next: kind.Next,
		},
		retryAfter: kind.RetryAfter,
	}
}

// at says where in the body the fault is.
func (p *refusal) at(pointer string) *refusal {
	p.Pointer = pointer
	return p
}

// param says which parameter is at fault.
func (p *refusal) param(name string) *refusal {
	p.Parameter = name
	return p
}

// because keeps the cause for the log.
func (p *refusal) because(err error) *refusal {
	p.cause = err
	return p
}

// refusalOf turns any error into a problem. What is not known becomes an
// internal one, whose cause the caller never sees.
func refusalOf(err error) *refusal {
	var p *refusal
	var command *commands.Error
	var syntax *item.SyntaxError
	var damage *commands.DamageError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &command):
		return ofCommand(command)
	case errors.As(err, &syntax):
		return ofSyntax(syntax)
	case errors.As(err, &damage):
		return refuse(codeDamaged, damage.Error()).because(err)
	case errors.Is(err, events.ErrRedacted):
		return refuse(codeErased, "").because(err)
	case errors.Is(err, context.DeadlineExceeded):
		return refuse(codeTimeout, "").because(err)
	}
	if p := ofReadModel(err); p != nil {
		return p
	}
	if code := commands.CodeOf(err); code != "" {
		return refuse(string(code), "").because(err)
	}
	return refuse(codeInternal, "").because(err)
}

func ofCommand(e *commands.Error) *refusal {
	p := refuse(string(e.Code), e.Message).at(e.Pointer).because(e)
	for _, d := range e.Details {
		p.Errors = append(p.Errors, wire.Fault{Detail: d})
	}
	return p
}

func ofSyntax(e *item.SyntaxError) *refusal {
	code := codeInvalidJSON
	switch {
	case errors.Is(e, item.ErrInvalidUTF8):
		code = codeInvalidUTF8
	case errors.Is(e, item.ErrDuplicateKey):
		code = codeDuplicateKey
	case errors.Is(e, item.ErrTooLarge), errors.Is(e, item.ErrTooDeep), errors.Is(e, item.ErrTooMany):
		code = codeTooLarge
	}
	detail := "line " + strconv.Itoa(e.Line) + ", column " + strconv.Itoa(e.Column) + ": " + e.Msg + "."
	return refuse(code, detail).at(e.Pointer)
}

// ofReadModel is for the errors of queries; nil for any other.
func ofReadModel(err error) *refusal {
	var halted *projections.Halted
	switch {
	case errors.As(err, &halted):
		return refuse(codeHalted, halted.Error()).because(err)
	case errors.Is(err, projections.ErrBehind):
		return refuse(codeBehind, "").because(err)
	case errors.Is(err, projections.ErrNotFound), errors.Is(err, projections.ErrUnknown):
		return refuse(codeNotFound, "").because(err)
	case errors.Is(err, projections.ErrBadPage):
		return refuse(codeInvalidParameter, "The page token was not given by this list; begin without one.").param("after")
	case errors.Is(err, projections.ErrBadFilter):
		return refuse(codeInvalidParameter, err.Error()+".").because(err)
	case errors.Is(err, projections.ErrRebuilding):
		return refuse(codeRebuilding, "").because(err)
	case errors.Is(err, projections.ErrRunning):
		return refuse(string(commands.CodeConflict), "Another rebuild is running.").because(err)
	case errors.Is(err, projections.ErrClosed), errors.Is(err, errHubClosed):
		return refuse(codeShuttingDown, "").because(err)
	}
	return nil
}

// writeProblem is the only place that writes a refusal.
func (g *Gateway) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := refusalOf(err)
	h := w.Header()
	p.RequestID = h.Get(headerRequestID)
	if p.Status >= http.StatusInternalServerError {
		g.log.Log(r.Context(), levelOf(r, p), "request failed", "request", p.RequestID, "method", r.Method,
			"path", r.URL.Path, "code", p.Code, "error", causeOf(p))
	}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	if len(p.allow) > 0 {
		h.Set("Allow", strings.Join(p.allow, ", "))
	}
	body, merr := json.Marshal(p.Problem)
	if merr != nil { // a Problem holds text and numbers only
		body = []byte(`{"code":"internal","status":500}`)
	}
	h.Set("Content-Type", wire.ProblemMediaType)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(append(body, '\n'))
	}
}

// levelOf: a fault of ours is an error; a wait that was too short or a server
// that cannot take more is worth a look; a caller who left is neither.
func levelOf(r *http.Request, p *refusal) slog.Level {
	switch {
	case r.Context().Err() != nil:
		return slog.LevelDebug
	case p.Status == http.StatusInternalServerError:
		return slog.LevelError
	}
	return slog.LevelWarn
}

func causeOf(p *refusal) string {
	if p.cause != nil {
		return p.cause.Error()
	}
	return p.Error()
}

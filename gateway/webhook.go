package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// actorWebhook is who starts the runs of webhooks: the caller is not known.
const actorWebhook = "webhook"

// maxWorkspaceBytes bounds the token in the path; it becomes part of a subject.
const maxWorkspaceBytes = 64

// serveWorkspaceWebhook answers /w/{workspace}/webhook/{path...}, and the calls of
// waiting runs below /w/{workspace}.
func (g *Gateway) serveWorkspaceWebhook(w http.ResponseWriter, r *http.Request, rest string) {
	workspace, path, _ := strings.Cut(rest, "/")
	path = "/" + path
	if workspace == "" || len(workspace) > maxWorkspaceBytes || strings.IndexFunc(workspace, notIDRune) >= 0 {
		g.noSuchPath(w, r)
		return
	}
	if kind, run := waitingKind(path); kind != "" {
		g.serveWaiting(w, r, workspace, kind, run)
		return
	}
	if path, ok := strings.CutPrefix(path, webhookPrefix); ok {
		g.serveWebhook(w, r, workspace, path)
		return
	}
	g.noSuchPath(w, r)
}

// serveWebhook matches, parses, starts a run and answers as its route says.
func (g *Gateway) serveWebhook(w http.ResponseWriter, r *http.Request, workspace, path string) {
	begun := time.Now()
	err := g.callWebhook(w, r, workspace, path)
	switch {
	case err == nil:
		g.metrics.answered.Inc()
	case errors.Is(err, errCallerLeft):
		g.metrics.left.Inc()
		return
	default:
		g.metrics.failed.Inc()
		g.writeProblem(w, r, err)
	}
	g.metrics.webhookFor.Observe(time.Since(begun).Seconds())
}

// errCallerLeft ends the work for a caller who is gone; the run goes on.
var errCallerLeft = errors.New("the caller left")

func (g *Gateway) callWebhook(w http.ResponseWriter, r *http.Request, workspace, path string) error {
	if err := g.ready(); err != nil {
		return err
	}
	match, err := g.Routes.Match(r.Context(), workspace, r.Method, path)
	if err != nil {
		return g.noRoute(w, r, path, err)
	}
	request, err := g.webhookRequest(w, r, match.Params)
	if err != nil {
		return err
	}
	var reserved handlers.Reservation
	request.Credential = match.Credential
	request.Store = g.storeFor(r.Context(), workspace, &reserved)
	accepted, err := match.Node.Accept(request)
	if err != nil {
		return refusedByNode(err)
	}
	output, input := firstOutput(accepted)
	if input == nil && accepted.Response != nil { // the step wants no run
		return g.respond(r.Context(), w, r, workspace, accepted.Response)
	}
	// From here on the run is under way, whether its caller stays or not.
	started, err := g.Engine.Start(context.WithoutCancel(r.Context()), handlers.StartRequest{
		Meta: commands.Meta{
			Workspace: workspace, Actor: actorWebhook,
			Correlation: requestID(r), Traceparent: traceparent(r),
		},
		Workflow: match.Workflow, Version: match.Version, Start: match.Step, Input: input, Output: output,
		Mode: events.ModeWebhook, Reply: match.Reply, BaseURL: g.baseURL(r), Run: reserved.Run,
	})
	if err != nil {
		return err
	}
	switch {
	case started.Wait != nil:
		return g.awaitAnswer(w, r, workspace, started)
	case accepted.Response != nil:
		return g.respond(r.Context(), w, r, workspace, accepted.Response)
	}
	answer := match.Node.Answer(events.ReplyOnReceived, "", nil, nil)
	return g.respond(r.Context(), w, r, workspace, &answer)
}

// firstOutput is the output that a request comes in on: a step that takes
// several methods has one for each.
func firstOutput(r nodes.Result) (int, []item.Item) {
	for i, items := range r.Outputs {
		if items != nil {
			return i, items
		}
	}
	return 0, nil
}

// awaitAnswer waits for the run's answer, the end of patience, or the caller's
// leaving; none of the last two touches the run.
func (g *Gateway) awaitAnswer(w http.ResponseWriter, r *http.Request, workspace string, started handlers.Started) error {
	patience := time.NewTimer(g.WebhookWait)
	defer patience.Stop()
	closed := g.closed
	var grace <-chan time.Time
	for {
		select {
		case answer, ok := <-started.Wait:
			if !ok {
				return refuse(codeUnavailable, "The run was started, and the server stopped before it answered.").about(started.Run)
			}
			return g.respond(r.Context(), w, r, workspace, &answer)
		case <-patience.C:
			forget(started)
			g.metrics.timedOut.Inc()
			return refuse(codeWebhookTimeout, fmt.Sprintf("The run did not answer within %s.", g.WebhookWait)).about(started.Run)
		case <-r.Context().Done():
			forget(started)
			return errCallerLeft
		case <-closed:
			closed, grace = nil, time.After(g.AnswerGrace)
		case <-grace:
			forget(started)
			return refuse(codeShuttingDown, "The run was started and goes on when the server is back.").about(started.Run)
		}
	}
}

func forget(s handlers.Started) {
	if s.Forget != nil {
		s.Forget()
	}
}

// about names the run that the problem is about.
func (p *refusal) about(run string) *refusal {
	p.Instance = "/v1/runs/" + run
	return p
}

// noRoute answers a call that nothing listens on. OPTIONS is answered for every
// path that has a route; HEAD on a route for GET says that it is there, without
// starting a run, since probes must have no effect.
func (g *Gateway) noRoute(w http.ResponseWriter, r *http.Request, path string, err error) error {
	var method *handlers.MethodError
	switch {
	case errors.As(err, &method):
		return otherMethod(w, r, path, method.Allowed)
	case errors.Is(err, handlers.ErrNoRoute):
		return refuse(codeWebhookUnknown, fmt.Sprintf("The requested webhook %q is not registered. The workflow must be active for its webhooks to be called.", r.Method+" "+path))
	case errors.Is(err, context.Canceled):
		return errCallerLeft
	}
	return err
}

func otherMethod(w http.ResponseWriter, r *http.Request, path string, allowed []string) error {
	all := append(slices.Clone(allowed), http.MethodOptions)
	hasGet := slices.Contains(allowed, http.MethodGet)
	if hasGet {
		all = append(all, http.MethodHead)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	switch {
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", strings.Join(all, ", "))
		w.WriteHeader(http.StatusNoContent)
		return nil
	case r.Method == http.MethodHead && hasGet:
		w.WriteHeader(http.StatusOK)
		return nil
	}
	p := refuse(codeMethodNotAllowed, fmt.Sprintf("The webhook %q is not registered for %s requests, only for %s.", path, r.Method, strings.Join(allowed, ", ")))
	p.allow = all
	return p
}

// refusedByNode is what a webhook step's refusal looks like to the caller: an
// error of the step may carry the status as its context's "status".
func refusedByNode(err error) error {
	p := refuse(codeWebhookRefused, "").because(err)
	var step *nodes.StepError
	if !errors.As(err, &step) {
		return refusalOf(err)
	}
	p.Detail = step.Message
	if status, ok := step.Context.Get("status").Number(); ok && status >= 400 && status < 600 {
		p.Status = int(status)
	}
	if step.Description != "" {
		p.Errors = []wire.Fault{{Detail: step.Description}}
	}
	return p
}

// baseURL is the server's address as its users see it.
func (g *Gateway) baseURL(r *http.Request) string {
	if g.BaseURL != "" {
		return g.BaseURL
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (g *Gateway) ready() error {
	select {
	case <-g.closed:
		return refuse(codeShuttingDown, "")
	default:
	}
	if g.Ready == nil {
		return nil
	}
	if err := g.Ready(); err != nil {
		return refuse(codeStarting, err.Error())
	}
	return nil
}

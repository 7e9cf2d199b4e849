package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/flow"
)

const (
	waitingPrefix = "/webhook-waiting/"
	formPrefix    = "/form-waiting/"
)

// waitingKind tells a call of a waiting run by its path: what it asks for, and the
// run with what stands behind it.
func waitingKind(path string) (kind, rest string) {
	if rest, ok := strings.CutPrefix(path, waitingPrefix); ok {
		return events.WaitWebhook, rest
	}
	if rest, ok := strings.CutPrefix(path, formPrefix); ok {
		return events.WaitForm, rest
	}
	return "", ""
}

// serveWaiting resumes a run that waits for a request, and answers as its step
// says. Whoever calls in vain is told why, in the form's own way where a browser
// asks for a form.
func (g *Gateway) serveWaiting(w http.ResponseWriter, r *http.Request, workspace, kind, rest string) {
	run, suffix, _ := strings.Cut(rest, "/")
	err := g.callWaiting(w, r, workspace, kind, run, suffix)
	switch {
	case err == nil, errors.Is(err, errCallerLeft):
	case kind == events.WaitForm && strings.Contains(r.Header.Get("Accept"), "text/html"):
		g.writeFormProblem(w, r, err)
	default:
		g.writeProblem(w, r, err)
	}
}

func (g *Gateway) callWaiting(w http.ResponseWriter, r *http.Request, workspace, kind, run, suffix string) error {
	if err := g.ready(); err != nil {
		return err
	}
	if kind == events.WaitForm && r.Method != http.MethodGet && r.Method != http.MethodHead {
		if err := g.sameOrigin.Check(r); err != nil {
			return refuse(codeCrossOrigin, "").because(err)
		}
	}
	request, err := g.webhookRequest(w, r, nil)
	if err != nil {
		return err
	}
	request.Base, request.Suffix = g.baseURL(r), suffix
	out, err := g.Engine.Resume(r.Context(), handlers.ResumeRequest{
		Meta: commands.Meta{Workspace: workspace, Actor: actorWebhook, Correlation: requestID(r), Traceparent: traceparent(r)},
		Run:  run, Kind: kind, Signature: r.URL.Query().Get("signature"), Request: request,
	})
	switch {
	case err != nil:
		return refusedResume(r, run, err)
	case out.Otherwise == events.WaitForm:
		w.Header().Set("Location", strings.Replace(r.URL.RequestURI(), waitingPrefix, formPrefix, 1))
		w.WriteHeader(http.StatusTemporaryRedirect)
		return nil
	case out.Otherwise != "":
		return notListening(run)
	case out.Wait != nil:
		return g.awaitAnswer(w, r, workspace, handlers.Started{Run: run, Wait: out.Wait, Forget: out.Forget})
	}
	return g.respond(r.Context(), w, r, workspace, out.Response)
}

func notListening(run string) error {
	return refuse(codeWebhookUnknown, fmt.Sprintf("The workflow for execution %q does not contain a waiting webhook with a matching path/method.", run))
}

func refusedResume(r *http.Request, run string, err error) error {
	var step *nodes.StepError
	switch {
	case errors.Is(err, nodes.ErrNotListening):
		return notListening(run)
	case errors.As(err, &step):
		return refusedByNode(err)
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
		return errCallerLeft
	}
	return err
}

// writeFormProblem says on a page why there is no form. A form that was sent
// already is no problem to who looks at its page again.
func (g *Gateway) writeFormProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := refusalOf(err)
	status, title, text := p.Status, p.Title, p.Error()
	if commands.CodeOf(err) == commands.CodeEnded {
		title, text = "Form Submitted", "Your response has been recorded"
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			status = http.StatusOK
		}
	}
	page, failed := flow.FormNotice(status, title, text)
	if failed == nil {
		failed = g.respond(r.Context(), w, r, events.DefaultWorkspace, page)
	}
	if failed != nil {
		g.writeProblem(w, r, err)
	}
}

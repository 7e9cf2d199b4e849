package handlers

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

// ResumeRequest is a request to a run that waits.
type ResumeRequest struct {
	Meta commands.Meta
	Run  string
	// Kind is events.WaitWebhook or events.WaitForm: what was asked for.
	Kind string
	// Signature is what the address carries; see ResumeSignature.
	Signature string
	Request   *nodes.Request
}

// Resumed is what a request to a waiting run came to.
type Resumed struct {
	// Response answers the request; nil where the run will, by Wait.
	Response *events.RunResponded
	// Wait and Forget are those of Started.
	Wait   <-chan events.RunResponded
	Forget func()
	// Otherwise is the kind that the run does wait for where it is the other one.
	Otherwise string
}

// resumePatience is how long a request may wait for its run to begin to wait: who
// is told the address by a step may call before the run is there.
const resumePatience = time.Second

// resumeCall is a request in a mailbox.
type resumeCall struct {
	*ResumeRequest
	ctx    context.Context
	result chan resumeResult
}

type resumeResult struct {
	out Resumed
	err error
}

// ResumeSignature is the part of an address that shows that it was told by the
// run. The run's seed is secret, and its id is not.
func ResumeSignature(started *events.RunStarted) string {
	if started.ResumeToken != "" {
		return started.ResumeToken
	}
	mac := hmac.New(sha256.New, []byte(started.Seed))
	_, _ = mac.Write([]byte("resume"))
	return hex.EncodeToString(mac.Sum(nil))
}

// Resume brings a request to a run that waits for one. Its owner decides: one
// request resumes a wait, whoever else comes at the same time is refused.
// Errors: *commands.Error with CodeNotFound, CodeUnsigned, CodeEnded, CodeConflict
// where the run is at something else, CodeUnavailable; nodes.ErrNotListening; a
// *nodes.StepError of the step; and the store's.
func (e *Engine) Resume(ctx context.Context, r ResumeRequest) (Resumed, error) {
	if err := e.checkSignature(ctx, &r); err != nil {
		return Resumed{}, err
	}
	give := time.Now().Add(resumePatience)
	for pause := firstPause; ; pause *= 2 {
		out, err := e.resumeOnce(ctx, &r)
		left := time.Until(give)
		again := errors.Is(err, errLeft) || commands.CodeOf(err) == commands.CodeConflict
		if !again || left <= 0 {
			if errors.Is(err, errLeft) {
				err = shuttingDown()
			}
			return out, err
		}
		if err := pauseFor(ctx, min(pause, left)); err != nil {
			return Resumed{}, err
		}
	}
}

func (e *Engine) checkSignature(ctx context.Context, r *ResumeRequest) error {
	if _, err := events.TimeOf(r.Run); err != nil {
		return noExecution(r.Run)
	}
	var started events.RunStarted
	_, err := e.Log.Load(ctx, events.Run(r.Meta.Workspace, r.Run), events.Head{}, func(rec *events.Recorded) error {
		first, err := rec.Event(0)
		if err != nil {
			return err
		}
		started, _ = first.(events.RunStarted)
		return errFound
	})
	switch {
	case err == nil:
		return noExecution(r.Run)
	case !errors.Is(err, errFound):
		return err
	case !hmac.Equal([]byte(ResumeSignature(&started)), []byte(r.Signature)):
		return &commands.Error{Code: commands.CodeUnsigned, Message: "Invalid token: the address must be the whole of what $execution.resumeUrl or $execution.resumeFormUrl gives"}
	}
	return nil
}

func noExecution(run string) error {
	return &commands.Error{Code: commands.CodeNotFound, Message: fmt.Sprintf("The execution %q does not exist.", run)}
}

func (e *Engine) resumeOnce(ctx context.Context, r *ResumeRequest) (Resumed, error) {
	call := &resumeCall{ResumeRequest: r, ctx: ctx, result: make(chan resumeResult, 1)}
	leave := func(m *mailbox) { m.receive(call) }
	m, err := e.mailbox(ctx, r.Meta.Workspace, r.Run, leave, leave)
	if err != nil {
		return Resumed{}, err
	}
	if m == nil {
		return Resumed{}, &commands.Error{Code: commands.CodeEnded, Message: fmt.Sprintf("The execution %q has finished already.", r.Run)}
	}
	select {
	case answer := <-call.result:
		return answer.out, answer.err
	case <-ctx.Done():
		return Resumed{}, ctx.Err()
	}
}

// receive leaves a request in the mailbox, or refuses it where the run does not wait
// for one.
func (m *mailbox) receive(c *resumeCall) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.gone:
		c.result <- resumeResult{err: errLeft}
	case !m.open:
		c.result <- resumeResult{err: &commands.Error{Code: commands.CodeConflict, Message: fmt.Sprintf("The execution %q is running already.", m.id)}}
	default:
		m.calls = append(m.calls, c)
		m.poke()
	}
}

// listens opens or closes the mailbox to requests.
func (m *mailbox) listens(open bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open = open
	if open {
		return
	}
	for _, c := range m.calls {
		c.result <- resumeResult{err: errLeft}
	}
	m.calls = nil
}

// nextCall takes the oldest request out of the mailbox; nil: there is none.
func (m *mailbox) nextCall() *resumeCall {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.calls) == 0 {
		return nil
	}
	c := m.calls[0]
	m.calls = m.calls[1:]
	return c
}

// answerCalls lets the waiting step answer the requests in the mailbox. It
// reports true when one has resumed the run.
func (m *mailbox) answerCalls(a workflow.Action) (bool, error) {
	for c := m.nextCall(); c != nil; c = m.nextCall() {
		out, events, err := m.take(a, c)
		if err == nil && events != nil {
			m.listens(false)
			err = m.resume(c, &out, events)
			c.result <- resumeResult{out, err}
			return true, err
		}
		c.result <- resumeResult{out, err}
	}
	return false, nil
}

// take gives a request to the step. The events are those of the run's going on;
// nil: it waits on.
func (m *mailbox) take(a workflow.Action, c *resumeCall) (Resumed, []events.Event, error) {
	node, ok := m.program.Nodes[a.Step].(nodes.Resumable)
	switch {
	case !ok:
		return Resumed{}, nil, nodes.ErrNotListening
	case c.Kind != a.Listen:
		return Resumed{Otherwise: a.Listen}, nil, nil
	}
	inputs, failure := m.inputs(a)
	if failure != nil {
		return Resumed{}, nil, failure
	}
	seen := m.call(m.ctx, a, inputs)
	request := *c.Request
	request.At = m.engine.Now()
	request.Store, request.Credential = seen.Payloads.Store, seen.Credential
	got, err := resumed(node, seen, inputs, &request)
	if err != nil || got.Outputs == nil {
		return Resumed{Response: got.Response}, nil, err
	}
	lists := m.sorted(a, got.Outputs, inputs)
	outputs, err := m.outputs(lists)
	if err != nil {
		return Resumed{}, nil, err
	}
	return Resumed{Response: got.Response}, m.run.ResumeBy(a, got.Reply, m.engine.Node, outputs, m.engine.Now().UTC()), nil
}

// resumed asks the step; a panic in it is the failure of the request only.
func resumed(n nodes.Resumable, c *nodes.Call, in nodes.Inputs, r *nodes.Request) (out nodes.Resumption, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &events.StepError{Code: "step.panic", Message: fmt.Sprintf("the step broke down: %v", p)}
		}
	}()
	return n.Resume(c, in, r)
}

// resume records that the run goes on. Its caller is answered when that is
// acknowledged.
func (m *mailbox) resume(c *resumeCall, out *Resumed, list []events.Event) error {
	m.chain.meta = c.Meta
	if first, ok := list[0].(events.StepResumed); ok && first.Reply != events.ReplyNone {
		out.Response = nil
		out.Wait, out.Forget = m.engine.expect(m.id)
	}
	waited := m.head.Revision
	err := m.emit(list...)
	if err == nil {
		err = m.flush()
	}
	if err != nil {
		if out.Forget != nil {
			out.Forget()
		}
		return err
	}
	m.cancelTimers(waited)
	return nil
}

// answersAtWait is the answer to whoever waits for the end of a run that waits
// for somebody else now: what it has come to so far, as in n8n.
func (m *mailbox) answersAtWait(result nodes.Result) *events.RunResponded {
	mode, step := m.run.Reply()
	if result.Listen == "" || mode != events.ReplyLastNode || m.run.Responded() != nil {
		return result.Response
	}
	node, ok := m.answerer(step)
	if !ok {
		return nil
	}
	var last []item.Item
	if len(result.Outputs) > 0 {
		last = result.Outputs[0]
	}
	answer := answerOf(node, mode, events.StatusSuccess, last, nil)
	return &answer
}

// answerer is the step that makes the answers to who called it.
func (m *mailbox) answerer(step string) (nodes.Answerer, bool) {
	s, ok := m.program.Graph.StepNamed(step)
	if !ok {
		return nil, false
	}
	node, ok := m.program.Nodes[s.Index].(nodes.Answerer)
	return node, ok
}

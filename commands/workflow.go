package commands

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/workflow"
)

// Names of the commands on definitions: stored and logged, never renamed.
const (
	nameCreate     = "workflow.create"
	nameRevise     = "workflow.revise"
	nameActivate   = "workflow.activate"
	nameDeactivate = "workflow.deactivate"
	nameArchive    = "workflow.archive"
	nameConfirm    = "workflow.confirm_activation"
	nameRefuse     = "workflow.refuse_activation"
)

// Created is the outcome of storing a version of a workflow.
type Created struct {
	Outcome
	Name     string
	Status   string
	Problems []workflow.Problem
}

// CreateWorkflow stores a workflow as version 1 of a new definition. name is
// used where the workflow has none, such as that of its file. With an
// idempotency key the id follows from the key, so that a repeat finds what it
// made. Errors: an *Error with CodeInvalid or CodeTooLarge when it cannot be
// imported, CodeIdempotencyMismatch, CodeIdempotencyExpired.
func (x *Executor) CreateWorkflow(ctx context.Context, m Meta, raw []byte, name string) (Created, error) {
	def, err := imported(raw)
	if err != nil {
		return Created{}, err
	}
	if len(name) > workflow.MaxNameLength {
		return Created{}, &Error{Code: CodeTooLarge, Message: fmt.Sprintf("the name is longer than %d bytes", workflow.MaxNameLength)}
	}
	if def.Name == "" {
		def.Name = name
	}
	id := events.NewTimeID(x.Now(), randomBytes(x.NewID()))
	if m.IdempotencyKey != "" {
		id = events.HashToID("workflow", m.Workspace, m.Actor, m.IdempotencyKey).String()
	}
	s := x.definitions.get(m.Workspace, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.Body == nil {
		m.Body = raw
	}
	out, err := x.execute(ctx, s, order{Meta: m, name: nameCreate, permission: PermitEdit, decide: func() ([]events.Event, error) {
		if s.state.Exists() {
			return nil, &Error{Code: CodeIdempotencyExpired, Message: "this Idempotency-Key made workflow " + id + ", too long ago to tell whether this is a repeat; send a new key"}
		}
		return []events.Event{events.WorkflowCreated{Name: def.Name, Raw: def.Raw}}, nil
	}})
	return x.created(&s.state, def, out), err
}

// ReviseWorkflow stores a new version. ifVersion, when not 0, must be the
// newest version so far, else the answer is CodeConflict.
func (x *Executor) ReviseWorkflow(ctx context.Context, m Meta, id string, raw []byte, ifVersion int) (Created, error) {
	def, err := imported(raw)
	if err != nil {
		return Created{}, err
	}
	if m.Body == nil {
		m.Body = raw
	}
	d, out, err := x.onDefinition(ctx, m, id, nameRevise, PermitEdit, func(d *Definition) ([]events.Event, error) {
		if ifVersion != 0 && ifVersion != d.Version {
			return nil, &Error{Code: CodeConflict, Message: fmt.Sprintf("the workflow is at version %d, not %d; load it and apply your change to that", d.Version, ifVersion)}
		}
		if d.raw[d.Version-1] == def.Raw {
			return nil, nil
		}
		if def.Name == "" {
			def.Name = d.Name
		}
		return []events.Event{events.WorkflowRevised{Version: d.Version + 1, Name: def.Name, Raw: def.Raw}}, nil
	})
	if err != nil {
		return Created{}, err
	}
	return x.created(&d, def, out), nil
}

func (x *Executor) created(d *Definition, def *workflow.Definition, out Outcome) Created {
	out.Version = d.Version
	return Created{Outcome: out, Name: def.Name, Status: d.Status, Problems: workflow.Check(def, x.Catalogue).Problems}
}

// ActivateWorkflow asks for a version to become active (0: the newest). The
// claim of its routes follows; the definition's state shows when it is done.
// Errors: CodeNotFound, CodeArchived, CodeNotRunnable with the problems.
func (x *Executor) ActivateWorkflow(ctx context.Context, m Meta, id string, version int) (Outcome, error) {
	d, out, err := x.onDefinition(ctx, m, id, nameActivate, PermitOperate, func(d *Definition) ([]events.Event, error) {
		wanted := version
		if wanted == 0 {
			wanted = d.Version
		}
		if err := x.runnable(d, wanted); err != nil {
			return nil, err
		}
		if d.ActiveVersion == wanted && d.RequestedVersion == 0 || d.RequestedVersion == wanted {
			return nil, nil
		}
		return []events.Event{events.ActivationRequested{Version: wanted}}, nil
	})
	if err == nil {
		out.Version = max(d.RequestedVersion, d.ActiveVersion)
	}
	return out, err
}

func (x *Executor) runnable(d *Definition, version int) error {
	raw, ok := d.Raw(version)
	if !ok {
		return &Error{Code: CodeNotFound, Pointer: "/version", Message: fmt.Sprintf("the workflow has no version %d; its newest is %d", version, d.Version)}
	}
	def, err := workflow.Import([]byte(raw))
	if err != nil {
		return err
	}
	if why := workflow.Check(def, x.Catalogue).Blocking(); len(why) > 0 {
		return NotRunnable(why)
	}
	return nil
}

// NotRunnable is the refusal of a workflow that has blocking problems.
func NotRunnable(why []string) *Error {
	return &Error{Code: CodeNotRunnable, Details: why,
		Message: fmt.Sprintf("the workflow cannot run: %s%s", why[0], more(len(why)-1))}
}

func more(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (and %d more)", n)
}

// DeactivateWorkflow ends an activation; runs that have begun go on.
func (x *Executor) DeactivateWorkflow(ctx context.Context, m Meta, id string) (Outcome, error) {
	_, out, err := x.onDefinition(ctx, m, id, nameDeactivate, PermitOperate, func(d *Definition) ([]events.Event, error) {
		if d.ActiveVersion == 0 && d.RequestedVersion == 0 {
			return nil, nil
		}
		return []events.Event{events.WorkflowDeactivated{}}, nil
	})
	return out, err
}

// ArchiveWorkflow retires a definition for good; it can still be read.
func (x *Executor) ArchiveWorkflow(ctx context.Context, m Meta, id string) (Outcome, error) {
	s := x.definitions.get(m.Workspace, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	return x.execute(ctx, s, order{Meta: m, name: nameArchive, permission: PermitEdit, decide: func() ([]events.Event, error) {
		switch {
		case !s.state.Exists():
			return nil, notFound(id)
		case s.state.Status == StatusArchived:
			return nil, nil
		case s.state.ActiveVersion > 0 || s.state.RequestedVersion > 0:
			return []events.Event{events.WorkflowDeactivated{}, events.WorkflowArchived{}}, nil
		}
		return []events.Event{events.WorkflowArchived{}}, nil
	}})
}

// ConfirmActivation ends a requested activation whose routes are claimed. The
// command's id follows from the cause. It does nothing when the request is no
// longer the newest.
func (x *Executor) ConfirmActivation(ctx context.Context, m Meta, id string, version int, routes []string) (Outcome, error) {
	return x.endActivation(ctx, m, id, nameConfirm, version, events.WorkflowActivated{Version: version, Routes: routes})
}

// RefuseActivation ends a requested activation that cannot be.
func (x *Executor) RefuseActivation(ctx context.Context, m Meta, id string, version int, reasons []string) (Outcome, error) {
	return x.endActivation(ctx, m, id, nameRefuse, version, events.ActivationFailed{Version: version, Reasons: reasons})
}

func (x *Executor) endActivation(ctx context.Context, m Meta, id, name string, version int, e events.Event) (Outcome, error) {
	s := x.definitions.get(m.Workspace, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	cause := events.HashToID(name, m.Causation, id)
	return x.execute(ctx, s, order{Meta: m, name: name, permission: PermitOperate, commandID: cause, decide: func() ([]events.Event, error) {
		if s.state.RequestedVersion != version {
			return nil, nil
		}
		return []events.Event{e}, nil
	}})
}

// onDefinition carries out a command on a definition that exists and is not
// archived, and gives what it became.
func (x *Executor) onDefinition(ctx context.Context, m Meta, id, name string, p Permission, decide func(*Definition) ([]events.Event, error)) (Definition, Outcome, error) {
	s := x.definitions.get(m.Workspace, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	out, err := x.execute(ctx, s, order{Meta: m, name: name, permission: p, decide: func() ([]events.Event, error) {
		switch {
		case !s.state.Exists():
			return nil, notFound(id)
		case s.state.Status == StatusArchived:
			return nil, &Error{Code: CodeArchived, Message: "workflow " + id + " is archived and takes no more commands; import it again as a new one"}
		}
		return decide(&s.state)
	}})
	return s.state, out, err
}

func imported(raw []byte) (*workflow.Definition, error) {
	def, err := workflow.Import(raw)
	var bad *workflow.ImportError
	if !errors.As(err, &bad) {
		return def, err
	}
	code := CodeInvalid
	switch bad.Code {
	case workflow.ImportTooLarge, workflow.ImportTooDeep, workflow.ImportTooMany:
		code = CodeTooLarge
	}
	return nil, &Error{Code: code, Message: bad.Error(), Pointer: bad.Pointer, Err: bad}
}

func randomBytes(id events.ID) (out [10]byte) {
	copy(out[:], id[6:])
	return out
}

package commands

import (
	"context"
	"fmt"

	"github.com/jobsprint/jobsprint/events"
)

const (
	nameClaim   = "route.claim"
	nameRelease = "route.release"
)

// routeState is the state of a route: who holds it.
type routeState struct {
	key   events.AggregateID
	claim *events.RouteClaimed
	end   events.Head
	log   ledger
}

func (s *routeState) id() events.AggregateID { return s.key }
func (s *routeState) head() events.Head      { return s.end }
func (s *routeState) ledger() *ledger        { return &s.log }

func (s *routeState) refresh(ctx context.Context, store Store) error {
	_, err := store.Load(ctx, s.key, s.end, func(r *events.Recorded) error {
		list, err := r.Events()
		if err != nil {
			return err
		}
		for _, e := range list {
			switch e := e.(type) {
			case events.RouteClaimed:
				s.claim = &e
			case events.RouteReleased:
				s.claim = nil
			}
		}
		s.log.note(&r.Envelope)
		s.end = r.Head()
		return nil
	})
	return err
}

// ClaimRoute gives a route to a version of a workflow. It returns an *Error
// with CodeRouteTaken when another workflow holds it.
func (x *Executor) ClaimRoute(ctx context.Context, m Meta, claim events.RouteClaimed) (Outcome, error) {
	s := &routeState{key: events.Route(m.Workspace, events.RouteID(m.Workspace, claim.Method, claim.Path))}
	cause := events.HashToID(nameClaim, m.Causation, s.key.ID)
	return x.execute(ctx, s, order{Meta: m, name: nameClaim, permission: PermitOperate, commandID: cause, decide: func() ([]events.Event, error) {
		if s.claim != nil && s.claim.Workflow != claim.Workflow {
			return nil, &Error{Code: CodeRouteTaken, Message: fmt.Sprintf(
				"%s /webhook/%s belongs to workflow %s; deactivate that one or use another path", claim.Method, claim.Path, s.claim.Workflow)}
		}
		if s.claim != nil && *s.claim == claim {
			return nil, nil
		}
		return []events.Event{claim}, nil
	}})
}

// ReleaseRoute frees a route if the workflow holds it. keep, when not 0, is a
// version whose claim stays.
func (x *Executor) ReleaseRoute(ctx context.Context, m Meta, routeID, workflowID string, keep int) (Outcome, error) {
	s := &routeState{key: events.Route(m.Workspace, routeID)}
	cause := events.HashToID(nameRelease, m.Causation, routeID)
	return x.execute(ctx, s, order{Meta: m, name: nameRelease, permission: PermitOperate, commandID: cause, decide: func() ([]events.Event, error) {
		if s.claim == nil || s.claim.Workflow != workflowID || keep != 0 && s.claim.Version == keep {
			return nil, nil
		}
		return []events.Event{events.RouteReleased{Workflow: workflowID}}, nil
	}})
}

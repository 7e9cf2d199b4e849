package client

import (
	"context"
	"net/url"

	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// EventFilter says which events a list or stream holds; empty fields mean all.
type EventFilter struct {
	Workflow string
	Run      string
	Types    []string // such as "run.started"
}

func (f EventFilter) params() params {
	return params{}.set("workflow", f.Workflow).set("run", f.Run).list("type", f.Types)
}

// Events gives a page of the log behind a cursor, oldest first. While More is
// set there is more to see behind Next, even when the page is empty.
func (c *Client) Events(ctx context.Context, f EventFilter, after string, limit int) (wire.EventPage, error) {
	return query[wire.EventPage](ctx, c, "/v1/events", f.params().set("after", after).int("limit", limit).values())
}

// Projections lists the read models.
func (c *Client) Projections(ctx context.Context) ([]wire.Projection, error) {
	page, err := query[wire.Page[wire.Projection]](ctx, c, "/v1/projections", nil)
	return page.Items, err
}

// AllProjections is the name that means every read model.
const AllProjections = "all"

// RebuildProjection fills a read model anew and returns when it serves.
func (c *Client) RebuildProjection(ctx context.Context, name string) (wire.Rebuilt, error) {
	return command[wire.Rebuilt](ctx, c, "/v1/projections/"+url.PathEscape(name)+"/rebuild", nil, nil)
}

// Doctor checks the server and what it depends on.
func (c *Client) Doctor(ctx context.Context) (wire.Doctor, error) {
	return query[wire.Doctor](ctx, c, "/v1/doctor", nil)
}

// Version says what program answers.
func (c *Client) Version(ctx context.Context) (wire.Version, error) {
	return query[wire.Version](ctx, c, "/v1/version", nil)
}

// Ready returns without error when the server takes requests, and gives its
// instance id.
func (c *Client) Ready(ctx context.Context) (wire.Ready, error) {
	return query[wire.Ready](ctx, c, "/readyz", nil)
}

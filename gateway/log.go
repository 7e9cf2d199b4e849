package gateway

import (
	"context"
	"errors"
	"net/http"

	"github.com/jobsprint/jobsprint/events"
)

func (g *Gateway) logOperations() []operation {
	return []operation{
		{Name: "events.list", Method: "GET", Path: "/v1/events", Query: []string{"after", "limit", "workflow", "run", "type"}, Handle: g.listEvents},
		{Name: "events.stream", Method: "GET", Path: "/v1/stream", Query: []string{"workflow", "run", "type", "from", "lastEventId", "until"}, Handle: g.serveStream},
	}
}

// maxScanned bounds how many commits one page of events looks at: with a narrow
// filter a page may end early, and its "more" says that there is more to see.
const maxScanned = 20_000

// listEvents answers a page of the log, oldest first, behind a cursor.
func (g *Gateway) listEvents(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	limit, err := number(r, "limit", defaultEvents, 1, maxEvents)
	if err != nil {
		return err
	}
	at, err := cursorParam("after", q.Get("after"))
	if err != nil {
		return err
	}
	f := &follower{g: g, at: at, filter: filter{
		workspace: workspaceOf(r), run: q.Get("run"), workflow: q.Get("workflow"), types: list(q["type"]),
	}}
	if err := g.checkFilter(r.Context(), &f.filter); err != nil {
		return err
	}
	page := &logPage{eventPage: newEventPage(limit), at: at}
	f.out = page
	more, err := g.scan(r.Context(), f, page)
	if err != nil {
		return err
	}
	if !more {
		page.at = f.at
	}
	return writeBytes(w, http.StatusOK, page.done(page.at.String(), more))
}

// logPage is a sink that fills a page and remembers the place behind it.
type logPage struct {
	*eventPage
	nothing
	at events.Cursor
}

func (p *logPage) event(before events.Cursor, r *events.Recorded, i int) error {
	if p.full() {
		return errEnough
	}
	p.at = placeAfter(before, r, i)
	p.add(r, i, p.at.String())
	return nil
}

// scan reads until the page is full, the log's end, or the limit of one look.
// It reports whether it stopped before the end.
func (g *Gateway) scan(ctx context.Context, f *follower, page *logPage) (more bool, err error) {
	if f.filter.run != "" {
		_, err := g.Log.Load(ctx, events.Run(f.filter.workspace, f.filter.run), events.Head{}, func(r *events.Recorded) error {
			return f.take(ctx, r)
		})
		return enough(err)
	}
	end, err := g.Log.Head(ctx)
	if err != nil {
		return false, err
	}
	tail := g.Log.Follow(f.at)
	defer tail.Close()
	for scanned := 0; !f.at.Covers(end); {
		if scanned >= maxScanned {
			page.at = f.at
			return true, nil
		}
		batch, err := tail.Next(ctx)
		if err != nil {
			return false, err
		}
		scanned += len(batch)
		for _, r := range batch {
			if err := f.take(ctx, r); err != nil {
				return enough(err)
			}
		}
	}
	return false, nil
}

func enough(err error) (bool, error) {
	if errors.Is(err, errEnough) {
		return true, nil
	}
	return false, err
}

package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/jobsprint/jobsprint/events"
)

// maxPage is the largest page of a list.
const maxPage = 500

// writeJSON writes an answer of the API.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	return writeBytes(w, status, append(body, '\n'))
}

// writeBytes writes JSON that is already encoded. The caller may be gone: what
// was done stays done.
func writeBytes(w http.ResponseWriter, status int, body []byte) error {
	h := w.Header()
	h["Content-Type"] = jsonMedia
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	_, _ = w.Write(body)
	return nil
}

// setFreshness tells the caller the cursor that covers its command.
func setFreshness(w http.ResponseWriter, c events.Cursor) {
	if !c.IsZero() {
		w.Header().Set(headerFreshness, c.String())
	}
}

// waitFresh waits until the read models cover what the caller demands.
// With wait unset the demand is only checked for its form.
func (g *Gateway) waitFresh(r *http.Request, wait bool) error {
	text := r.Header.Get(headerAtLeast)
	if text == "" {
		return nil
	}
	var at events.Cursor
	var err error
	if text == "head" {
		at, err = g.Log.Head(r.Context())
	} else {
		at, err = cursorParam(headerAtLeast, text)
	}
	if err != nil || !wait {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), g.FreshnessWait)
	defer cancel()
	err = g.Projections.Wait(ctx, at)
	if err != nil && ctx.Err() != nil && r.Context().Err() == nil {
		return refuse(codeBehind, fmt.Sprintf("The read model did not get there within %s.", g.FreshnessWait)).because(err)
	}
	return err
}

package gateway

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// respond writes a run's answer. Nothing is written before all of it is known
// to be a valid response, the begin of a stored body included.
func (g *Gateway) respond(ctx context.Context, w http.ResponseWriter, r *http.Request, workspace string, answer *events.RunResponded) error {
	status := answer.Status
	if status == 0 {
		status = http.StatusOK
	}
	if status < 200 || status > 599 {
		return refuse(codeBadResponse, fmt.Sprintf("The status code %d is not one of 200 to 599.", status))
	}
	var stored io.ReadCloser
	size := int64(len(answer.Body))
	if !answer.BodyRef.IsZero() {
		var err error
		if stored, err = g.openPayload(ctx, workspace, answer.BodyRef); err != nil {
			return err
		}
		defer func() { _ = stored.Close() }()
		size = answer.BodyRef.Bytes
	}
	h := w.Header()
	if err := copyHeaders(h, answer.Headers); err != nil {
		return err
	}
	bodiless := status == http.StatusNoContent || status == http.StatusNotModified
	if !bodiless {
		h["Content-Length"] = []string{strconv.FormatInt(size, 10)}
		if len(h["Content-Type"]) == 0 && size > 0 {
			h["Content-Type"] = plainText // never guessed from the content
		}
	}
	w.WriteHeader(status)
	if bodiless || r.Method == http.MethodHead {
		return nil
	}
	if stored == nil {
		_, _ = w.Write(answer.Body) // the caller may be gone; the run does not mind
		return nil
	}
	if _, err := io.Copy(w, stored); err != nil {
		g.log.WarnContext(ctx, "an answer was cut off", "request", h.Get(headerRequestID), "error", err)
		panic(http.ErrAbortHandler) // the caller must see that it is not whole
	}
	return nil
}

var plainText = []string{"text/plain; charset=utf-8"}

func (g *Gateway) openPayload(ctx context.Context, workspace string, ref item.Ref) (io.ReadCloser, error) {
	if g.Payloads == nil {
		return nil, refuse(codePayloadMissing, "There is no payload store.")
	}
	stored, err := g.Payloads.Open(ctx, workspace, ref)
	if err != nil {
		return nil, refuse(codePayloadMissing, "").because(err)
	}
	return stored, nil
}

// copyHeaders sets the headers of an answer. Those that belong to the
// connection are the server's; a name or value that HTTP cannot carry is a
// fault of the workflow and said so.
func copyHeaders(h http.Header, list []events.Header) error {
	for _, f := range list {
		if !headerName(f.Name) || !headerValue(f.Value) {
			return refuse(codeBadResponse, fmt.Sprintf("The header %.80q has a name or value that HTTP cannot carry.", f.Name))
		}
	}
	for _, f := range list {
		name := textproto.CanonicalMIMEHeaderKey(f.Name)
		switch name {
		case "Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", headerRequestID:
			continue
		}
		if _, ours := h[name]; ours && name == "X-Content-Type-Options" {
			continue
		}
		h[name] = append(h[name], f.Value)
	}
	return nil
}

// headerName reports whether s is a token of HTTP (RFC 9110, 5.6.2).
func headerName(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return true
}

// headerValue reports whether s has no control characters but tabs.
func headerValue(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

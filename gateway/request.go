package gateway

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// Limits of what is taken in.
const (
	// MaxDefinitionBytes is the largest workflow.
	MaxDefinitionBytes = 4 << 20
	// MaxCommandBytes is the largest body of every other command.
	MaxCommandBytes = 16 << 20
	// MaxWebhookBytes is the largest body of a webhook call.
	MaxWebhookBytes = 16 << 20
	// MaxIdempotencyKeyBytes is the longest Idempotency-Key.
	MaxIdempotencyKeyBytes = 255
	maxBodyDepth           = 200
	maxBodyValues          = 1_000_000
	maxIDBytes             = 64
)

// Names of headers.
const (
	headerRequestID   = "X-Request-Id"
	headerFreshness   = "Jobsprint-Freshness"
	headerAtLeast     = "Jobsprint-At-Least"
	headerIdempotency = "Idempotency-Key"
)

var bodyLimits = item.Limits{
	MaxBytes: MaxCommandBytes, MaxDepth: maxBodyDepth, MaxValues: maxBodyValues,
	RejectDuplicates: true, RejectInvalidUTF8: true,
}

// workspaceOf is the workspace that a request under /v1 speaks of. There is one.
func workspaceOf(*http.Request) string { return events.DefaultWorkspace }

// actorLocal is who gives commands as long as the server listens on loopback
// only and asks for no login.
const actorLocal = "local"

// metaOf is what surrounds the command of a request.
func metaOf(r *http.Request, body []byte) (commands.Meta, error) {
	m := commands.Meta{
		Workspace: workspaceOf(r), Actor: actorLocal, Body: body,
		Correlation: requestID(r), Traceparent: traceparent(r),
	}
	keys := r.Header.Values(headerIdempotency)
	switch {
	case len(keys) == 0:
		return m, nil
	case len(keys) > 1:
		return m, refuse(codeInvalidParameter, "The header is given twice.").param(headerIdempotency)
	case !printable(keys[0]) || len(keys[0]) > MaxIdempotencyKeyBytes:
		return m, refuse(codeInvalidParameter, fmt.Sprintf("An idempotency key has 1 to %d printable ASCII characters.", MaxIdempotencyKeyBytes)).param(headerIdempotency)
	}
	m.IdempotencyKey = keys[0]
	return m, nil
}

func printable(s string) bool {
	return s != "" && strings.IndexFunc(s, func(c rune) bool { return c < ' ' || c > '~' }) < 0
}

// traceparent hands W3C trace context on when it has the form of one.
func traceparent(r *http.Request) string {
	t := r.Header.Get("Traceparent")
	if len(t) > 128 || strings.Count(t, "-") < 3 || !printable(t) {
		return ""
	}
	return t
}

// pathID reads an id from the path.
func pathID(r *http.Request, what string) (string, error) {
	id := r.PathValue("id")
	if !isID(id) {
		return "", refuse(codeInvalidID, fmt.Sprintf("%.80q is not the id of a %s.", id, what)).param("id")
	}
	return id, nil
}

func isID(s string) bool {
	return s != "" && len(s) <= maxIDBytes && strings.IndexFunc(s, notIDRune) < 0
}

func notIDRune(c rune) bool {
	return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_')
}

// runID reads a run's id: it holds a time, without which no run can be found.
func runID(r *http.Request) (string, error) {
	id := r.PathValue("id")
	if _, err := events.TimeOf(id); err != nil {
		return "", refuse(codeInvalidID, fmt.Sprintf("%.80q is not the id of a run.", id)).param("id")
	}
	return id, nil
}

// readBody reads a body of at most limit bytes.
func readBody(w http.ResponseWriter, r *http.Request, limit int64, what string) ([]byte, error) {
	tooLarge := func() error {
		return refuse(codeTooLarge, fmt.Sprintf("%s may have %d bytes; this one has more.", what, limit))
	}
	if r.ContentLength > limit {
		return nil, tooLarge()
	}
	if r.Body == nil || r.ContentLength == 0 {
		return nil, nil
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return nil, refuse(codeUnsupportedType, fmt.Sprintf("Content-Encoding %.40q is not supported; send the body as it is.", e))
	}
	arrival := http.NewResponseController(w)
	_ = arrival.SetReadDeadline(time.Now().Add(BodyTimeout)) // not every writer has a connection behind it
	body, err := readAll(r, limit)
	_ = arrival.SetReadDeadline(time.Time{})
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, refuse(codeRequestIncomplete, fmt.Sprintf("The body did not arrive within %s.", BodyTimeout)).because(err)
	case err != nil:
		return nil, refuse(codeRequestIncomplete, "").because(err)
	case int64(len(body)) > limit:
		return nil, tooLarge()
	}
	return body, nil
}

// readAll reads a body of known length into one piece; of one without a length
// it reads at most one byte more than limit.
func readAll(r *http.Request, limit int64) ([]byte, error) {
	if n := r.ContentLength; n > 0 {
		body := make([]byte, n)
		_, err := io.ReadFull(r.Body, body)
		return body, err
	}
	return io.ReadAll(io.LimitReader(r.Body, limit+1))
}

// wantJSON refuses a body that says it is something else. No Content-Type at
// all is taken for JSON where the body is not empty.
func wantJSON(r *http.Request) error {
	ct := r.Header.Get("Content-Type")
	if ct == "" {
		return nil
	}
	media, params, err := mime.ParseMediaType(ct)
	switch {
	case err != nil || media != "application/json" && !strings.HasSuffix(media, "+json"):
		return refuse(codeUnsupportedType, fmt.Sprintf("This operation takes application/json, not %.80q.", ct)).param("Content-Type")
	case params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8"):
		return refuse(codeUnsupportedType, fmt.Sprintf("The charset is %.40q; JSON is UTF-8.", params["charset"])).param("Content-Type")
	}
	return nil
}

// readForm reads the JSON object of a command; an absent body is an empty one.
func readForm(w http.ResponseWriter, r *http.Request) (*form, []byte, error) {
	body, err := readBody(w, r, MaxCommandBytes, "A command's body")
	if err != nil {
		return nil, nil, err
	}
	if len(body) == 0 {
		return newForm(nil), nil, nil
	}
	if err := wantJSON(r); err != nil {
		return nil, nil, err
	}
	v, err := item.Parse(body, bodyLimits)
	if err != nil {
		return nil, nil, err
	}
	o, ok := v.Obj()
	if !ok {
		return nil, nil, refuse(codeInvalid, "The body must be a JSON object, not "+article(v.Kind())+".")
	}
	return newForm(o), body, nil
}

// checkParameters refuses query parameters that the operation does not know,
// and known ones that are given twice.
func checkParameters(r *http.Request, known []string) error {
	if r.URL.RawQuery == "" {
		return nil
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return refuse(codeInvalidParameter, "The query is not valid: "+err.Error()+".").param("query")
	}
	for name, values := range q {
		if !slices.Contains(known, name) {
			return refuse(codeInvalidParameter, fmt.Sprintf("There is no parameter %.40q; known are: %s.", name, listed(known))).param(name)
		}
		if len(values) > 1 && !repeatable(name) {
			return refuse(codeInvalidParameter, "The parameter is given twice.").param(name)
		}
	}
	return nil
}

// repeatable names the parameters that are lists.
func repeatable(name string) bool { return name == "status" || name == "type" || name == "filter" }

func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// list reads a parameter that may be repeated or hold several values with
// commas between them.
func list(values []string) []string {
	var all []string
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			if part != "" {
				all = append(all, part)
			}
		}
	}
	return all
}

// number reads a parameter between lo and hi; fallback when it is absent.
func number(r *http.Request, name string, fallback, lo, hi int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < lo || n > hi {
		return 0, refuse(codeInvalidParameter, fmt.Sprintf("%.40q is not a whole number from %d to %d.", text, lo, hi)).param(name)
	}
	return n, nil
}

// duration reads a parameter such as "10s"; 0 when it is absent.
func duration(r *http.Request, name string, most time.Duration) (time.Duration, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > most {
		return 0, refuse(codeInvalidParameter, fmt.Sprintf("%.40q is not a duration from 0s to %s, such as 10s or 1m30s.", text, most)).param(name)
	}
	return d, nil
}

// cursorParam reads a parameter or header that holds a cursor.
func cursorParam(name, text string) (events.Cursor, error) {
	c, err := events.ParseCursor(text)
	if errors.Is(err, events.ErrBadCursor) {
		err = refuse(codeInvalidParameter, fmt.Sprintf("%.40q is not a cursor; give one that the server gave.", text)).param(name)
	}
	return c, err
}

package gateway

import (
	"encoding/hex"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"
)

const maxRequestIDBytes = 128

// requestID is the caller's when it is one, else a random one.
func requestID(r *http.Request) string {
	return r.Header.Get(headerRequestID)
}

// setCommonHeaders gives the request its id, which the answer repeats, and the
// answer its security headers.
func setCommonHeaders(h http.Header, r *http.Request) {
	id := requestID(r)
	if !printable(id) || len(id) > maxRequestIDBytes {
		id = newRequestID()
		r.Header[headerRequestID] = []string{id}
	}
	h[headerRequestID] = []string{id}
	h["X-Content-Type-Options"] = noSniff
}

// Shared by all answers; nobody changes them.
var (
	noSniff      = []string{"nosniff"}
	noFraming    = []string{"DENY"}
	noReferrer   = []string{"no-referrer"}
	noContent    = []string{"default-src 'none'; frame-ancestors 'none'"}
	jsonMedia    = []string{"application/json"}
	neverToStore = []string{"no-store"}
)

// setAPIHeaders is for answers of the API, which are never pages.
func setAPIHeaders(h http.Header) {
	h["X-Frame-Options"] = noFraming
	h["Referrer-Policy"] = noReferrer
	h["Content-Security-Policy"] = noContent
	h["Cache-Control"] = neverToStore
}

// newRequestID names a request in logs. It needs to be unlikely to repeat, not
// to be secret.
func newRequestID() string {
	var b [16]byte
	for i := 0; i < len(b); i += 8 {
		n := rand.Uint64()
		for j := range 8 {
			b[i+j] = byte(n >> (8 * j))
		}
	}
	var text [32]byte
	hex.Encode(text[:], b[:])
	return string(text[:])
}

// loggedWriter remembers what the access log says.
type loggedWriter struct {
	http.ResponseWriter
	begun  time.Time
	status int
	bytes  int64
}

func (w *loggedWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *loggedWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *loggedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (g *Gateway) logAccess(r *http.Request, w *loggedWriter) {
	g.log.LogAttrs(r.Context(), slog.LevelDebug, "request",
		slog.String("request", w.Header().Get(headerRequestID)), slog.String("method", r.Method),
		slog.String("path", r.URL.Path), slog.Int("status", w.status), slog.Int64("bytes", w.bytes),
		slog.Duration("took", time.Since(w.begun)))
}

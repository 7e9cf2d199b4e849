package gateway

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Limits of a connection.
const (
	// MaxHeaderBytes is the most that a request's headers may take.
	MaxHeaderBytes = 64 << 10
	// ReadHeaderTimeout bounds how long a request's headers may take.
	ReadHeaderTimeout = 10 * time.Second
	// BodyTimeout bounds how long a request's body may take to arrive. It is set
	// while a body is read only: as a timeout of the server it would also end
	// the context of every request that waits longer. Answers have no such
	// bound: streams stay open, and every wait has its own.
	BodyTimeout = 2 * time.Minute
	// IdleTimeout ends kept connections that nobody uses.
	IdleTimeout = 2 * time.Minute
)

// NewServer makes the server for a gateway, with limits on headers and on the
// time that a request may take to arrive. Its Shutdown ends open streams.
func NewServer(g *Gateway) *http.Server {
	s := &http.Server{
		Handler:           g,
		MaxHeaderBytes:    MaxHeaderBytes,
		ReadHeaderTimeout: ReadHeaderTimeout,
		IdleTimeout:       IdleTimeout,
		ErrorLog:          slog.NewLogLogger(g.log.Handler().WithAttrs([]slog.Attr{slog.String("room", "http")}), slog.LevelDebug),
	}
	s.RegisterOnShutdown(g.Close)
	return s
}

// Shutdown ends a server in order: streams first, then requests that are in
// work, until ctx ends; what is left then is cut off.
func Shutdown(ctx context.Context, s *http.Server) error {
	err := s.Shutdown(ctx)
	if err != nil {
		_ = s.Close()
	}
	return err
}

package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"github.com/jobsprint/jobsprint/gateway"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// listen binds the address early: a port that is taken is an error before
// anything is recovered, and whoever asks meanwhile hears that it is starting.
func (a *App) listen(ctx context.Context) error {
	if a.conf.Listen == "" {
		return nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", a.conf.Listen)
	if err != nil {
		return &ListenError{Address: a.conf.Listen, Err: err}
	}
	a.listener, a.served = listener, make(chan error, 1)
	a.answerWith(http.HandlerFunc(starting))
	a.http = &http.Server{ // as gateway.NewServer makes it, for a gateway that is still to come
		Handler:        http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*a.handler.Load()).ServeHTTP(w, r) }),
		MaxHeaderBytes: gateway.MaxHeaderBytes, ReadHeaderTimeout: gateway.ReadHeaderTimeout, IdleTimeout: gateway.IdleTimeout,
		ErrorLog: slog.NewLogLogger(a.conf.Logger.With("room", "http").Handler(), slog.LevelDebug),
	}
	go func() {
		err := a.http.Serve(listener)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		a.served <- err
		close(a.served)
	}()
	a.server.Address = a.Address()
	return a.server.Write(a.conf.DataDir)
}

// ListenError reports an address that cannot be listened on.
type ListenError struct {
	Address string
	Err     error
}

// Error names the address.
func (e *ListenError) Error() string {
	return fmt.Sprintf("cannot listen on %s: %v", e.Address, errors.Unwrap(e.Err))
}

// Unwrap gives the cause.
func (e *ListenError) Unwrap() error { return e.Err }

func (a *App) answerWith(h http.Handler) { a.handler.Store(&h) }

// starting answers until the gateway can.
func starting(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/healthz" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("{\"status\":\"alive\"}\n"))
		return
	}
	w.Header().Set("Content-Type", wire.ProblemMediaType)
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = fmt.Fprintf(w, "{\"type\":%q,\"title\":\"The server is not ready yet\",\"status\":503,\"code\":\"starting\",\"next\":\"Try again in a moment.\"}\n", wire.ProblemType+"starting")
}

// Address is the base address of the HTTP server, such as
// http://127.0.0.1:8780; empty when there is none.
func (a *App) Address() string {
	if a.listener == nil {
		return ""
	}
	return "http://" + a.listener.Addr().String()
}

// Wait returns when ctx ends, or with the error that has ended the HTTP server.
func (a *App) Wait(ctx context.Context) error {
	if a.served == nil {
		<-ctx.Done()
		return nil
	}
	select {
	case err := <-a.served:
		return err
	case <-ctx.Done():
		return nil
	}
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/config"
	"github.com/jobsprint/jobsprint/internal/datadir"
	"github.com/jobsprint/jobsprint/streams"
)

// Times of finding a way to the data.
const (
	// lockWait is how long a command waits for a folder that another process
	// holds without serving it.
	lockWait = 10 * time.Second
	// lockPoll is the pause between two tries, quietWait how long nothing is
	// said about waiting.
	lockPoll  = 50 * time.Millisecond
	quietWait = 300 * time.Millisecond
	// askWait bounds the question whether a server is the folder's.
	askWait = 2 * time.Second
	// closeWait bounds the end of an App that a command has opened.
	closeWait = 15 * time.Second
)

// session is a command's way to the data: a client of the folder's server, or
// of an App in this process.
type session struct {
	*client.Client
	// Server is the address of the server; empty: the App is in this process.
	Server string
	app    *app.App
}

// close ends the App, if there is one.
func (s *session) close() error {
	if s.app == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	return s.app.Close(ctx)
}

// with opens a session, runs fn and closes the session.
func (env *Env) with(tree *commands, d dataFlags, w app.Work, fn func(*session) error) error {
	c, err := env.load(tree, d.settings())
	if err != nil {
		return err
	}
	return env.withConfig(c, w, fn)
}

func (env *Env) withConfig(c config.Config, w app.Work, fn func(*session) error) error {
	s, err := env.connect(c, w)
	if err != nil {
		return err
	}
	return errors.Join(fn(s), s.close())
}

// connect finds the server of the folder, or else opens the folder. While
// another process holds the folder without a server it waits.
func (env *Env) connect(c config.Config, w app.Work) (*session, error) {
	begun, told := env.Now(), false
	for {
		if s := env.ask(c.DataDir); s != nil {
			return s, nil
		}
		s, err := env.openHere(app.FromSettings(c, w))
		var locked *streams.LockedError
		if !errors.As(err, &locked) {
			return s, err
		}
		waited := env.Now().Sub(begun)
		if waited >= lockWait {
			return nil, fail("Stop that process, or use another folder with --data-dir.",
				"waited %s for %s, which is in use by %s and serves no commands", lockWait, locked.Dir, locked.Holder)
		}
		if !told && waited >= quietWait {
			env.Notice("Waiting for %s, which holds %s.", locked.Holder, locked.Dir)
			told = true
		}
		select {
		case <-time.After(lockPoll):
		case <-env.ctx.Done():
			return nil, env.ctx.Err()
		}
	}
}

// ask gives a session with the server that server.json names, if it is there
// and is the one that wrote the file: a port may be another program's by now.
func (env *Env) ask(dir string) *session {
	server, err := datadir.ReadServer(dir)
	if err != nil || server.Address == "" {
		return nil
	}
	c, err := client.New(server.Address, &http.Client{Transport: direct()})
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(env.ctx, askWait)
	defer cancel()
	ready, err := c.Ready(ctx)
	if err != nil || ready.Instance != server.Instance {
		return nil
	}
	return &session{Client: c, Server: server.Address}
}

// direct is a transport without a proxy: the server is on this machine.
func direct() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = nil
	return t
}

// openHere opens the folder in this process.
func (env *Env) openHere(c app.Config) (*session, error) {
	c.Version, c.Holder = buildVersion(), "jobsprint, a command"
	fresh := !datadir.Exists(c.DataDir)
	a, err := app.Open(env.ctx, c)
	if err != nil {
		return nil, err
	}
	if made := a.KeyMade(); made != "" && c.KeyFile != "" {
		env.Notice("Made the master key %s. Keep a copy: without it the data cannot be read.", made)
	}
	if fresh && c.KeyFile != "" {
		env.Notice("Made the data folder %s.", c.DataDir)
	}
	local, err := client.New(client.LocalBase, client.Local(a.Handler()))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("use the folder in this process: %w", err), a.Close(env.ctx))
	}
	return &session{Client: local, app: a}, nil
}

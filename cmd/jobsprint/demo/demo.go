package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/demo/child"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/examples"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// Options say how the demo is shown.
type Options struct {
	Streams *iostreams.Streams
	// Output is "" for a person or OutputJSONL for a program.
	Output string
	// Executable is the program that is started as the server.
	Executable string
}

// OutputJSONL prints one JSON object a line, each with a kind.
const OutputJSONL = "jsonl"

const (
	// limit bounds the whole demo, which takes about five seconds.
	limit = time.Minute
	// patience bounds the wait for any one thing to happen.
	patience = 15 * time.Second
)

// errTooLong is the cause of the end at limit.
var errTooLong = fmt.Errorf("the demo took longer than %s; this machine may be too busy", limit)

// Run runs the demo: about five seconds. It returns nil only if everything that
// it is about was seen to be true, and leaves nothing behind in any case: no
// process and no folder.
func Run(ctx context.Context, o Options) (err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errTooLong)
	defer cancel()
	dir, err := os.MkdirTemp("", "jobsprint-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	d := &demo{dir: dir, view: newView(o), begun: time.Now(), answers: make(chan answer, len(routed)+len(fulfilled))}
	defer func() {
		if err = errors.Join(err, d.close()); err == nil {
			d.view.tryNext(time.Since(d.begun))
		}
	}()
	err = d.tell(ctx, o.Executable)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// demo is what is going on.
type demo struct {
	dir    string
	begun  time.Time
	view   *view
	shop   *shop
	server *child.Server
	child  *child.Process
	door   *child.Door
	http   *http.Client
	client *client.Client
	watch  *watcher

	answers chan answer // to the orders that were sent
	got     map[string]answer
	killed  string // the idempotency key that was in flight at the kill
}

// tell is the story, chapter by chapter.
func (d *demo) tell(ctx context.Context, executable string) error {
	for _, chapter := range []func(context.Context) error{
		func(ctx context.Context) error { return d.setUp(ctx, executable) },
		d.importBoth, d.route, d.fulfil, d.crash, d.resume, d.compareHistory, d.countEffects, d.replayAll,
	} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	return nil
}

// setUp opens the shop and starts the server.
func (d *demo) setUp(ctx context.Context, executable string) (err error) {
	d.view.opening()
	if d.shop, err = openShop(ctx); err != nil {
		return err
	}
	d.server = &child.Server{Executable: executable, Dir: d.dir, Allow: d.shop.address()}
	d.door, d.got = child.NewDoor(), map[string]answer{}
	d.http = &http.Client{Transport: d.door}
	if d.client, err = client.New(child.DoorBase, d.http); err != nil {
		return err
	}
	if err := d.startServer(ctx); err != nil {
		return err
	}
	d.view.serverStarted(d.child, d.dir)
	d.watch = watch(ctx, d.client)
	return nil
}

func (d *demo) startServer(ctx context.Context) (err error) {
	if d.child, err = d.server.Start(ctx); err != nil {
		return err
	}
	d.door.Open(d.child)
	return nil
}

// importBoth stores the two workflows of the project and activates them.
func (d *demo) importBoth(ctx context.Context) error {
	d.view.chapter("Import two workflows in n8n's format and activate them")
	for _, raw := range [][]byte{examples.OrderRouting, examples.FetchAndWait} {
		w, err := d.client.CreateWorkflow(ctx, raw)
		if err != nil {
			return fmt.Errorf("import a workflow: %w", err)
		}
		for _, p := range w.Problems {
			return fmt.Errorf("import %s: step %q: %s", w.Name, p.Step, p.Message)
		}
		active, err := d.client.ActivateWorkflow(ctx, w.ID, 0)
		if err != nil {
			return fmt.Errorf("activate %s: %w", w.Name, err)
		}
		if active.Status != wire.WorkflowActive {
			return fmt.Errorf("activate %s: it is %s: %v", w.Name, active.Status, active.Reasons)
		}
		d.view.activated(active)
	}
	return nil
}

// close ends the process and removes the folder.
func (d *demo) close() error {
	if d.watch != nil {
		d.watch.close()
	}
	if d.child != nil {
		d.child.Kill()
	}
	if d.door != nil {
		d.door.Close()
	}
	if d.shop != nil {
		d.shop.close()
	}
	if err := os.RemoveAll(d.dir); err != nil {
		return fmt.Errorf("remove the demo's folder: %w", err)
	}
	return nil
}

package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// calling runs a workflow given as JSON for each item.
func calling(raw []byte) []any {
	return list("Call", "executeWorkflow", 1.1, object{"source": "parameter", "workflowJson": string(raw), "mode": "each"})
}

// child is a workflow that waits for a request when it is called.
func child(t *testing.T) []byte {
	t.Helper()
	return line(t, "Child", nil, list("Called", "executeWorkflowTrigger", 1, object{}), links(), pause(object{"resume": "webhook"}), after())
}

// familyOf starts a run that waits for another one, which waits itself.
func familyOf(t *testing.T, c *client.Client, raw []byte) (parent, child wire.Run) {
	t.Helper()
	started := begin(t, c, raw)
	child = onlyBelow(t, c, started.ID)
	parent, err := c.WithAtLeast("head").Run(t.Context(), started.ID)
	if err != nil {
		t.Fatal(err)
	}
	return parent, child
}

// onlyBelow waits until a run has one child, which waits.
func onlyBelow(t *testing.T, c *client.Client, parent string) (child wire.Run) {
	t.Helper()
	eventually(t, func() bool {
		page, err := c.WithAtLeast("head").Runs(t.Context(), client.RunFilter{Parent: parent})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Items) == 1 {
			child = page.Items[0]
		}
		return child.Status == wire.RunWaiting
	}, func() string { return "no run below " + parent + " waits" })
	return child
}

func TestCanceledRunTakesThoseItWaitsForWithIt(t *testing.T) {
	a := open(t, served(t.TempDir()))
	c := overHTTP(t, a)
	middle := line(t, "Middle", nil, list("Called", "executeWorkflowTrigger", 1, object{}), calling(child(t)))
	top, mid := familyOfThree(t, c, line(t, "Top", nil, start(), calling(middle)))
	if mid.Parent == nil || mid.Parent.Run != top.ID || mid.Parent.Step != "Call" {
		t.Fatalf("the parent of %+v", mid)
	}
	if _, err := c.CancelRun(t.Context(), top.ID, "enough"); err != nil {
		t.Fatal(err)
	}
	fresh := c.WithAtLeast("head")
	below, err := fresh.Runs(t.Context(), client.RunFilter{Parent: mid.ID})
	if err != nil || len(below.Items) != 1 {
		t.Fatalf("%+v, %v", below, err)
	}
	mid, err = fresh.Run(t.Context(), mid.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []struct {
		run    wire.Run
		parent string
	}{{mid, top.ID}, {below.Items[0], mid.ID}} {
		if r.run.Status != wire.RunCanceled || !strings.HasPrefix(r.run.Error, "its parent run "+r.parent+" was canceled") {
			t.Errorf("%s ended as %s: %s", r.run.ID, r.run.Status, r.run.Error)
		}
	}
	awaitStatus(t, c, top.ID, wire.RunCanceled)
}

// familyOfThree waits until a grandchild waits.
func familyOfThree(t *testing.T, c *client.Client, raw []byte) (top, middle wire.Run) {
	t.Helper()
	top, middle = familyOf(t, c, raw)
	onlyBelow(t, c, middle.ID)
	return top, middle
}

func TestRunThatTakesTooLongTakesThoseItWaitsForWithIt(t *testing.T) {
	a := open(t, served(t.TempDir()))
	c := overHTTP(t, a)
	parent, below := familyOf(t, c, line(t, "Late", object{"executionOrder": "v1", "executionTimeout": 2}, start(), calling(child(t))))
	awaitStatus(t, c, parent.ID, wire.RunError)
	awaitStatus(t, c, below.ID, wire.RunCanceled)
	parent, err := c.Run(t.Context(), parent.ID)
	if err != nil || !strings.Contains(parent.Error, "time limit") {
		t.Errorf("%+v, %v", parent, err)
	}
}

func TestRunsThatAreNotToBeSavedAreNotListed(t *testing.T) {
	a := open(t, served(t.TempDir()))
	c := overHTTP(t, a)
	fails := list("Fail", "stopAndError", 1, object{"errorMessage": "boom"})
	for _, test := range []struct {
		name     string
		settings object
		hook     bool
		last     []any
		listed   bool
	}{
		{"success", object{"saveDataSuccessExecution": "none"}, true, after(), false},
		{"failure", object{"saveDataErrorExecution": "none"}, true, fails, false},
		{"the other end", object{"saveDataErrorExecution": "none"}, true, after(), true},
		{"by hand", object{"saveManualExecutions": false}, false, after(), false},
		{"by hand, which other settings do not speak of", object{"saveDataSuccessExecution": "none"}, false, after(), true},
		{"as ever", object{"saveDataSuccessExecution": "DEFAULT", "saveDataErrorExecution": "all", "saveExecutionProgress": true}, true, after(), true},
	} {
		first := start()
		if test.hook {
			first = list("Hook", "webhook", 2, object{"path": strings.ReplaceAll(test.name, " ", "-"), "responseMode": "lastNode"})
		}
		test.settings["executionOrder"] = "v1"
		w, err := c.CreateWorkflow(t.Context(), line(t, test.name, test.settings, first, links(), test.last))
		if err != nil {
			t.Fatal(err)
		}
		run := ""
		if test.hook {
			if _, err := c.ActivateWorkflow(t.Context(), w.ID, 0); err != nil {
				t.Fatal(err)
			}
			call(t, http.MethodGet, a.Address()+"/webhook/"+strings.ReplaceAll(test.name, " ", "-"), "", "")
		} else {
			started, err := c.StartRun(t.Context(), w.ID, wire.StartRun{Version: wire.NewestVersion}, 0)
			if err != nil {
				t.Fatal(err)
			}
			run = started.ID
			awaitEnd(t, c, run)
		}
		page, err := c.WithAtLeast("head").Runs(t.Context(), client.RunFilter{Workflow: w.ID})
		if err != nil || len(page.Items) == 1 != test.listed {
			t.Errorf("%s: listed %+v, %v; want %v", test.name, page.Items, err, test.listed)
		}
		if run == "" {
			continue
		}
		r, err := c.Replay(t.Context(), run) // the log keeps it
		if err != nil || !r.Equal {
			t.Errorf("%s: replay %+v, %v", test.name, r, err)
		}
	}
}

func awaitEnd(t *testing.T, c *client.Client, run string) {
	t.Helper()
	for {
		r, err := c.Run(t.Context(), run)
		if err != nil {
			t.Fatal(err)
		}
		if r.Ended() {
			return
		}
	}
}

func TestWorkflowsAreCalledFromFilesAndAddresses(t *testing.T) {
	called := string(line(t, "Elsewhere", nil, list("Called", "executeWorkflowTrigger", 1, object{}), list("Set", "set", 3.4, object{
		"assignments": object{"assignments": list(object{"id": "1", "name": "from", "type": "string", "value": "elsewhere"})},
	})))
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved.json":
			http.Redirect(w, r, "/workflow.json", http.StatusFound)
		case "/workflow.json":
			_, _ = io.WriteString(w, called)
		case "/html":
			_, _ = io.WriteString(w, "<html>")
		default:
			http.NotFound(w, r)
		}
	}))
	defer web.Close()
	folder, outside := t.TempDir(), t.TempDir()
	for name, dir := range map[string]string{"workflow.json": folder, "secret.json": outside} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(called), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(outside, "secret.json"), filepath.Join(folder, "link.json")); err != nil {
		t.Fatal(err)
	}
	conf := served(t.TempDir())
	conf.FilesFolder, conf.HTTPAllow = folder, []string{strings.TrimPrefix(web.URL, "http://")}
	c := overHTTP(t, open(t, conf))
	file := func(path string) object { return object{"source": "localFile", "workflowPath": path} }
	address := func(url string) object { return object{"source": "url", "workflowUrl": url} }
	for name, test := range map[string]struct {
		params object
		fails  string
	}{
		"a file":            {file("workflow.json"), ""},
		"by its whole path": {file(filepath.Join(folder, "workflow.json")), ""},
		"outside":           {file(filepath.Join(outside, "secret.json")), "could not be found"},
		"above":             {file("../secret.json"), "could not be found"},
		"by a link":         {file("link.json"), "could not be found"},
		"no file":           {file("none.json"), "could not be found"},
		"an address":        {address(web.URL + "/workflow.json"), ""},
		"moved":             {address(web.URL + "/moved.json"), ""},
		"no workflow":       {address(web.URL + "/html"), "JSON"},
		"nothing there":     {address(web.URL + "/none"), "answered 404"},
		"a private address": {address("http://127.0.0.3:1/workflow.json"), "127.0.0.3"},
		"no address":        {address("nowhere"), "could not be loaded"},
	} {
		w, err := c.CreateWorkflow(t.Context(), line(t, name, nil, start(), list("Call", "executeWorkflow", 1.1, test.params)))
		if err != nil {
			t.Fatal(err)
		}
		started, err := c.StartRun(t.Context(), w.ID, wire.StartRun{Version: wire.NewestVersion}, 10*time.Second)
		if err != nil || started.Run == nil {
			t.Fatalf("%s: %+v, %v", name, started, err)
		}
		if test.fails != "" {
			if started.Run.Status != wire.RunError || !strings.Contains(started.Run.Error, test.fails) {
				t.Errorf("%s: ended as %s: %s, want %q", name, started.Run.Status, started.Run.Error, test.fails)
			}
			continue
		}
		if got := outputOf(t, c, started.ID, "Call")[0]; started.Run.Status != wire.RunSuccess || got["from"] != "elsewhere" {
			t.Errorf("%s: %s %v", name, started.Run.Error, got)
		}
	}
}

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/internal/config"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/streams"
)

// call runs a command line in this process, in a home of its own.
func call(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	home := t.TempDir()
	s, _, o, e := iostreams.Test()
	env := &Env{Streams: s, Now: time.Now, Environ: func() []string { return []string{"HOME=" + home} }}
	code = Execute(t.Context(), env, args)
	return code, o.String(), e.String()
}

func TestEveryCommandTeachesByExample(t *testing.T) {
	t.Parallel()
	paths, err := Paths()
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d commands, %v", len(paths), err)
	}
	for _, path := range paths {
		code, out, errs := call(t, append(strings.Fields(path), "--help")...)
		if code != codeDone || errs != "" || !strings.Contains(out, "    jobsprint "+strings.Fields(path)[0]) && !strings.Contains(out, "jobsprint "+path+" ") {
			t.Errorf("%s --help: code %d, stderr %q\n%s", path, code, errs, out)
		}
		if !strings.Contains(out, "Example") {
			t.Errorf("%s --help has no example:\n%s", path, out)
		}
	}
}

func TestReferenceIsCurrent(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := WriteReference(&b); err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../../../docs/cli.md")
	if err != nil || !bytes.Equal(have, b.Bytes()) {
		t.Errorf("docs/cli.md is not what the parser's model says (%v); run go generate ./cmd/jobsprint/cli", err)
	}
}

func TestEverySettingOfTheServerHasItsFlag(t *testing.T) {
	t.Parallel()
	_, help, _ := call(t, "serve", "--help")
	for _, s := range config.Settings() {
		if !strings.Contains(help, s.Flag()+"=") {
			t.Errorf("serve has no flag %s", s.Flag())
		}
		if words := strings.Join(strings.Fields(help), " "); !strings.Contains(words, s.Env()) {
			t.Errorf("serve --help does not name %s", s.Env())
		}
	}
}

func TestErrorsBecomeASentenceACodeAndWhatToDo(t *testing.T) {
	t.Parallel()
	refused := func(status int, code, detail string) error {
		return fmt.Errorf("tried: %w", &client.Problem{Problem: wire.Problem{Status: status, Code: code, Detail: detail, Title: "Refused", Next: "Do it right.", RequestID: "r1"}})
	}
	for name, c := range map[string]struct {
		err     error
		code    int
		message string
		next    string
	}{
		"usage":       {usage("Look.", "no %s", "sense"), 2, "no sense", "Look."},
		"setting":     {&config.Error{Where: "--listen", Why: "is wrong", Next: "Correct it."}, 2, "--listen: is wrong", "Correct it."},
		"bad id":      {refused(400, "invalid-id", "no id"), 2, "no id", "jobsprint runs list"},
		"not found":   {refused(404, "not-found", "no run"), 1, "no run", "jobsprint workflows list"},
		"no detail":   {refused(409, "run-ended", ""), 1, "Refused.", "Do it right."},
		"server side": {refused(500, "internal", "oops"), 1, "oops", "(request r1)"},
		"locked":      {fmt.Errorf("open: %w", &streams.LockedError{Dir: "/d", Holder: "somebody"}), 1, "/d is in use by somebody", "--data-dir"},
		"port":        {&app.ListenError{Address: "127.0.0.1:1", Err: &net.OpError{Err: errors.New("taken")}}, 1, "cannot listen on 127.0.0.1:1: taken", "--listen"},
		"halted":      {&projections.Halted{Projection: "runs", Reason: projections.ReasonGap, Stream: "DEFS", Seq: 7, Detail: "a commit is missing"}, 1, "runs has stopped at DEFS 7", "projections rebuild"},
		"key":         {fmt.Errorf("open: %w", streams.ErrKeyMissing), 1, "master key file is missing", "--key-file"},
		"interrupted": {fmt.Errorf("wait: %w", context.Canceled), 1, "interrupted", "again"},
		"forbidden":   {&fs.PathError{Op: "open", Path: "/x", Err: fs.ErrPermission}, 1, "/x", "right"},
		"anything":    {errors.New("odd"), 1, "odd", "jobsprint doctor"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, out, errs := iostreams.Test()
			if code := (&Env{Streams: s}).report(c.err); code != c.code {
				t.Errorf("code %d, want %d", code, c.code)
			}
			if text := errs.String(); !strings.Contains(text, c.message) || !strings.Contains(text, c.next) {
				t.Errorf("got %q, want %q and %q", text, c.message, c.next)
			}
			if out.Len() > 0 {
				t.Errorf("stdout got %q", out)
			}
		})
	}
}

func TestErrorsCannotDriveTheTerminal(t *testing.T) {
	t.Parallel()
	s, _, _, errs := iostreams.Test()
	(&Env{Streams: s}).report(fail("next\x1b[2J", "bad\x1b]0;title\x07\nsecond line"))
	if strings.ContainsAny(errs.String(), "\x1b\x07") || !strings.Contains(errs.String(), "\n  second line") {
		t.Errorf("got %q", errs)
	}
}

func TestProblemsListEachFaultOnce(t *testing.T) {
	t.Parallel()
	f := explain(&client.Problem{Problem: wire.Problem{Code: "not-runnable", Detail: "It has problems: one.", Errors: []wire.Fault{{Detail: "one."}, {Detail: "two"}}}})
	if strings.Count(f.message, "one.") != 1 || !strings.Contains(f.message, "- two") {
		t.Errorf("got %q", f.message)
	}
}

func TestLastItemsAreThoseOfTheStepThatRanLast(t *testing.T) {
	t.Parallel()
	got, err := lastItems([]byte(`{"data":{"resultData":{"lastNodeExecuted":"B","runData":{
		"A":[{"data":{"main":[[{"json":{"a":1}}]]}}],
		"B":[{"data":{"main":[[{"json":{"b":0}}]]}},{"data":{"main":[[{"json":{"b":1}}],[{"json":{"b":2}}]]}}]}}}}`))
	if err != nil || item.Array(got).JSON() != `[{"json":{"b":1}},{"json":{"b":2}}]` {
		t.Errorf("%s %v", item.Array(got).JSON(), err)
	}
	for _, empty := range []string{`{}`, `{"data":{"resultData":{"lastNodeExecuted":"B","runData":{"B":[{}]}}}}`} {
		if got, err := lastItems([]byte(empty)); err != nil || len(got) != 0 {
			t.Errorf("%s gave %v, %v", empty, got, err)
		}
	}
	if _, err := lastItems([]byte(`{`)); err == nil {
		t.Error("what is no JSON was read")
	}
}

func TestItemsAsATableHaveAColumnForEachField(t *testing.T) {
	t.Parallel()
	s, _, out, _ := iostreams.Test()
	s.OutTerminal = true
	items, _ := item.MustParse(`[{"json":{"a":"x","n":1}},{"json":{"b":{"c":2}}},{"json":7}]`).Elems()
	if err := printItems(&Env{Streams: s}, iostreams.FormatTable, items); err != nil {
		t.Fatal(err)
	}
	if want := "a  n  b\nx  1  \n      {\"c\":2}\n      \n"; out.String() != want {
		t.Errorf("got %q", out)
	}
}

func TestWorkflowFilesAreSortedAndFoundBelow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"b.json", "a.JSON", "note.txt", filepath.Join("deep", "c.json")} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("{}"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	files, err := workflowFiles(dir)
	if err != nil || len(files) != 3 || filepath.Base(files[0]) != "a.JSON" || filepath.Base(files[2]) != "c.json" {
		t.Errorf("%q %v", files, err)
	}
}

func TestPathsAreSafeToPaste(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"/a/b-c.d": "/a/b-c.d", "/my data": "'/my data'", "/it's": `'/it'\''s'`, "/$HOME": "'/$HOME'"} {
		if got := quoted(in); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

func TestGatherStopsAtTheLimit(t *testing.T) {
	t.Parallel()
	asked := []int{}
	page := func(after string, n int) (wire.Page[int], error) {
		asked = append(asked, n)
		return wire.Page[int]{Items: make([]int, min(n, 500)), Next: "more"}, nil
	}
	if list, err := gather(700, page); err != nil || len(list) != 700 || fmt.Sprint(asked) != "[500 200]" {
		t.Errorf("%d rows in pages of %v, %v", len(list), asked, err)
	}
	last := func(string, int) (wire.Page[int], error) { return wire.Page[int]{Items: []int{1}}, nil }
	if list, err := gather(0, last); err != nil || len(list) != 1 {
		t.Errorf("%v %v", list, err)
	}
	broken := func(string, int) (wire.Page[int], error) { return wire.Page[int]{}, errors.New("gone") }
	if _, err := gather(0, broken); err == nil {
		t.Error("an error was lost")
	}
}

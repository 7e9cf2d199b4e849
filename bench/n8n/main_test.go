package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/workflow"
)

func TestWrongUse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"", exitUsage, "-jobsprint"}, {"-jobsprint x", exitUsage, "-scenarios"}, {"-jobsprint x -only nothing", exitUsage, `no scenario "nothing"`},
		{"-jobsprint x -scenarios y -users 1000", exitUsage, "from 1 to 64"}, {"-jobsprint x -scenarios y -duration 1h", exitUsage, "up to"},
		{"-jobsprint x -scenarios y more", exitUsage, "by flags"}, {"-help", 0, "-scenarios"}, {"-bogus", exitUsage, "bogus"},
		{"-jobsprint /does/not/exist -only many-items", exitFailed, "many-items: "},
		{"-jobsprint /does/not/exist -only single-webhook -scenarios /none", exitFailed, "there are no workflows in /none/single-webhook"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), strings.Fields(c.args), &stdout, &stderr); code != c.code || !strings.Contains(stderr.String(), c.want) {
			t.Errorf("%q: %d %s", c.args, code, &stderr)
		}
	}
}

func TestAllButTheManifestIsAWorkflow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "s"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"s.json", "s.manifest.json", "s2.json", "s.script.js"} {
		if err := os.WriteFile(filepath.Join(dir, "s", name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := (&options{folder: dir}).workflowsOf("s")
	if err != nil || len(got) != 2 || string(got[0]) != "s.json" || string(got[1]) != "s2.json" {
		t.Errorf("%q %v", got, err)
	}
}

func TestPlansSendWhatTheScenarioSays(t *testing.T) {
	t.Parallel()
	o := &options{users: 5, duration: time.Second}
	for _, s := range scenarios {
		p := s.plan("http://127.0.0.1:1", o)
		if len(p.Others) != len(s.paths)-1 || p.Users != 5 || (p.Method == "GET") != (p.Body == nil) {
			t.Errorf("%s: %+v", s.name, p)
		}
		if (s.standard.perSecond == 0) != (s.goalStandard == 0) {
			t.Errorf("%s has a goal without a figure, or the other way round", s.name)
		}
	}
	if !strings.Contains(upload(), uploadLine+"\n") || !strings.HasSuffix(upload(), "--"+uploadBoundary+"--\r\n") {
		t.Error("the form is not whole")
	}
}

func TestARatioSaysWhetherItIsEnough(t *testing.T) {
	t.Parallel()
	n8n := figures{perSecond: 10}
	for rate, want := range map[float64]string{1000: "100× (100 met)", 990: "99× (100 missed)"} {
		if got := ratio(rate, n8n, 100); got != want {
			t.Errorf("%v: %s, want %s", rate, got, want)
		}
	}
	if got := ratio(5, figures{}, 0); got != "not recorded" {
		t.Error(got)
	}
}

func TestTheManyItemsAreAWorkflow(t *testing.T) {
	t.Parallel()
	if d, err := workflow.Import(manyWorkflow); err != nil || len(d.Steps) != 4 {
		t.Errorf("%+v %v", d, err)
	}
}

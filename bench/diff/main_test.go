package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const startOnly = `{"nodes":[{"id":"1","name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}}],"connections":{}}`

func ranAs(json string) string {
	return `{"status":"success","data":{"resultData":{"lastNodeExecuted":"Start","runData":{"Start":[{"executionIndex":0,"executionStatus":"success","source":[],
	"data":{"main":[[{"json":` + json + `,"pairedItem":{"item":0}}]]}}]}}}}`
}

func none(string) string { return "" }

// What was compared before, with n8n's run beside it, needs no n8n.
func TestStoredRunsAreCompared(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "kept")
	for name, json := range map[string]string{"alike": `{}`, "other": `{"a":1}`} {
		for suffix, text := range map[string]string{workflowSuffix: startOnly, n8nSuffix: ranAs(json)} {
			if err := os.WriteFile(filepath.Join(dir, name+suffix), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	var stdout, stderr bytes.Buffer
	files := []string{filepath.Join(dir, "alike"+workflowSuffix), filepath.Join(dir, "other"+workflowSuffix)}
	if code := run(t.Context(), append([]string{"-out", out}, files...), none, &stdout, &stderr); code != exitDiffers {
		t.Errorf("ended with %d: %s", code, &stderr)
	}
	for _, want := range []string{"other differs:", `item 0 json: {}, n8n has {"a":1}`, "1 alike, 1 differ, 0 not run by n8n; workflows and runs are in " + out} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("printed %s\nwithout %q", &stdout, want)
		}
	}
	kept, err := filepath.Glob(filepath.Join(out, "*"))
	if err != nil || len(kept) != 4 {
		t.Errorf("kept %v (%v)", kept, err)
	}
	stdout.Reset()
	if code := run(t.Context(), files[:1], none, &stdout, &stderr); code != 0 || !strings.Contains(stdout.String(), "1 alike, 0 differ") {
		t.Errorf("ended with %d: %s %s", code, &stdout, &stderr)
	}
}

func TestWrongUse(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-count", "0"}, exitUsage, "must be from 1"}, {[]string{"-bogus"}, exitUsage, "bogus"},
		{[]string{"-help"}, 0, "usage: diff"}, {[]string{"none.json"}, exitUsage, "none.json"}, {nil, exitUsage, "N8N_BIN"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), c.args, none, &stdout, &stderr); code != c.code || !strings.Contains(stderr.String(), c.want) {
			t.Errorf("%v: %d %s", c.args, code, &stderr)
		}
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/bench/closedloop"
)

func TestReportsAsTextAndJSON(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	defer s.Close()
	code, out, errs := load(t, "-requests", "20", "-users", "2", "-contains", "London", s.URL)
	if code != 0 || !strings.Contains(out, "20 in ") || !strings.Contains(out, "p95") || errs != "" {
		t.Errorf("%d\n%s\n%s", code, out, errs)
	}
	code, out, _ = load(t, "-requests", "20", "-json", s.URL)
	var r closedloop.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 || r.Requests != 20 || strings.Count(out, "\n") != 1 {
		t.Errorf("%d: %v: %s", code, err, out)
	}
}

func TestSendsTheBodyOfAFile(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) != "hello" || r.Method != http.MethodPut || r.Header.Get("Content-Type") != "text/plain" {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	defer s.Close()
	file := filepath.Join(t.TempDir(), "body")
	if err := os.WriteFile(file, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := load(t, "-requests", "1", "-method", "PUT", "-content-type", "text/plain", "-body", file, s.URL); code != 0 {
		t.Errorf("%d: %s", code, out)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-requests", "1", s.URL}, exitFailed, "404"},
		{[]string{"http://192.0.2.1/"}, exitUsage, "this machine"},
		{[]string{"-users", "5000", s.URL}, exitUsage, "1024"},
		{[]string{}, exitUsage, "one URL"},
		{[]string{"-body", filepath.Join(t.TempDir(), "none"), s.URL}, exitUsage, "none"},
		{[]string{"-nonsense"}, exitUsage, "nonsense"},
		{[]string{"-help"}, 0, "usage"},
	} {
		code, out, errs := load(t, tt.args...)
		if code != tt.code || !strings.Contains(out+errs, tt.says) {
			t.Errorf("%v: %d\n%s%s", tt.args, code, out, errs)
		}
	}
}

func load(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

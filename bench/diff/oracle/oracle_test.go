package oracle

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

// pretend makes this test binary an n8n: it writes the database that n8n would.
const pretend = "JOBSPRINT_TEST_N8N"

func TestMain(m *testing.M) {
	if how := os.Getenv(pretend); how != "" {
		if err := n8n(how, os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// n8n takes an import, and runs a batch: each workflow gives its name.
func n8n(how string, args []string) error {
	home := os.Getenv("N8N_USER_FOLDER")
	switch args[0] {
	case "import:workflow":
		if how == "refuses" {
			return errors.New("cannot import")
		}
		return nil
	case "execute-batch":
	default:
		return fmt.Errorf("no command %s", args[0])
	}
	if err := os.Mkdir(filepath.Join(home, ".n8n"), 0o700); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", filepath.Join(home, ".n8n", "database.sqlite"))
	if err != nil {
		return err
	}
	if _, err := db.Exec(`CREATE TABLE execution_entity (id INTEGER, workflowId TEXT, status TEXT); CREATE TABLE execution_data (executionId INTEGER, data TEXT)`); err != nil {
		return err
	}
	ids := strings.Split(strings.TrimPrefix(args[1], "--ids="), ",")
	for i, id := range ids {
		raw, err := os.ReadFile(filepath.Join(home, "workflows", id+".json"))
		if err != nil {
			return err
		}
		name := item.MustParse(string(raw)).Get("name").ToString()
		if name == "lost" {
			continue
		}
		data := fmt.Sprintf(`[{"zone":"1","name":"2"},%q,%q]`, os.Getenv("GENERIC_TIMEZONE"), name)
		_, first := db.Exec(`INSERT INTO execution_entity VALUES (?, ?, 'success')`, i, id)
		_, second := db.Exec(`INSERT INTO execution_data VALUES (?, ?)`, i, data)
		if err := errors.Join(first, second); err != nil {
			return err
		}
	}
	return errors.Join(db.Close(), errors.New("a workflow has failed")) // which is no news
}

func TestWhatN8nRecordedIsRead(t *testing.T) {
	t.Setenv(pretend, "works")
	n := N8N{Program: []string{os.Args[0]}, Zone: "America/New_York"}
	got, err := n.Run(t.Context(), [][]byte{[]byte(`{"name":"a","pinData":{}}`), []byte(`{"name":"lost"}`), []byte(`{"name":"b"}`)})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"status":"success","data":{"zone":"America/New_York","name":"a"}}`
	if len(got) != 3 || got[0].JSON() != want || !got[1].IsUndefined() || got[2].Get("data").Get("name").ToString() != "b" {
		t.Errorf("%v", got)
	}
	if _, err := n.Run(t.Context(), [][]byte{[]byte(`{"name":"lost"}`)}); err == nil || !strings.Contains(err.Error(), "has run nothing") {
		t.Errorf("nothing was run: %v", err)
	}
}

func TestWhatDoesNotWorkIsSaid(t *testing.T) {
	t.Setenv(pretend, "refuses")
	n := N8N{Program: []string{os.Args[0]}}
	if _, err := n.Run(t.Context(), [][]byte{[]byte(`{}`)}); err == nil || !strings.Contains(err.Error(), "cannot import") {
		t.Errorf("an import that fails: %v", err)
	}
	for _, raw := range []string{`{`, `[]`} {
		if _, err := n.Run(t.Context(), [][]byte{[]byte(raw)}); err == nil {
			t.Errorf("%s is taken", raw)
		}
	}
	if _, err := n.Run(t.Context(), make([][]byte, MaxWorkflows+1)); err == nil {
		t.Error("there is no limit")
	}
}

func TestFindingN8n(t *testing.T) {
	dir := t.TempDir()
	script, program := filepath.Join(dir, "n8n.js"), filepath.Join(dir, "n8n")
	for path, mode := range map[string]os.FileMode{script: 0o755, program: 0o755} {
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := Find(script, "UTC"); err != nil || n.Program[0] != "node" {
		t.Errorf("a script: %v %v", n, err)
	}
	if n, err := Find(program, "UTC"); err != nil || len(n.Program) != 1 {
		t.Errorf("a program: %v %v", n, err)
	}
	if _, err := Find(filepath.Join(dir, "none"), "UTC"); err == nil {
		t.Error("what is not there was found")
	}
	t.Setenv("PATH", dir)
	if n, err := Find("", "UTC"); err != nil || n.Program[0] != program {
		t.Errorf("in the path: %v %v", n, err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Find("", "UTC"); err == nil || !strings.Contains(err.Error(), "N8N_BIN") {
		t.Errorf("none in the path: %v", err)
	}
}

func TestUnflatten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[{"a":"1","n":5},"x"]`:                 `{"a":"x","n":5}`,
		`["text"]`:                              `"text"`,
		`[["1","1"],{"k":"2"},[]]`:              `[{"k":[]},{"k":[]}]`,
		`[{"self":"0","b":"1"},"s"]`:            `{"self":null,"b":"s"}`,
		`[{"z":true,"y":null,"2":"1"},"first"]`: `{"2":"first","z":true,"y":null}`,
	} {
		v, err := unflatten([]byte(text))
		if err != nil || v.JSON() != want {
			t.Errorf("%s is %s (%v), want %s", text, v.JSON(), err, want)
		}
	}
	for _, text := range []string{``, `{}`, `[]`, `[{"a":"7"}]`, `[{"a":"x"}]`} {
		if _, err := unflatten([]byte(text)); !errors.Is(err, errFlatted) {
			t.Errorf("%s: %v", text, err)
		}
	}
	var deep strings.Builder
	for i := range maxFlattedDepth + 5 {
		fmt.Fprintf(&deep, `["%d"],`, i+1)
	}
	if _, err := unflatten([]byte("[" + deep.String() + `"x"]`)); !errors.Is(err, errFlatted) {
		t.Errorf("what is too deep: %v", err)
	}
}

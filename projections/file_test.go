package projections_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/projections/projectionstest"
)

// TestUnusableFileIsMovedAside damages the file in the ways that happen, and
// expects the rows of the log again and a notice.
func TestUnusableFileIsMovedAside(t *testing.T) {
	t.Parallel()
	l := projectionstest.NewLog()
	projectionstest.Story(l, 4, 200)
	for name, damage := range map[string]func([]byte) []byte{
		"no database":        func([]byte) []byte { return []byte(strings.Repeat("this is no database. ", 99)) },
		"cut short":          func(b []byte) []byte { return b[:len(b)/2] },
		"zeros in a page":    func(b []byte) []byte { clear(b[2*4096 : len(b)-4096]); return b },
		"header overwritten": func(b []byte) []byte { copy(b[10:], "xxxxxxxxxxxxxxxxxxxx"); return b },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "read.sqlite")
			whole := openIn(t, path)
			p, err := projections.Open(t.Context(), projections.Config{Source: l, Backend: whole})
			if err != nil {
				t.Fatal(err)
			}
			projectionstest.CatchUp(t, p, l)
			want := projectionstest.Tables(t, whole)
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, damage(data), 0o600); err != nil {
				t.Fatal(err)
			}
			expectRebuilt(t, l, path, want)
		})
	}
}

func expectRebuilt(t *testing.T, l *projectionstest.Log, path string, want []string) {
	t.Helper()
	var notice bytes.Buffer
	b, err := projections.OpenSQLite(t.Context(), path, slog.New(slog.NewTextHandler(&notice, nil)))
	if err != nil {
		t.Fatal(err)
	}
	projectionstest.CatchUp(t, projectionstest.Start(t, projections.Config{Source: l, Backend: b}), l)
	projectionstest.Same(t, "after the damage", projectionstest.Tables(t, b), want)
	if _, err := os.Stat(path + ".damaged-1"); err != nil {
		t.Errorf("the damaged file is not aside: %v", err)
	}
	if !strings.Contains(notice.String(), "rebuilt from the log") || !strings.Contains(notice.String(), "damaged-1") {
		t.Errorf("the notice is %q", notice.String())
	}
}

func TestFileOfALaterVersionIsMovedAside(t *testing.T) {
	t.Parallel()
	l := projectionstest.NewLog()
	path := filepath.Join(t.TempDir(), "read.sqlite")
	b := openIn(t, path)
	err := b.Update(t.Context(), func(tx projections.Tx) error {
		return tx.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	expectRebuilt(t, l, path, nil)
}

func TestTemporaryFileIsRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	b := openIn(t, "")
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Errorf("the temporary folder holds %v", list)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if list, _ := os.ReadDir(dir); len(list) != 0 {
		t.Errorf("after Close the folder holds %v", list)
	}
}

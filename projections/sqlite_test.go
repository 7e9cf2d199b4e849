package projections_test

import (
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/projections/projectionstest"
)

func openSQLite(t testing.TB, dir string) projections.Backend {
	t.Helper()
	b, err := projections.OpenSQLite(t.Context(), filepath.Join(dir, "read models #1?.sqlite"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var quiet = slog.New(slog.DiscardHandler)

func TestSQLiteBackend(t *testing.T) { projectionstest.Exercise(t, openSQLite) }

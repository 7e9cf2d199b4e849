package datadir_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/jobsprint/jobsprint/internal/datadir"
)

func TestServerIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := datadir.ReadServer(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("an empty folder has a server: %v", err)
	}
	first, second := datadir.NewServer(), datadir.NewServer()
	if first.Instance == second.Instance || first.Token == second.Token || len(first.Token) != 64 || first.PID != os.Getpid() {
		t.Fatalf("not random: %+v %+v", first, second)
	}
	for _, s := range []datadir.Server{first, second} {
		s.Address = "http://127.0.0.1:1"
		if err := s.Write(dir); err != nil {
			t.Fatal(err)
		}
		if got, err := datadir.ReadServer(dir); err != nil || got != s {
			t.Fatalf("got %+v, %v", got, err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "server.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d files are left, want server.json only", len(left))
	}
}

func TestRemoveTakesAlsoWhatACrashHasLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := datadir.NewServer().Write(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "server.json.123"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := datadir.RemoveServer(dir); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d files are left", len(left))
	}
}

func TestDamagedServerFileIsAnError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "server.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := datadir.ReadServer(dir); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestFolderWithoutALogDoesNotExist(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if datadir.Exists(dir) {
		t.Error("an empty folder holds a log")
	}
	if err := os.WriteFile(filepath.Join(dir, "LOCK"), []byte("somebody\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if !datadir.Exists(dir) {
		t.Error("a folder with a lock holds none")
	}
}

func TestWriteNeedsTheFolder(t *testing.T) {
	t.Parallel()
	if err := datadir.NewServer().Write(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("wrote into a folder that is not there")
	}
}

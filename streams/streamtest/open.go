package streamtest

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/jobsprint/jobsprint/streams"
)

// Open opens a log in a folder for the tests of other rooms, with its master
// key inside the folder, and closes it when the test ends.
func Open(t testing.TB, dir string) *streams.Log {
	t.Helper()
	log, err := streams.Open(context.Background(), streams.Config{Dir: dir, KeyFile: filepath.Join(dir, "master.key")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return log
}

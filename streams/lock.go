package streams

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// LockedError reports a data folder that another process holds. Two embedded
// servers on one folder would both acknowledge the same append and lose one.
type LockedError struct {
	Dir string
	// Holder is what the other process wrote about itself.
	Holder string
}

// Error names the folder and who holds it.
func (e *LockedError) Error() string {
	return fmt.Sprintf("the data folder %s is in use by %s; stop that process or use another folder", e.Dir, e.Holder)
}

const lockName = "LOCK"

// lockFolder takes the folder's lock and writes the holder's text into it.
func lockFolder(dir, holder string) (*flock.Flock, error) {
	path := filepath.Join(dir, lockName)
	lock := flock.New(path, flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if !held {
		return nil, &LockedError{Dir: dir, Holder: readHolder(path)}
	}
	if err := os.WriteFile(path, []byte(holder+"\n"), 0o600); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return lock, nil
}

func readHolder(path string) string {
	b, _ := os.ReadFile(path)
	if text := strings.TrimSpace(string(b)); text != "" {
		return text
	}
	return "another process"
}

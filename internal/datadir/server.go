// Package datadir knows what lies in a data folder beside the log: the file that
// tells other commands where the server of the folder listens. It imports
// nothing of the project.
package datadir

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Names of what lies in a data folder.
const (
	serverFile = "server.json"
	lockFile   = "LOCK"
	// ReadModels is the SQLite file of the read models; it can be deleted and
	// is then rebuilt from the log.
	ReadModels = "readmodels.sqlite"
)

// Server is what server.json says. It counts only while the folder's LOCK is
// held: who finds it asks the address for its instance id.
type Server struct {
	// Address is the base address, such as http://127.0.0.1:8780.
	Address string `json:"address"`
	PID     int    `json:"pid"`
	// Token lets a local administrator in where the server asks who he is.
	Token string `json:"token"`
	// Instance is the random id of this start, which /readyz echoes.
	Instance string `json:"instance"`
}

// NewServer describes a server that is about to listen, with a new instance id
// and token.
func NewServer() Server {
	return Server{PID: os.Getpid(), Token: randomText(32), Instance: randomText(16)}
}

func randomText(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails: the runtime ends the process instead
	return hex.EncodeToString(b)
}

// Write puts server.json in place, whole or not at all, readable by its owner
// only.
func (s Server) Write(dir string) (err error) {
	raw, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("describe the server: %w", err)
	}
	f, err := os.CreateTemp(dir, serverFile+".*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", serverFile, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(append(raw, '\n'))
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", serverFile, err)
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, serverFile)); err != nil {
		return fmt.Errorf("write %s: %w", serverFile, err)
	}
	return nil
}

// ReadServer reads server.json. Errors: fs.ErrNotExist when there is none.
func ReadServer(dir string) (Server, error) {
	var s Server
	raw, err := os.ReadFile(filepath.Join(dir, serverFile))
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return s, fmt.Errorf("read %s: %w", filepath.Join(dir, serverFile), err)
	}
	return s, nil
}

// RemoveServer removes server.json, and what a crash left of one that was being
// written. Only who holds the folder's LOCK may do so.
func RemoveServer(dir string) error {
	left, _ := filepath.Glob(filepath.Join(dir, serverFile+".*"))
	for _, name := range left {
		_ = os.Remove(name)
	}
	err := os.Remove(filepath.Join(dir, serverFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Exists reports whether a log was ever kept in the folder.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, lockFile))
	return err == nil
}

package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/jobsprint/jobsprint/nodes"
)

// The limits of what one step reads from disk.
const (
	MaxFiles     = 10_000
	MaxReadBytes = 1 << 30
)

// Options say where the steps on files on disk may work.
type Options struct {
	// Folder is the only folder whose files may be read and written; it is made when something is written. Empty: there
	// is none, and the steps fail.
	Folder string
}

// disk is the folder that may be used. A path without a root is one inside of it; one with a root must lead into it.
type disk struct{ folder string }

// Errors in n8n's words.
var (
	errNotAllowed = errors.New("Access to the file is not allowed.")                           //nolint:staticcheck // n8n's words
	errMissing    = errors.New("The file or directory does not exist")                         //nolint:staticcheck // n8n's words
	errFolder     = errors.New("The file path was expected but the given path is a directory") //nolint:staticcheck // n8n's words
)

// inside gives a path as one inside of the folder, with slashes.
func (d disk) inside(name string) (string, error) {
	if d.folder == "" {
		return "", nodes.Fail("file.folder", "no folder is set whose files may be used; set files_folder", -1)
	}
	if filepath.IsAbs(name) {
		relative, err := filepath.Rel(d.folder, name)
		if err != nil {
			return "", errNotAllowed
		}
		name = relative
	}
	name = path.Clean(filepath.ToSlash(name))
	if name == ".." || strings.HasPrefix(name, "../") {
		return "", errNotAllowed
	}
	return name, nil
}

// open opens the folder; nothing that is opened through it leads out of it, symbolic links included.
func (d disk) open() (*os.Root, error) {
	root, err := os.OpenRoot(d.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errMissing
	}
	return root, err
}

// words gives an error of the file system in n8n's words.
func words(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return errMissing
	case errors.Is(err, syscall.EISDIR):
		return errFolder
	case errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), "path escapes"):
		return errNotAllowed
	}
	return err
}

// read reads one file.
func (d disk) read(name string) ([]byte, error) {
	inside, err := d.inside(name)
	if err != nil {
		return nil, err
	}
	root, err := d.open()
	if err != nil {
		return nil, err
	}
	defer root.Close() //nolint:errcheck // it was only read
	return readIn(root, inside)
}

func readIn(root *os.Root, inside string) ([]byte, error) {
	f, err := root.Open(inside)
	if err != nil {
		return nil, words(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, words(err)
	case info.IsDir():
		return nil, errFolder
	case !info.Mode().IsRegular():
		return nil, errNotAllowed
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err == nil && len(data) > MaxFile {
		err = fmt.Errorf("a file may have %d MB at most", MaxFile>>20)
	}
	return data, words(err)
}

// found is a file that a selector matches.
type found struct {
	name string // as a path with the root that the selector had
	data []byte
}

// find reads the files that a selector matches, sorted by name. With literal set, brackets and parentheses stand for
// themselves. Hidden files are found only by their name.
func (d disk) find(selector string, literal bool) ([]found, error) {
	pattern, err := d.inside(selector)
	if err != nil {
		return nil, err
	}
	root, err := d.open()
	if errors.Is(err, errMissing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer root.Close() //nolint:errcheck // it was only read
	names, err := match(root, pattern, literal)
	if err != nil {
		return nil, err
	}
	list := make([]found, 0, len(names))
	total := 0
	for _, name := range names {
		data, err := readIn(root, name)
		if errors.Is(err, errNotAllowed) {
			continue // a link that leads out, or no file at all
		}
		if err != nil {
			return nil, err
		}
		if total += len(data); total > MaxReadBytes || len(list) >= MaxFiles {
			return nil, fmt.Errorf("a step may read %d files and %d MB at most; select fewer", MaxFiles, MaxReadBytes>>20)
		}
		list = append(list, found{d.outside(name, selector), data})
	}
	return list, nil
}

// outside gives a name inside of the folder the root that the selector had.
func (d disk) outside(name, selector string) string {
	if filepath.IsAbs(selector) {
		return path.Join(filepath.ToSlash(d.folder), name)
	}
	return name
}

func match(root *os.Root, pattern string, literal bool) ([]string, error) {
	if info, err := root.Stat(pattern); err == nil && info.Mode().IsRegular() {
		return []string{pattern}, nil
	}
	if literal {
		pattern = strings.NewReplacer("[", `\[`, "]", `\]`).Replace(pattern)
	}
	names, err := doublestar.Glob(root.FS(), pattern, doublestar.WithFilesOnly(), doublestar.WithNoHidden())
	if err != nil {
		return nil, fmt.Errorf("the selector %q is not a pattern: %w", pattern, err)
	}
	slices.Sort(names)
	return names, nil
}

// write writes a file, or adds to its end.
func (d disk) write(name string, data []byte, more bool) error {
	inside, err := d.inside(name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(d.folder, 0o700); err != nil {
		return err
	}
	root, err := d.open()
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // the file is closed by itself
	mode := os.O_TRUNC
	if more {
		mode = os.O_APPEND
	}
	f, err := root.OpenFile(inside, os.O_WRONLY|os.O_CREATE|mode, 0o644)
	if err != nil {
		return words(err)
	}
	_, err = f.Write(data)
	return words(errors.Join(err, f.Close()))
}

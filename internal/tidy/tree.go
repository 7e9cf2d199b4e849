package tidy

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Module is the import path of the repository's root.
const Module = "github.com/jobsprint/jobsprint"

// A File is one text file of the repository. Go files are parsed.
type File struct {
	Path string // from the repository's root, with slashes
	Src  []byte
	AST  *ast.File      // nil when it is not Go
	Fset *token.FileSet // of AST
}

// Dir is the folder of the file, "." for the root.
func (f *File) Dir() string { return path.Dir(f.Path) }

// Go tells whether the file is Go source.
func (f *File) Go() bool { return f.AST != nil }

// Test tells whether the file is part of a test binary only.
func (f *File) Test() bool { return strings.HasSuffix(f.Path, "_test.go") }

// Generated tells whether a program wrote the file: by its name, or for documents by a note in the first lines.
func (f *File) Generated() bool {
	if strings.HasSuffix(f.Path, "_gen.go") || strings.HasSuffix(f.Path, ".min.js") {
		return true
	}
	head, _, _ := strings.Cut(string(f.Src[:min(len(f.Src), 400)]), "\n\n")
	return path.Ext(f.Path) == ".md" && strings.Contains(head, "DO NOT EDIT")
}

// Lines counts the lines of the file.
func (f *File) Lines() int { return strings.Count(string(f.Src), "\n") }

func (f *File) line(p token.Pos) int { return f.Fset.Position(p).Line }

func (f *File) problem(p token.Pos, format string, args ...any) Problem {
	return Problem{Path: f.Path, Line: f.line(p), Text: fmt.Sprintf(format, args...)}
}

// A Problem is one finding.
type Problem struct {
	Path string
	Line int // 0: the whole file or folder
	Text string
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.Path + ": " + p.Text
	}
	return fmt.Sprintf("%s:%d: %s", p.Path, p.Line, p.Text)
}

// handWritten are the extensions of the text that people write here.
var handWritten = []string{".go", ".js", ".mjs", ".css", ".html", ".sh", ".sql", ".md", ".yml", ".yaml"}

// skippedDirs hold no source of ours; testdata is input and expected output.
var skippedDirs = []string{"testdata", "node_modules", "vendor", "bin", "dist", "data"}

// Load reads all hand-written text files below root, sorted by path. Hidden folders are left out. A Go file
// that does not parse is an error.
func Load(root string) ([]*File, error) {
	var files []*File
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel != "." && (strings.HasPrefix(d.Name(), ".") || slices.Contains(skippedDirs, d.Name())) {
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.Contains(handWritten, filepath.Ext(name)) {
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		f, err := parse(fset, filepath.ToSlash(rel), src)
		files = append(files, f)
		return err
	})
	slices.SortFunc(files, func(a, b *File) int { return cmp.Compare(a.Path, b.Path) })
	return files, err
}

func parse(fset *token.FileSet, rel string, src []byte) (*File, error) {
	f := &File{Path: rel, Src: src}
	if path.Ext(rel) != ".go" {
		return f, nil
	}
	tree, err := parser.ParseFile(fset, rel, src, parser.ParseComments|parser.SkipObjectResolution)
	f.AST, f.Fset = tree, fset
	return f, err
}

// packages groups the Go files by folder; test files included.
func packages(files []*File) map[string][]*File {
	byDir := map[string][]*File{}
	for _, f := range files {
		if f.Go() {
			byDir[f.Dir()] = append(byDir[f.Dir()], f)
		}
	}
	return byDir
}

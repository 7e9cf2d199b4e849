package tidy

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
)

// An Exports finds the compiled interface of each package, as the go command has it in its build cache.
type Exports map[string]string

// ListExports asks the go command, in folder root, for the compiled interfaces of all that the patterns import.
func ListExports(root string, patterns ...string) (Exports, error) {
	cmd := exec.Command("go", append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}"}, patterns...)...)
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list -export %s: %w\n%s", strings.Join(patterns, " "), err, stderr.Bytes())
	}
	exports := Exports{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		if pkg, file, ok := strings.Cut(lines.Text(), "\t"); ok && file != "" {
			exports[pkg] = file
		}
	}
	return exports, nil
}

func (e Exports) open(pkg string) (io.ReadCloser, error) {
	file, ok := e[pkg]
	if !ok {
		return nil, errors.New("not compiled: " + pkg)
	}
	return os.Open(file)
}

// Types checks the non-test files of one package.
func (e Exports) Types(fset *token.FileSet, dir string, files []*File) (*types.Info, error) {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	var trees []*ast.File
	for _, f := range files {
		if !f.Test() {
			trees = append(trees, f.AST)
		}
	}
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", e.open)}
	_, err := config.Check(Module+"/"+dir, fset, trees, info)
	return info, err
}

package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// updateFlag finds test packages that can rewrite their golden files.
var updateFlag = regexp.MustCompile(`flag\.Bool(Var)?\([^"\n]*"update"`)

// golden runs the tests of every package that knows -update, with it.
func golden(ctx context.Context, _ []string) error {
	var dirs []string
	err := goFiles(func(name string) error {
		src, err := os.ReadFile(name)
		if dir := "./" + filepath.ToSlash(filepath.Dir(name)); strings.HasSuffix(name, "_test.go") &&
			updateFlag.Match(src) && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		if err := passThrough(ctx, "go", "test", "-count=1", dir, "-update"); err != nil {
			return errFailed
		}
	}
	fmt.Printf("rewrote what %d packages keep; read the diff\n", len(dirs))
	return nil
}

// format runs gofmt over all Go files; with -check it only names those that are not formatted.
func format(ctx context.Context, args []string) error {
	var files []string
	if err := goFiles(func(name string) error { files = append(files, name); return nil }); err != nil {
		return err
	}
	goroot, err := output(ctx, "go", "env", "GOROOT")
	if err != nil {
		return err
	}
	mode := []string{"-l", "-w"}
	check := slices.Contains(args, "-check")
	if check {
		mode = []string{"-l"}
	}
	gofmt := filepath.Join(strings.TrimSpace(string(goroot)), "bin", "gofmt")
	out, err := output(ctx, gofmt, append(mode, files...)...)
	if err != nil {
		return err
	}
	fmt.Print(string(out))
	if check && len(out) > 0 {
		return fmt.Errorf("these files are not formatted; run: go tool -modfile=tools/go.mod task fmt")
	}
	return nil
}

// goFiles visits the Go files below the current folder; hidden folders and testdata are left out.
func goFiles(visit func(name string) error) error {
	return filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(name) != ".go":
			return nil
		}
		return visit(name)
	})
}

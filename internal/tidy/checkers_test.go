package tidy

import (
	"go/token"
	"strings"
	"testing"
)

// file parses a fixture as if it stood at path.
func file(t *testing.T, path, src string) *File {
	t.Helper()
	f, err := parse(token.NewFileSet(), path, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// expect wants exactly the problems whose text holds the given pieces, in order.
func expect(t *testing.T, got []Problem, want ...string) {
	t.Helper()
	for i, p := range got {
		if i >= len(want) || !strings.Contains(p.String(), want[i]) {
			t.Errorf("unexpected: %v", p)
		}
	}
	if len(got) < len(want) {
		t.Errorf("missing: %q (got %v)", want[len(got):], got)
	}
}

func importing(t *testing.T, path, imported string) *File {
	t.Helper()
	if !strings.Contains(imported, ".") {
		imported = Module + "/" + imported
	}
	return file(t, path, "package p\nimport _ \""+imported+"\"\n")
}

func TestImportsAllowed(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"events/a.go", "item"},
		{"workflow/a.go", "events"},
		{"expression/a.go", "item"},
		{"expression/js/a.go", "expression"},
		{"nodes/a.go", "expression"},
		{"nodes/data/a.go", "nodes"},
		{"nodes/flow/wait/a.go", "nodes/flow"},
		{"nodes/flow/a.go", "nodes/condition"},
		{"nodes/condition/a.go", "nodes/typing"},
		{"nodes/flow/a_test.go", "nodes/nodetest"},
		{"nodes/nodetest/a.go", "nodes/catalogue/full"},
		{"nodes/flow/a_test.go", "nodes/catalogue"},
		{"nodes/catalogue/core/a.go", "nodes/flow"},
		{"nodes/catalogue/full/a.go", "nodes/catalogue"},
		{"commands/a.go", "workflow"},
		{"streams/a.go", "commands"},
		{"streams/a.go", "github.com/nats-io/nats.go"},
		{"streams/streamtest/a.go", "streams"},
		{"streams/a_test.go", "streams/streamtest"},
		{"handlers/a_test.go", "streams/streamtest"},
		{"commands/a_test.go", "streams/streamtest"},
		{"handlers/a.go", "expression/js"},
		{"projections/a.go", "migrations"},
		{"gateway/a.go", "internal/telemetry"},
		{"item/a_test.go", "internal/testsupport"},
		{"internal/client/a.go", "events"},
		{"cmd/jobsprint/a.go", "gateway"},
		{"bench/load/a.go", "github.com/nats-io/nats.go"},
	} {
		if got := Imports([]*File{importing(t, c[0], c[1])}); len(got) > 0 {
			t.Errorf("%s may import %s, but: %v", c[0], c[1], got)
		}
	}
}

func TestImportsForbidden(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"item/a.go", "events", "only lower floors"},
		{"item/a_test.go", "workflow", "only lower floors"},
		{"workflow/a.go", "expression", "only lower floors"},
		{"expression/a.go", "events", "item only"},
		{"expression/a.go", "expression/js", "only lower floors"},
		{"nodes/a.go", "commands", "only lower floors"},
		{"nodes/a.go", "nodes/data", "only lower floors"},
		{"nodes/data/a.go", "nodes/flow", "only lower floors"},
		{"nodes/typing/a.go", "nodes/condition", "only lower floors"},
		{"nodes/data/a.go", "expression/js", "engines are handed in"},
		{"nodes/catalogue/core/a.go", "nodes/catalogue", "only lower floors"},
		{"commands/a.go", "streams", "only lower floors"},
		{"handlers/a.go", "projections", "only lower floors"},
		{"handlers/a.go", "streams/streamtest", "test support"},
		{"handlers/a_test.go", "github.com/nats-io/nats.go/jetstream", "only streams may use NATS"},
		{"gateway/a.go", "cmd/jobsprint", "only lower floors"},
		{"streams/a.go", "bench", "only lower floors"},
		{"workflow/a.go", "internal/telemetry", "pure rooms"},
		{"internal/client/a.go", "gateway", "stand below gateway"},
		{"internal/client/a_test.go", "cmd/jobsprint", "stand below cmd"},
	} {
		t.Run(c[0]+" "+c[1], func(t *testing.T) {
			t.Parallel()
			expect(t, Imports([]*File{importing(t, c[0], c[1])}), c[2])
		})
	}
}

func TestImportsForbiddenThroughInternal(t *testing.T) {
	t.Parallel()
	inner := importing(t, "internal/inner/a.go", "handlers")
	outer := importing(t, "internal/outer/a.go", "internal/inner")
	expect(t, Imports([]*File{inner, outer, importing(t, "streams/a.go", "internal/outer")}), "reaches its own floor")
	expect(t, Imports([]*File{inner, outer, importing(t, "gateway/a.go", "internal/outer")}))
}

func TestUnknownFolders(t *testing.T) {
	t.Parallel()
	expect(t, Rooms([]*File{
		file(t, "utilities/a.go", "package p"),
		file(t, "cmd/other/main.go", "package main"),
		file(t, "root.go", "package p"),
		file(t, "item/deep/a.go", "package p"),
		file(t, "internal/any/a.go", "package p"),
	}), "utilities", "cmd/other", "root holds no code")
}

func TestLengths(t *testing.T) {
	t.Parallel()
	body := func(lines int) string { return "package p\nfunc F() {\n" + strings.Repeat("\t_ = 0\n", lines) + "}\n" }
	long := body(maxFileLines)
	expect(t, LongFiles([]*File{
		file(t, "a.go", long), file(t, "a_gen.go", long), file(t, "a.min.js", long), file(t, "b.go", body(3)),
		file(t, "docs/nodes.md", "<!-- generated, DO NOT EDIT -->\n"+long), file(t, "docs/own.md", long),
	}), "a.go: has 503 lines", "docs/own.md")

	all, over, tooLong := FuncLengths([]*File{file(t, "a.go", body(5)), file(t, "b.go", body(70)), file(t, "c.go", body(130))})
	if all != 3 || len(over) != 2 {
		t.Errorf("got %d functions, %d long: %v", all, len(over), over)
	}
	expect(t, tooLong, "c.go:2: F has 132 lines")
}

func TestWords(t *testing.T) {
	t.Parallel()
	word := "TO" + "DO"
	expect(t, BannedWords([]*File{
		file(t, "a.go", "package p\n// "+word+": later\n"),
		file(t, "a.md", "mktemp /tmp/a.XXXXXX\n"+"HA"+"CK"),
		file(t, "a_gen.go", "package p\n// "+word+"\n"),
	}), "a.go:2: says "+word, "a.md:2")
}

func TestComments(t *testing.T) {
	t.Parallel()
	f := file(t, "a.go", `package p
type T struct{}
func (T) M() {}
func (t) Hidden() {}
type t struct{}
// Documented is.
func Documented() {}
// Group.
const ( A = 1; B = 2 )
var (
	C = 1 // said here
	D = 2
	e = 3
)
`)
	exported, missing := Undocumented([]*File{f, file(t, "a_test.go", "package p\nfunc TestX() {}")})
	if exported != 7 {
		t.Errorf("counted %d exported names", exported)
	}
	expect(t, missing, "T has no comment", "M has no comment", "D has no comment")
	expect(t, PackageComments([]*File{
		file(t, "x/a.go", "package x"), file(t, "x/a_test.go", "// Package x is not said here.\npackage x"),
		file(t, "y/a.go", "package y"), file(t, "y/doc.go", "// Package y owns y.\npackage y"),
		file(t, "z/a_test.go", "package z"),
	}), "x: has no package comment")
}

func TestMaps(t *testing.T) {
	t.Parallel()
	src := "package p\nvar a map[string]any\nfunc f(map[string]interface{}) {}\nvar b map[string]int\nvar c map[int]any\n"
	expect(t, LooseMaps([]*File{
		file(t, "streams/a.go", src), file(t, "streams/a_test.go", src), file(t, "internal/config/a.go", src),
	}), "a.go:2: a loose map", "a.go:3")
}

func TestLines(t *testing.T) {
	t.Parallel()
	code, tests := CodeLines([]*File{
		file(t, "a/a.go", "package a\n\n"), file(t, "a/a_test.go", "package a\n"),
		file(t, "a/atest/a.go", "package atest\n"), file(t, "a/a_gen.go", "package a\n"),
	})
	if code != 2 || tests != 2 {
		t.Errorf("got %d lines of code, %d of tests", code, tests)
	}
}

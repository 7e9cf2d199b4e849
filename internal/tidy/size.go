package tidy

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"strings"
)

const (
	maxFileLines     = 500
	longFuncLines    = 60
	maxLongFuncShare = 0.03
	maxFuncLines     = 120
)

// LongFiles reports hand-written files that are too long to be one idea.
func LongFiles(files []*File) []Problem {
	var problems []Problem
	for _, f := range files {
		if n := f.Lines(); n > maxFileLines && !f.Generated() {
			problems = append(problems, Problem{Path: f.Path,
				Text: fmt.Sprintf("has %d lines, more than %d; split it by meaning", n, maxFileLines)})
		}
	}
	return problems
}

// FuncLengths counts all functions and reports those over the soft and over the hard limit.
func FuncLengths(files []*File) (all int, long, tooLong []Problem) {
	for _, f := range files {
		if !f.Go() || f.Generated() {
			continue
		}
		for _, d := range f.AST.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			all++
			n := f.line(fn.End()) - f.line(fn.Pos()) + 1
			p := f.problem(fn.Pos(), "%s has %d lines", fn.Name.Name, n)
			if n > maxFuncLines {
				tooLong = append(tooLong, p)
			}
			if n > longFuncLines {
				long = append(long, p)
			}
		}
	}
	return all, long, tooLong
}

// bannedWords mark work that was put off. They are spelled in pieces so that this file passes its own check.
var bannedWords = regexp.MustCompile(`\b(` + strings.Join([]string{"TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"}, "|") + `)\b`)

// BannedWords reports marks of unfinished work in any hand-written text.
func BannedWords(files []*File) []Problem {
	var problems []Problem
	for _, f := range files {
		for i, line := range strings.Split(string(f.Src), "\n") {
			if w := bannedWords.FindString(line); w != "" && !f.Generated() {
				problems = append(problems, Problem{Path: f.Path, Line: i + 1,
					Text: "says " + w + "; do it, or write down the limit where users read it"})
			}
		}
	}
	return problems
}

// CodeLines counts the lines of code and of tests in Go files; test support counts as tests.
func CodeLines(files []*File) (code, tests int) {
	for _, f := range files {
		switch {
		case !f.Go() || f.Generated():
		case f.Test() || testSupport(path.Dir(f.Path)):
			tests += f.Lines()
		default:
			code += f.Lines()
		}
	}
	return code, tests
}

package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// pureRooms are folded, replayed and run in the browser: the same input must always give the same output there.
var pureRooms = []string{"item", "events", "workflow"}

// impurePackages may not be imported there at all; of the others some names are barred.
var impurePackages = map[string]string{
	"os":          "a pure room does no I/O",
	"net":         "a pure room does no I/O",
	"net/http":    "a pure room does no I/O",
	"os/exec":     "a pure room does no I/O",
	"crypto/rand": "randomness is handed in",
	"log":         "a pure room returns what it has to say",
	"log/slog":    "a pure room returns what it has to say",
}

var impureNames = map[string][]string{
	"time": {"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTimer", "NewTicker"},
}

// seeded are the names of math/rand that take a seed; every other function uses a hidden, global one.
var seeded = []string{"New", "NewSource", "NewPCG", "NewChaCha8", "NewZipf"}

// anyOrder, with a reason behind it, on the line of a map walk or above it says that its order cannot be seen.
const anyOrder = "//tidy:anyorder "

// Impure reports what makes a pure room depend on more than its input: clocks, goroutines, hidden randomness,
// I/O, and walks through a map in the map's own order. info holds the types of the files.
func Impure(f *File, info *types.Info) []Problem {
	var problems []Problem
	report := func(n ast.Node, format string, args ...any) {
		problems = append(problems, f.problem(n.Pos(), format, args...))
	}
	for _, spec := range f.AST.Imports {
		if why, ok := impurePackages[importPath(spec)]; ok {
			report(spec, "imports %s: %s", importPath(spec), why)
		}
	}
	ast.Inspect(f.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			report(n, "starts a goroutine; a pure room returns what is to be done")
		case *ast.SelectStmt:
			report(n, "selects; the choice between ready channels is random")
		case *ast.SelectorExpr:
			if why := impureName(n, info); why != "" {
				report(n, "%s", why)
			}
		}
		return true
	})
	return append(problems, mapWalks(f, info)...)
}

func impureName(sel *ast.SelectorExpr, info *types.Info) string {
	obj := info.Uses[sel.Sel]
	fn, ok := obj.(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Signature().Recv() != nil {
		return ""
	}
	switch from, name := fn.Pkg().Path(), fn.Name(); {
	case slices.Contains(impureNames[from], name):
		return fmt.Sprintf("%s.%s: time comes in with the input", from, name)
	case strings.HasPrefix(from, "math/rand") && !slices.Contains(seeded, name):
		return fmt.Sprintf("%s.%s: randomness comes in with the input", from, name)
	}
	return ""
}

// mapWalks reports walks in map order, unless the keys are only gathered and sorted later in the same function.
func mapWalks(f *File, info *types.Info) []Problem {
	var problems []Problem
	excused := excuses(f)
	for _, d := range f.AST.Decls {
		sorts := sortCalls(d, info)
		sorted := map[ast.Node]bool{} // arguments of slices.Sorted
		for _, call := range sorts {
			for _, arg := range call.Args {
				sorted[arg] = true
			}
		}
		ast.Inspect(d, func(n ast.Node) bool {
			walk, what := mapWalk(n, info)
			if !walk || sorted[n] || excused[f.line(n.Pos())] {
				return true
			}
			if r, ok := n.(*ast.RangeStmt); ok && onlyGathers(r.Body) && sortsAfter(sorts, r.End()) {
				return true
			}
			problems = append(problems, f.problem(n.Pos(),
				"%s in its own order; use slices.Sorted(maps.Keys(m)), or say why it cannot be seen: %sreason", what, anyOrder))
			return true
		})
	}
	return problems
}

func mapWalk(n ast.Node, info *types.Info) (walk bool, what string) {
	switch n := n.(type) {
	case *ast.RangeStmt:
		t := info.TypeOf(n.X)
		if t == nil {
			return false, ""
		}
		_, isMap := t.Underlying().(*types.Map)
		return isMap, "walks a map"
	case *ast.CallExpr:
		from, name := callee(n, info)
		return from == "maps" && slices.Contains([]string{"Keys", "Values", "All"}, name), "takes the contents of a map"
	}
	return false, ""
}

// callee is the package path and name of a called package-level function.
func callee(call *ast.CallExpr, info *types.Info) (from, name string) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	fn, ok := info.Uses[sel.Sel].(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Signature().Recv() != nil {
		return "", ""
	}
	return fn.Pkg().Path(), fn.Name()
}

func sortCalls(d ast.Decl, info *types.Info) []*ast.CallExpr {
	var calls []*ast.CallExpr
	ast.Inspect(d, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if from, name := callee(call, info); from == "sort" || from == "slices" && strings.HasPrefix(name, "Sort") {
				calls = append(calls, call)
			}
		}
		return true
	})
	return calls
}

func sortsAfter(sorts []*ast.CallExpr, p token.Pos) bool {
	return slices.ContainsFunc(sorts, func(c *ast.CallExpr) bool { return c.Pos() > p })
}

// onlyGathers is true for a body, conditions allowed, of nothing but x = append(x, …).
func onlyGathers(body *ast.BlockStmt) bool {
	for _, s := range body.List {
		switch s := s.(type) {
		case *ast.AssignStmt:
			call, ok := s.Rhs[0].(*ast.CallExpr)
			if !ok || !isIdent(call.Fun, "append") {
				return false
			}
		case *ast.IfStmt:
			if s.Else != nil || !onlyGathers(s.Body) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// excuses are the lines that an anyOrder comment with a reason covers: its own and the next.
func excuses(f *File) map[int]bool {
	lines := map[int]bool{}
	for _, group := range f.AST.Comments {
		for _, c := range group.List {
			if reason, ok := strings.CutPrefix(c.Text, anyOrder); ok && strings.TrimSpace(reason) != "" {
				lines[f.line(c.Pos())] = true
				lines[f.line(c.Pos())+1] = true
			}
		}
	}
	return lines
}

package tidy

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

const minDocumented = 0.95

// Undocumented counts the exported names of the packages and reports those without a comment. A name in a
// group is documented by the group's comment, its own, or one at the end of its line.
func Undocumented(files []*File) (exported int, missing []Problem) {
	for _, f := range files {
		if !f.Go() || f.Test() || f.Generated() || f.AST.Name.Name == "main" {
			continue
		}
		for _, d := range f.AST.Decls {
			for _, n := range exportedNames(d) {
				exported++
				if !n.documented {
					missing = append(missing, f.problem(n.name.Pos(), "%s has no comment", n.name.Name))
				}
			}
		}
	}
	return exported, missing
}

type exportedName struct {
	name       *ast.Ident
	documented bool
}

func exportedNames(d ast.Decl) []exportedName {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && exportedReceiver(d) {
			return []exportedName{{d.Name, d.Doc != nil}}
		}
	case *ast.GenDecl:
		if d.Tok != token.IMPORT {
			return exportedSpecs(d)
		}
	}
	return nil
}

func exportedSpecs(d *ast.GenDecl) []exportedName {
	var names []exportedName
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() {
				names = append(names, exportedName{s.Name, d.Doc != nil || s.Doc != nil || s.Comment != nil})
			}
		case *ast.ValueSpec:
			for _, n := range s.Names {
				if n.IsExported() {
					names = append(names, exportedName{n, d.Doc != nil || s.Doc != nil || s.Comment != nil})
				}
			}
		}
	}
	return names
}

// exportedReceiver is true for functions, and for methods that users of the package can see.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return false
		}
	}
}

// PackageComments reports packages that do not say what they own.
func PackageComments(files []*File) []Problem {
	var problems []Problem
	byDir := packages(files)
	for _, dir := range slices.Sorted(maps.Keys(byDir)) {
		said, onlyTests := false, true
		for _, f := range byDir[dir] {
			onlyTests = onlyTests && f.Test()
			said = said || !f.Test() && strings.TrimSpace(f.AST.Doc.Text()) != ""
		}
		if !said && !onlyTests {
			problems = append(problems, Problem{Path: dir, Text: "has no package comment; say what it owns, promises and may import"})
		}
	}
	return problems
}

// looseMapsAllowed are the packages that may hold decoded JSON as a loose map, each for a reason.
var looseMapsAllowed = []string{
	"internal/config", // the configuration library hands its values out so
}

// LooseMaps reports map[string]any in code: values between rooms have types, and JSON is an item.Value.
func LooseMaps(files []*File) []Problem {
	var problems []Problem
	for _, f := range files {
		if !f.Go() || f.Test() || f.Generated() || slices.Contains(looseMapsAllowed, f.Dir()) {
			continue
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			if m, ok := n.(*ast.MapType); ok && isIdent(m.Key, "string") && isAny(m.Value) {
				problems = append(problems, f.problem(m.Pos(), "a loose map; use a type, or item.Value for JSON"))
			}
			return true
		})
	}
	return problems
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func isAny(e ast.Expr) bool {
	i, ok := e.(*ast.InterfaceType)
	return isIdent(e, "any") || ok && len(i.Methods.List) == 0
}

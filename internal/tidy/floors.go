package tidy

import (
	"go/ast"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// floors places each room. The longest matching folder counts. A room imports only rooms with a smaller number:
// the hundreds are the floors, the tens the order inside a room (contract lowest, catalogue highest).
var floors = map[string]int{
	// Files to embed: they import nothing of ours and anyone may import them.
	"migrations": 10, "web": 10, "examples": 10,

	"item":                 100,
	"events":               200,
	"expression":           300,
	"expression/js":        310, // engines
	"workflow":             300,
	"table":                300,
	"commands":             400,
	"nodes":                400, // the contract
	"nodes/typing":         403, // what step types share
	"nodes/fields":         403,
	"nodes/jsregexp":       403,
	"nodes/jsdate":         403,
	"nodes/binary":         404,
	"nodes/condition":      405,
	"nodes/*":              410, // the step types
	"nodes/catalogue/core": 420,
	"nodes/catalogue":      430,
	"nodes/catalogue/*":    440,
	"nodes/nodetest":       450,
	"streams":              500,
	"handlers":             600,
	"projections":          600,
	"gateway":              700,
	"cmd/jobsprint":        800,
	"bench":                900, // measures anything, and nothing imports it
	"docs":                 900, // generators
}

// beside are folders that stand on no floor: internal packages (see internalFloors), and what is not Go of this module.
var beside = []string{internalRoom, "deploy", "tools"}

// pureTop is the highest floor that must not import internal/ either, as it is compiled for the browser.
const pureTop = 399

const (
	natsPath     = "github.com/nats-io/"
	internalRoom = "internal"
)

// natsRooms may talk to NATS; bench is here since it measures us against raw publishes.
var natsRooms = []string{"streams", "bench"}

// floorOf finds the floor of a folder, and false when no room on a floor holds it.
func floorOf(dir string) (int, bool) {
	for d := dir; d != "."; d = path.Dir(d) {
		if n, ok := floors[d]; ok {
			return n, true
		}
		if n, ok := floors[path.Dir(d)+"/*"]; ok {
			return n, true
		}
	}
	return 0, false
}

func roomOf(dir string) string {
	room, _, _ := strings.Cut(dir, "/")
	return room
}

// partOf is what orders itself: a room, and in nodes each folder of step types.
func partOf(dir string) string {
	parts := strings.SplitN(dir, "/", 3)
	if parts[0] == "nodes" && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// testSupport tells whether a package exists to be imported by tests: streams/streamtest, internal/testsupport.
func testSupport(dir string) bool {
	base := path.Base(dir)
	return strings.HasSuffix(base, "test") || base == "testsupport" || strings.HasPrefix(dir, "internal/testsupport/")
}

// Rooms reports folders with files that no floor is declared for.
func Rooms(files []*File) []Problem {
	var problems []Problem
	seen := map[string]bool{}
	for _, f := range files {
		dir := f.Dir()
		if dir == "." && f.Go() {
			problems = append(problems, Problem{Path: f.Path, Text: "the repository's root holds no code; move it into a room"})
		}
		if dir == "." || seen[dir] {
			continue
		}
		seen[dir] = true
		if _, ok := floorOf(dir); !ok && !slices.Contains(beside, roomOf(dir)) {
			problems = append(problems, Problem{Path: dir,
				Text: "is in no declared room; give it a floor in internal/tidy/floors.go, and a new room an ADR"})
		}
	}
	return problems
}

// Imports reports imports that go up, sideways, or past a room's wall.
func Imports(files []*File) []Problem {
	inside := internalFloors(files)
	var problems []Problem
	for _, f := range files {
		if !f.Go() {
			continue
		}
		for _, spec := range f.AST.Imports {
			if why := forbidden(f, importPath(spec), inside); why != "" {
				problems = append(problems, f.problem(spec.Pos(), "imports %s: %s", importPath(spec), why))
			}
		}
	}
	return problems
}

func importPath(spec *ast.ImportSpec) string {
	p, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
	return p
}

// forbidden says why a file may not import a package, or nothing.
func forbidden(f *File, imported string, inside map[string]int) string {
	from := f.Dir()
	if strings.HasPrefix(imported, natsPath) && !slices.Contains(natsRooms, roomOf(from)) {
		return "only streams may use NATS; ask streams for what you need"
	}
	to, ours := strings.CutPrefix(imported, Module+"/")
	if !ours || to == from {
		return ""
	}
	if testSupport(to) && !f.Test() && !testSupport(from) {
		return "it is test support and may not get into a program"
	}
	switch {
	case roomOf(from) == internalRoom:
		return forbiddenInside(to)
	case roomOf(to) == internalRoom:
		return forbiddenFromInside(f, to, inside)
	}
	return forbiddenFloor(f, to)
}

func forbiddenInside(to string) string {
	if room := roomOf(to); room == "gateway" || room == "cmd" {
		return "internal packages stand below " + room
	}
	return ""
}

func forbiddenFromInside(f *File, to string, inside map[string]int) string {
	floor, _ := floorOf(f.Dir())
	switch {
	case f.Test():
		return ""
	case floor > 0 && floor <= pureTop:
		return "the pure rooms import nothing of internal; hand it in"
	case floor > 0 && inside[to] >= floor:
		return "through it this room reaches its own floor or a higher one"
	}
	return ""
}

func forbiddenFloor(f *File, to string) string {
	mine, ok := floorOf(f.Dir())
	theirs, known := floorOf(to)
	switch {
	case !ok || !known:
		return "" // reported by Rooms
	case f.Test() && testSupport(to):
		return "" // a suite or a real part to test with; only tests hold it, so no floor rests on it
	case partOf(f.Dir()) == partOf(to) && mine == theirs:
		return "" // inside it the compiler's ban on cycles is order enough
	case f.Test() && roomOf(f.Dir()) == roomOf(to):
		return "" // a room's tests may use the whole room
	case theirs >= mine:
		return "a room imports only lower floors (" + roomOf(to) + " is not below)"
	case to == "expression/js" && mine < floors["handlers"] && !testSupport(f.Dir()):
		return "engines are handed in; import expression"
	case roomOf(f.Dir()) == "expression" && roomOf(to) != "item" && roomOf(to) != "expression":
		return "expression imports item only"
	}
	return ""
}

// internalFloors gives each internal package the highest floor that it reaches, itself or through others.
func internalFloors(files []*File) map[string]int {
	direct := map[string]map[string]bool{}
	for dir, pkg := range packages(files) {
		if roomOf(dir) != internalRoom {
			continue
		}
		direct[dir] = map[string]bool{}
		for _, f := range pkg {
			for _, spec := range f.AST.Imports {
				if to, ours := strings.CutPrefix(importPath(spec), Module+"/"); ours && !f.Test() {
					direct[dir][to] = true
				}
			}
		}
	}
	reach := map[string]int{}
	for dir := range direct {
		reach[dir] = highest(dir, direct, map[string]bool{})
	}
	return reach
}

func highest(dir string, direct map[string]map[string]bool, seen map[string]bool) int {
	if seen[dir] {
		return 0
	}
	seen[dir] = true
	top := 0
	for _, to := range slices.Sorted(maps.Keys(direct[dir])) {
		if roomOf(to) == internalRoom {
			top = max(top, highest(to, direct, seen))
			continue
		}
		n, _ := floorOf(to)
		top = max(top, n)
	}
	return top
}

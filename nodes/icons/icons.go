// Package icons holds the drawings of the step types: one SVG a name, 24 by 24,
// drawn with a stroke in the text's colour, so that they follow the page around
// them. The drawings are the project's own.
package icons

import (
	"embed"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/nodes"
)

//go:embed svg/*.svg
var files embed.FS

const (
	folder = "svg"
	suffix = ".svg"
)

// ofGroup names the drawing of a type whose own is not there.
var ofGroup = map[string]string{"trigger": "trigger", "flow": "flow", "data": "data", "files": "file", "net": "net"}

// SVG gives the drawing of a name, such as "filter".
func SVG(name string) ([]byte, bool) {
	raw, err := files.ReadFile(folder + "/" + name + suffix)
	return raw, err == nil
}

// Of gives the drawing of a step type; own is false where its group's stands in.
func Of(d *nodes.Definition) (svg []byte, own bool) {
	if raw, ok := SVG(d.Icon); ok {
		return raw, true
	}
	name, ok := ofGroup[d.Group]
	if !ok {
		name = ofGroup["data"]
	}
	raw, _ := SVG(name)
	return raw, false
}

// Names lists the drawings, in order.
func Names() []string {
	entries, err := files.ReadDir(folder)
	if err != nil {
		panic(err) // the folder is part of the program
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), suffix)
	}
	slices.Sort(names)
	return names
}

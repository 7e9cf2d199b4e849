// Package reference says in words what a definition of a step type holds: which
// fields a version has, when each is shown, what it begins with. The command line
// shows it, and the pages under docs/nodes are written from it.
package reference

import (
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// versionField is the name under which conditions ask for the type version.
const versionField = "@version"

// ForVersion gives the definition as one version has it: without the fields that
// other versions have, and without conditions on the version. ok is false where
// there is no such version.
func ForVersion(d *nodes.Definition, version float64) (one nodes.Definition, ok bool) {
	if !d.HasVersion(version) {
		return nodes.Definition{}, false
	}
	one = *d
	one.Versions = []float64{version}
	one.Fields = fieldsFor(d.Fields, version)
	one.Examples = nil
	for _, e := range d.Examples {
		if e.Version == version || e.Version == 0 && version == d.Newest() {
			one.Examples = append(one.Examples, e)
		}
	}
	return one, true
}

func fieldsFor(fields []nodes.Field, version float64) []nodes.Field {
	var out []nodes.Field
	for _, f := range fields {
		if !shownIn(f, version) {
			continue
		}
		f.ShowWhen, f.HideWhen = withoutVersion(f.ShowWhen), withoutVersion(f.HideWhen)
		f.Fields = fieldsFor(f.Fields, version)
		out = append(out, f)
	}
	return out
}

func shownIn(f nodes.Field, version float64) bool {
	for _, c := range f.ShowWhen {
		if c.Field == versionField && !holds(c, version) {
			return false
		}
	}
	for _, c := range f.HideWhen {
		if c.Field == versionField && holds(c, version) {
			return false
		}
	}
	return true
}

func holds(c nodes.Condition, version float64) bool {
	for _, v := range c.Values {
		if n, ok := v.Number(); ok && n == version {
			return true
		}
	}
	return false
}

func withoutVersion(list []nodes.Condition) []nodes.Condition {
	var out []nodes.Condition
	for _, c := range list {
		if c.Field != versionField {
			out = append(out, c)
		}
	}
	return out
}

// When says in words when a field is shown; empty: always.
func When(f nodes.Field) string {
	var parts []string
	for _, c := range f.ShowWhen {
		parts = append(parts, condition(c, "is"))
	}
	for _, c := range f.HideWhen {
		parts = append(parts, condition(c, "is not"))
	}
	return strings.Join(parts, ", ")
}

func condition(c nodes.Condition, verb string) string {
	values := make([]string, len(c.Values))
	for i, v := range c.Values {
		values[i] = v.ToString()
	}
	list := strings.Join(values, ", ")
	if n := len(values); n > 1 {
		list = strings.Join(values[:n-1], ", ") + " or " + values[n-1]
	}
	if c.Field == versionField {
		if verb == "is" {
			return "version " + list
		}
		return "not version " + list
	}
	return strings.TrimPrefix(c.Field, "/") + " " + verb + " " + list
}

// Versions lists the versions, with a range for those that follow each other in
// the definition where there are many.
func Versions(d *nodes.Definition) string {
	texts := make([]string, len(d.Versions))
	for i, v := range d.Versions {
		texts[i] = item.FormatNumber(v)
	}
	return strings.Join(texts, ", ")
}

// Default is the value that a field begins with, as JSON; empty: none.
func Default(f nodes.Field) string {
	if f.Default.IsUndefined() {
		return ""
	}
	return f.Default.JSON()
}

// Line is one field with the way that leads to it.
type Line struct {
	Path  string
	Depth int
	Field nodes.Field
}

// Lines lists all fields, those inside of collections behind their collection.
func Lines(d *nodes.Definition) []Line { return lines(nil, "", 0, d.Fields) }

func lines(out []Line, path string, depth int, fields []nodes.Field) []Line {
	for _, f := range fields {
		at := path + f.Name
		out = append(out, Line{Path: at, Depth: depth, Field: f})
		if f.Multiple {
			at += "[]"
		}
		out = lines(out, at+".", depth+1, f.Fields)
	}
	return out
}

// Package catalogue holds step types by name. A catalogue is a value: a program
// makes its own from a list of definitions, and a smaller or larger one from
// another, so nothing is registered behind the reader's back.
package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/nodes"
)

// Generation counts changes of behaviour that the definitions' data does not
// show. It is part of the version.
const Generation = 1

// Catalogue is an immutable set of step types.
type Catalogue struct {
	defs    []nodes.Definition // sorted by type
	byName  map[string]int     // types and aliases
	version string
}

// New makes a catalogue. It fails where two definitions share a name, or one
// lacks what every definition must have.
func New(defs ...nodes.Definition) (*Catalogue, error) {
	c := &Catalogue{defs: slices.Clone(defs), byName: make(map[string]int, len(defs))}
	slices.SortFunc(c.defs, func(a, b nodes.Definition) int { return strings.Compare(a.Type, b.Type) })
	for i := range c.defs {
		if err := c.add(i); err != nil {
			return nil, err
		}
	}
	data, err := json.Marshal(c.defs)
	if err != nil {
		return nil, fmt.Errorf("write the definitions as JSON: %w", err)
	}
	sum := sha256.Sum256(data)
	c.version = fmt.Sprintf("%d-%s", Generation, hex.EncodeToString(sum[:8]))
	return c, nil
}

func (c *Catalogue) add(i int) error {
	d := &c.defs[i]
	if err := check(d); err != nil {
		return fmt.Errorf("step type %q: %w", d.Type, err)
	}
	for _, name := range append([]string{d.Type}, d.Aliases...) {
		if at, taken := c.byName[name]; taken {
			return fmt.Errorf("step type %q: the name %q is taken by %q", d.Type, name, c.defs[at].Type)
		}
		c.byName[name] = i
	}
	plain := *d
	d.New = plain.Build
	return nil
}

func check(d *nodes.Definition) error {
	switch {
	case d.Type == "":
		return errors.New("it has no type name")
	case len(d.Versions) == 0:
		return errors.New("it has no version")
	case !slices.IsSorted(d.Versions):
		return errors.New("its versions are not in ascending order")
	case d.New == nil:
		return errors.New("it has no New")
	case d.Name == "" || d.Doc == "" || d.Group == "":
		return errors.New("it lacks a name, a doc or a group")
	case d.Class == nodes.Effect && d.Repeat == "":
		return errors.New("it is an effect and does not say whether it may be repeated")
	}
	return nil
}

// Find gives the definition of a type, by its name or an alias. It must only be
// read.
func (c *Catalogue) Find(typ string) (*nodes.Definition, bool) {
	i, ok := c.byName[typ]
	if !ok {
		return nil, false
	}
	return &c.defs[i], true
}

// Lookup finds a definition by what a person calls it: its type or an alias, the
// type without its package ("set"), or the name that people read; case does not
// count. candidates are those that share such a name, when it is not one.
func (c *Catalogue) Lookup(name string) (d *nodes.Definition, candidates []string) {
	if d, ok := c.Find(name); ok {
		return d, nil
	}
	for _, match := range []func(*nodes.Definition) bool{
		func(d *nodes.Definition) bool {
			return slices.ContainsFunc(append([]string{d.Type}, d.Aliases...), endsWith(name))
		},
		func(d *nodes.Definition) bool { return strings.EqualFold(d.Name, name) },
	} {
		var found []int
		for i := range c.defs {
			if match(&c.defs[i]) {
				found = append(found, i)
			}
		}
		if len(found) == 1 {
			return &c.defs[found[0]], nil
		}
		for _, i := range found {
			candidates = append(candidates, c.defs[i].Type)
		}
		if len(found) > 0 {
			return nil, candidates
		}
	}
	return nil, nil
}

// endsWith matches a type by its name, with or without its package.
func endsWith(name string) func(typ string) bool {
	return func(typ string) bool {
		return strings.EqualFold(typ, name) || strings.EqualFold(typ[strings.LastIndexByte(typ, '.')+1:], name)
	}
}

// All lists the definitions by type.
func (c *Catalogue) All() []nodes.Definition { return slices.Clone(c.defs) }

// With makes a catalogue that has these definitions too; one of a type that is
// there takes its place.
func (c *Catalogue) With(defs ...nodes.Definition) (*Catalogue, error) {
	types := make([]string, len(defs))
	for i := range defs {
		types[i] = defs[i].Type
	}
	return New(append(c.without(types), defs...)...)
}

// Without makes a catalogue that lacks these types.
func (c *Catalogue) Without(types ...string) (*Catalogue, error) { return New(c.without(types)...) }

func (c *Catalogue) without(types []string) []nodes.Definition {
	return slices.DeleteFunc(c.All(), func(d nodes.Definition) bool { return slices.Contains(types, d.Type) })
}

// Version names the behaviour of all types together: it differs where any
// definition does.
func (c *Catalogue) Version() string { return c.version }

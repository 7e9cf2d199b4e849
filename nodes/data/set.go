package data

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// MaxDuplicates is the largest number of copies that one item may be given.
const MaxDuplicates = 10_000

// Set writes fields onto each item: n8n's "set". Up to version 2 the fields
// stand in one list for each type, up to 3.2 in one list with a value member
// for each type, later in a list of assignments.
func Set() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.set",
		Versions: []float64{1, 2, 3, 3.1, 3.2, 3.3, 3.4},
		Class:    nodes.Pure,
		Name:     "Edit fields",
		Doc:      "Adds, changes or removes fields of every item, or replaces its JSON as a whole.",
		Group:    "data",
		Icon:     "set",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   setFields(),
		Ignored:  []string{"notice"},
		Examples: setExamples(),
		New:      newSet,
	}
}

type set struct {
	fields    []setField
	raw       *rawJSON // not nil: replaces fields
	keep      keep
	dots      bool
	ignore    nodes.Param[bool]
	binary    bool
	copies    nodes.Param[float64] // of each item, beside itself; manual runs only
	duplicate bool
	whole     bool // versions 1 and 2 have no errors of single items
	unnamed   bool // versions 3 to 3.2 fail on a list that n8n passes over in others
}

func newSet(c *nodes.Compile) (nodes.Node, error) {
	s := &set{dots: c.FixedFlag("options.dotNotation", true)}
	s.ignore = nodes.Flag(c, "options.ignoreConversionErrors", false)
	if c.Version < 3 {
		s.whole = true
		s.keep = oldKeep(c)
		s.fields = oldFields(c, s.dots)
		s.binary = s.keep.mode != keepNone
		return s, nil
	}
	s.keep = newKeep(c)
	s.binary = keepsBinary(c, s.keep)
	if s.duplicate = c.FixedFlag("duplicateItem", false); s.duplicate {
		s.copies = nodes.Num(c, "duplicateCount", 0)
	}
	if c.Choice("mode", "manual", "raw") == "raw" {
		s.raw = newRawJSON(c, "jsonOutput")
		return s, nil
	}
	s.fields, s.unnamed = newFields(c, s.dots), c.Version < 3.3
	return s, nil
}

// keepsBinary: version 3.4 strips binary data unless told otherwise, before
// that it is kept unless told otherwise.
func keepsBinary(c *nodes.Compile, k keep) bool {
	if c.Version >= 3.4 {
		return k.mode != keepNone && !c.FixedFlag("options.stripBinary", true)
	}
	return c.FixedFlag("options.includeBinary", true)
}

// Run writes the fields.
func (s *set) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	out := make([]item.Item, 0, len(items))
	for i := range items {
		it, err := s.apply(c, i, items[i])
		if err != nil {
			if s.whole {
				return nodes.Result{}, err
			}
			if it, err = c.Failed(i, err); err != nil {
				return nodes.Result{}, err
			}
		}
		out = append(out, it)
		if out, err = s.addCopies(c, i, it, out); err != nil {
			return nodes.Result{}, err
		}
	}
	return nodes.One(out), nil
}

func (s *set) apply(c *nodes.Call, i int, in item.Item) (item.Item, error) {
	out := item.Item{Paired: item.PairOf(i)}
	if s.binary {
		out.Binary = in.Binary
	}
	base, err := s.keep.from(c, i, in.JSON)
	if err != nil {
		return out, err
	}
	w := newWriter(base, len(s.fields))
	if s.raw != nil {
		err = s.raw.write(c, i, w, s.dots)
	} else {
		err = s.write(c, i, w)
	}
	out.JSON = w.value()
	return out, err
}

// failedExpression reports whether an error is that of an expression.
func failedExpression(err error) bool {
	var step *nodes.StepError
	return errors.As(err, &step) && strings.HasPrefix(step.Code, "expression.")
}

// write writes list by list. All expressions of a list are evaluated before any
// of its fields is written. Where n8n's older "continue on fail" is set, a list
// with an expression that fails is passed over.
func (s *set) write(c *nodes.Call, i int, w *writer) error {
	ignore, err := s.ignore.At(c, i)
	if err != nil && (!c.Lenient || !failedExpression(err)) {
		return err
	}
	for rest := s.fields; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].list == rest[0].list {
			n++
		}
		list := rest[:n]
		rest = rest[n:]
		values, err := evaluate(c, i, list)
		if c.Lenient && failedExpression(err) {
			if s.unnamed {
				return nodes.Fail("set.fields", "Cannot read properties of undefined (reading 'replace')", i)
			}
			continue
		}
		if err != nil {
			return err
		}
		for k := range list {
			if err := list[k].write(values[k], i, w, ignore); err != nil {
				return err
			}
		}
	}
	return nil
}

// addCopies repeats an item; n8n does so in manual runs only.
func (s *set) addCopies(c *nodes.Call, i int, it item.Item, out []item.Item) ([]item.Item, error) {
	if !s.duplicate || c.Mode != events.ModeManual {
		return out, nil
	}
	n, err := s.copies.At(c, i)
	if err != nil {
		return out, err
	}
	if n > MaxDuplicates {
		return out, nodes.Fail("set.copies", fmt.Sprintf("an item can be duplicated %d times at most, not %v; lower the duplicate count", MaxDuplicates, n), i)
	}
	for range int(n) {
		out = append(out, it)
	}
	return out, nil
}

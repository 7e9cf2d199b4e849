package nodes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// Class says what may be done again with a step.
type Class string

// The classes of step types.
const (
	// Pure steps are functions of inputs, parameters and environment.
	Pure Class = "pure"
	// Sealed steps touch nothing outside but cannot be repeated: their record
	// serves once there is one.
	Sealed Class = "sealed"
	// Effect steps touch something outside: they are recorded before they act
	// and again with their outcome.
	Effect Class = "effect"
)

// Definition describes a step type. All of it but New is plain data.
type Definition struct {
	// Type is the stable name, n8n's where n8n has the type.
	Type    string   `json:"type"`
	Aliases []string `json:"aliases,omitempty"`
	// Versions lists the type versions that are known, ascending. Behaviour
	// changes only with the version.
	Versions []float64 `json:"versions"`
	Class    Class     `json:"class"`
	// Name is what people read; Doc is one or two sentences.
	Name  string `json:"name"`
	Doc   string `json:"doc"`
	Group string `json:"group"` // "trigger", "flow", "data", "files" or "net"
	Icon  string `json:"icon,omitempty"`
	// Trigger marks a type that begins runs; Note one that never runs.
	Trigger bool `json:"trigger,omitempty"`
	Note    bool `json:"note,omitempty"`
	// Fetches marks a trigger that runs to make the first items of a run; any
	// other emits what the run was given.
	Fetches bool `json:"fetches,omitempty"`
	// Inputs and Outputs name the main connections. A node that decides their
	// number by its parameters implements Ports.
	Inputs  []string `json:"inputs"`
	Outputs []string `json:"outputs"`
	// Repeat says of an effect whether it may be repeated after an attempt
	// whose outcome is not known: "safe" or "unsafe".
	Repeat string  `json:"repeat,omitempty"`
	Fields []Field `json:"fields,omitempty"`
	// Credentials lists the kinds that the type may use.
	Credentials []Credential `json:"credentials,omitempty"`
	// Ignored names parameters that n8n writes and that change nothing here.
	Ignored  []string  `json:"ignored,omitempty"`
	Examples []Example `json:"examples,omitempty"`

	// New builds a node. Use Build, which checks the version and the names of
	// the parameters too; the New of a definition in a catalogue is Build.
	New func(*Compile) (Node, error) `json:"-"`
}

// Build compiles a step: the version must be known and New content. All problems
// come back together, joined; parameters that are not declared are remarks.
func (d *Definition) Build(c *Compile) (Node, error) {
	if !d.HasVersion(c.Version) {
		return nil, fmt.Errorf("version %v of %s is not known here; choose %s", c.Version, d.Type, versionList(d.Versions))
	}
	if !c.named {
		c.named = true
		c.checkNames("", c.Params, d.Fields, d.Ignored)
	}
	node, err := d.New(c)
	if err != nil {
		return nil, err
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return node, nil
}

func versionList(versions []float64) string {
	texts := make([]string, len(versions))
	for i, v := range versions {
		texts[i] = item.FormatNumber(v)
	}
	return strings.Join(texts, ", ")
}

// checkNames remarks on every member that no field declares. n8n passes such
// members over, which are often left from an earlier setting of the step, so
// they keep nothing from running.
func (c *Compile) checkNames(path string, v item.Value, fields []Field, ignored []string) {
	o, ok := v.Obj()
	if !ok {
		return
	}
	for name, value := range o.All() {
		within, ok := membersOf(fields, name)
		switch {
		case ok && len(within) > 0:
			c.checkMembers(path+name, value, within)
		case !ok && !slices.Contains(ignored, name):
			c.Remark(path+name, "%s version %v has no such parameter, so it changes nothing", c.Type, c.Version)
		}
	}
}

func (c *Compile) checkMembers(path string, v item.Value, fields []Field) {
	list, ok := v.Elems()
	if !ok {
		c.checkNames(path+".", v, fields, nil)
		return
	}
	for i, e := range list {
		c.checkNames(fmt.Sprintf("%s[%d].", path, i), e, fields, nil)
	}
}

// membersOf gives the fields inside of those with this name, of which there may
// be several that are shown at different times; none where one of them takes
// any value. ok is false where there is no such field.
func membersOf(fields []Field, name string) (within []Field, ok bool) {
	free := false
	for i := range fields {
		if fields[i].Name == name {
			ok, free = true, free || len(fields[i].Fields) == 0
			within = append(within, fields[i].Fields...)
		}
	}
	if free {
		return nil, ok
	}
	return within, ok
}

// FieldKinds are the kinds that a field may have.
var FieldKinds = []string{
	"string", "number", "boolean", "options", "multiOptions", "json", "code", "dateTime", "color", "resourceLocator",
	"resourceMapper", "workflowInputs", "collection", "fixedCollection", "assignmentCollection", "filter", "notice",
}

// Field describes one parameter of a step type.
type Field struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	// Kind is one of FieldKinds.
	Kind    string     `json:"kind"`
	Default item.Value `json:"default,omitzero"`
	Doc     string     `json:"doc,omitempty"`
	Options []Option   `json:"options,omitempty"`
	// Fields are those of a collection.
	Fields   []Field `json:"fields,omitempty"`
	Multiple bool    `json:"multiple,omitempty"`
	Required bool    `json:"required,omitempty"`
	// ShowWhen lists conditions that must all hold; "@version" names the type
	// version.
	ShowWhen []Condition `json:"showWhen,omitempty"`
	// HideWhen lists conditions of which any hides the field.
	HideWhen []Condition `json:"hideWhen,omitempty"`
}

// Option is one choice of a field of kind "options".
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Doc   string `json:"doc,omitempty"`
}

// Condition holds when the field has one of the values.
type Condition struct {
	Field  string       `json:"field"`
	Values []item.Value `json:"values"`
}

// Example shows a step type at work; a test runs every one.
type Example struct {
	Name    string  `json:"name"`
	Version float64 `json:"version,omitempty"` // zero: the newest
	Params  string  `json:"params"`            // JSON
	In      string  `json:"in"`                // JSON: items' json values, or a list of those lists for several inputs
	Out     string  `json:"out"`               // JSON: a list of the outputs' lists of json values
	Error   string  `json:"error,omitempty"`   // message, where the step fails
}

// HasVersion reports whether the type knows the version.
func (d *Definition) HasVersion(v float64) bool {
	return slices.Contains(d.Versions, v)
}

// Newest is the highest version.
func (d *Definition) Newest() float64 { return d.Versions[len(d.Versions)-1] }

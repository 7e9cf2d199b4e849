package nodes

import (
	"fmt"

	"github.com/jobsprint/jobsprint/item"
)

// Payloads keeps binary data, which is never inside of items. What is stored belongs to the run and has the same
// reference whenever the same content is stored, so that pure steps may store too.
type Payloads interface {
	// Load reads a payload as a whole.
	Load(ref item.Ref) ([]byte, error)
	// Store keeps data for the run and names it.
	Store(mediaType string, data []byte) (item.Ref, error)
}

// Memory is what is kept from run to run. Only steps that are not pure may use it: what they read is not in their
// inputs.
type Memory interface {
	// Get gives what is kept under a key; Undefined where nothing is.
	Get(key string) (item.Value, error)
	// Set keeps a value under a key; Undefined removes it. It is stored when the step, or for static data the run, is
	// recorded as successful.
	Set(key string, v item.Value) error
}

// Credential names a kind of credential that a step type uses.
type Credential struct {
	// Type is n8n's name of the kind, such as "jwtAuth".
	Type     string `json:"type"`
	Required bool   `json:"required,omitempty"`
	// ShowWhen lists conditions that must all hold for it to be used.
	ShowWhen []Condition `json:"showWhen,omitempty"`
}

// Load reads the payload of an item's binary data. Errors: a *StepError where there is no payload store, and the
// store's.
func (c *Call) Load(b item.Binary) ([]byte, error) {
	if c.Payloads == nil {
		return nil, noPayloads()
	}
	return c.Payloads.Load(b.Ref)
}

// FileOf is the binary data called name of the item with index i. Errors: a
// *StepError that says, in n8n's words, what is missing.
func FileOf(it item.Item, name string, i int) (item.Binary, error) {
	if it.Binary == nil {
		f := Fail("binary.none", fmt.Sprintf("This operation expects the node's input data to contain a binary file '%s', but none was found [item %d]", name, i), i)
		f.Description = "Make sure that the previous node outputs a binary file"
		return item.Binary{}, f
	}
	b, ok := it.Binary.Get(name)
	if !ok {
		f := Fail("binary.field", fmt.Sprintf("The item has no binary field '%s' [item %d]", name, i), i)
		f.Description = "Check that the parameter where you specified the input binary field name is correct, and that it matches a field in the binary input"
		return item.Binary{}, f
	}
	return b, nil
}

// Store keeps data and gives the Binary that describes it, with the size and the reference filled in.
func (c *Call) Store(b item.Binary, data []byte) (item.Binary, error) {
	if c.Payloads == nil {
		return b, noPayloads()
	}
	ref, err := c.Payloads.Store(b.MimeType, data)
	b.Bytes, b.Ref = int64(len(data)), ref
	return b, err
}

// Limits of what is noted about a run; what is longer is cut, as n8n does.
const (
	MaxNoteKey   = 50
	MaxNoteValue = 512
)

// Note keeps a value about the run, by which it can be found later. Key and
// value are cut to their limits in UTF-16 units. It does nothing where nothing is
// kept.
func (c *Call) Note(key, value string) {
	if c.Annotate != nil {
		c.Annotate(cutUnits(key, MaxNoteKey), cutUnits(value, MaxNoteValue))
	}
}

// cutUnits cuts a text to at most n UTF-16 units, never inside of a pair.
func cutUnits(s string, n int) string {
	if len(s) <= n {
		return s
	}
	units := 0
	for i, r := range s {
		width := 1
		if r > 0xFFFF {
			width = 2
		}
		if units+width > n {
			return s[:i]
		}
		units += width
	}
	return s
}

func noPayloads() error {
	return Fail("step.payloads", "there is no store for binary data here", -1)
}

package workflow

import (
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/item"
)

// Limits of a definition. What is beyond them is refused at import, by name.
const (
	// MaxDefinitionBytes is the most that a workflow's JSON may take.
	MaxDefinitionBytes = 4 << 20
	// MaxDefinitionDepth is how deep its JSON may be nested.
	MaxDefinitionDepth = 200
	// MaxDefinitionValues is how many values its JSON may hold.
	MaxDefinitionValues = 500_000
	// MaxSteps is how many steps a workflow may have.
	MaxSteps = 5_000
	// MaxConnections is how many connections it may have.
	MaxConnections = 50_000
	// MaxNameLength is how long the name of a workflow may be, in bytes.
	MaxNameLength = 1_000
)

// Codes of an ImportError.
const (
	ImportNotJSON      = "not-json"
	ImportNotObject    = "not-an-object"
	ImportNoNodes      = "no-nodes"
	ImportInvalidUTF8  = "invalid-utf8"
	ImportDuplicateKey = "duplicate-key"
	ImportTooLarge     = "too-large"
	ImportTooDeep      = "too-deep"
	ImportTooMany      = "too-many"
)

// ImportError says why a file is no workflow.
type ImportError struct {
	Code    string
	Message string
	Pointer string
	// Line and Column are where it is wrong, from 1; 0 where no place is.
	Line, Column int
}

// Error gives the message with its place.
func (e *ImportError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
	}
	return e.Message
}

// Import reads a workflow in n8n's JSON form. It refuses only what is no JSON
// object with an array "nodes", invalid UTF-8, duplicate keys, and what is
// over a limit; anything else is kept as it is, and Check tells what keeps it
// from running. Errors: *ImportError.
func Import(raw []byte) (*Definition, error) {
	v, err := item.Parse(raw, item.Limits{
		MaxBytes: MaxDefinitionBytes, MaxDepth: MaxDefinitionDepth, MaxValues: MaxDefinitionValues,
		RejectDuplicates: true, RejectInvalidUTF8: true,
	})
	if err != nil {
		return nil, importError(err)
	}
	if v.Kind() != item.KindObject {
		return nil, &ImportError{Code: ImportNotObject, Message: "a workflow is a JSON object; this is " + article(v)}
	}
	nodes, ok := v.Get("nodes").Elems()
	if !ok {
		return nil, &ImportError{Code: ImportNoNodes, Pointer: "/nodes", Message: "a workflow has an array \"nodes\"; export it from n8n with \"Download\" and try that file"}
	}
	if len(nodes) > MaxSteps {
		return nil, &ImportError{Code: ImportTooMany, Pointer: "/nodes", Message: fmt.Sprintf("%d nodes are more than the %d that a workflow may have; split it into sub-workflows", len(nodes), MaxSteps)}
	}
	if name, _ := v.Get("name").Str(); len(name) > MaxNameLength {
		return nil, &ImportError{Code: ImportTooLarge, Pointer: "/name", Message: fmt.Sprintf("the name is longer than %d bytes", MaxNameLength)}
	}
	d := &Definition{Raw: string(raw), root: v}
	d.Name, _ = v.Get("name").Str()
	d.readSteps(nodes)
	if err := d.readConnections(v.Get("connections")); err != nil {
		return nil, err
	}
	d.readSettings(v.Get("settings"))
	return d, nil
}

func article(v item.Value) string {
	switch v.Kind() {
	case item.KindArray:
		return "an array"
	case item.KindNull:
		return "null"
	}
	return "a " + v.TypeOf()
}

func importError(err error) *ImportError {
	out := &ImportError{Code: ImportNotJSON, Message: "it is not JSON: " + err.Error()}
	var syntax *item.SyntaxError
	if errors.As(err, &syntax) {
		out.Line, out.Column, out.Pointer = syntax.Line, syntax.Column, syntax.Pointer
		out.Message = "it is not JSON: " + syntax.Msg
	}
	for _, known := range []struct {
		is   error
		code string
		text string
	}{
		{item.ErrTooLarge, ImportTooLarge, fmt.Sprintf("it is larger than the %d bytes that a workflow may take", MaxDefinitionBytes)},
		{item.ErrTooDeep, ImportTooDeep, fmt.Sprintf("it is nested deeper than %d levels", MaxDefinitionDepth)},
		{item.ErrTooMany, ImportTooMany, fmt.Sprintf("it holds more than %d values", MaxDefinitionValues)},
		{item.ErrDuplicateKey, ImportDuplicateKey, "a key stands twice in one object" + at(out.Pointer)},
		{item.ErrInvalidUTF8, ImportInvalidUTF8, "it is not valid UTF-8; save the file as UTF-8"},
	} {
		if errors.Is(err, known.is) {
			out.Code, out.Message = known.code, known.text
		}
	}
	return out
}

func at(pointer string) string {
	if pointer == "" {
		return ""
	}
	return ": " + pointer
}

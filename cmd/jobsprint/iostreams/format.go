package iostreams

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Format is how a result is printed.
type Format string

// The formats. N8N is an execution as n8n prints one.
const (
	FormatTable Format = "table"
	FormatJSON  Format = "json"
	FormatJSONL Format = "jsonl"
	FormatN8N   Format = "n8n"
)

// JSON prints a value: indented for a person, on one line for a pipe.
func (s *Streams) JSON(v any) error {
	raw, err := encode(v)
	if err != nil {
		return err
	}
	return s.RawJSON(raw)
}

// RawJSON prints JSON that is already encoded, in the same way as JSON.
func (s *Streams) RawJSON(raw []byte) error {
	raw = bytes.TrimSpace(raw)
	if s.OutTerminal {
		var b bytes.Buffer
		if json.Indent(&b, raw, "", "  ") == nil {
			raw = b.Bytes()
		}
	}
	_, err := s.Out.Write(append(raw[:len(raw):len(raw)], '\n'))
	return err
}

// JSONLine prints a value on one line.
func (s *Streams) JSONLine(v any) error {
	raw, err := encode(v)
	if err != nil {
		return err
	}
	_, err = s.Out.Write(append(raw, '\n'))
	return err
}

// encode keeps <, > and & as they are: the result is no web page.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("print the result: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// List prints a list in a format; table fills the table's rows. For jsonl each
// element has a line of its own.
func List[T any](s *Streams, f Format, list []T, table func() *Table) error {
	switch f {
	case FormatJSON:
		if list == nil {
			list = []T{}
		}
		return s.JSON(list)
	case FormatJSONL:
		for _, v := range list {
			if err := s.JSONLine(v); err != nil {
				return err
			}
		}
		return nil
	}
	return table().Write()
}

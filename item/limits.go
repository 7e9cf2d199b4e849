package item

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits bounds what [Parse] accepts. A number that is zero or negative means the one of [DefaultLimits].
type Limits struct {
	MaxBytes  int // length of the text
	MaxDepth  int // arrays and objects inside each other
	MaxValues int // values of all kinds, containers included
	// RejectDuplicates makes a repeated key in one object an error; else the last wins, at the place of the first.
	RejectDuplicates bool
	// RejectInvalidUTF8 makes invalid UTF-8 an error; else each bad sequence becomes U+FFFD, as a browser decodes it.
	RejectInvalidUTF8 bool
}

// DefaultLimits returns the limits that hold where nothing else is said: 64 MiB, depth 1,000, 5,000,000 values.
func DefaultLimits() Limits {
	return Limits{MaxBytes: 64 << 20, MaxDepth: 1000, MaxValues: 5_000_000}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	if l.MaxBytes <= 0 {
		l.MaxBytes = d.MaxBytes
	}
	if l.MaxDepth <= 0 {
		l.MaxDepth = d.MaxDepth
	}
	if l.MaxValues <= 0 {
		l.MaxValues = d.MaxValues
	}
	return l
}

// The reasons of a [SyntaxError], for errors.Is.
var (
	ErrSyntax       = errors.New("not valid JSON")
	ErrTooLarge     = errors.New("JSON text is too large")
	ErrTooDeep      = errors.New("JSON is nested too deeply")
	ErrTooMany      = errors.New("JSON has too many values")
	ErrDuplicateKey = errors.New("JSON object has a key twice")
	ErrInvalidUTF8  = errors.New("JSON text is not valid UTF-8")
)

// SyntaxError says where and why a text was refused. errors.Is tells the reason: [ErrSyntax], [ErrTooLarge],
// [ErrTooDeep], [ErrTooMany], [ErrDuplicateKey] or [ErrInvalidUTF8].
type SyntaxError struct {
	Offset  int    // bytes before the place
	Line    int    // from 1
	Column  int    // from 1, in characters
	Msg     string // a sentence without place
	Pointer string // JSON pointer (RFC 6901) of the value that was being read; "" is the whole text
	reason  error
}

// Error is the place and the message, such as "line 3, column 7, at /nodes/0: expected ',' or '}'".
func (e *SyntaxError) Error() string {
	if e.Pointer == "" {
		return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Msg)
	}
	return fmt.Sprintf("line %d, column %d, at %s: %s", e.Line, e.Column, e.Pointer, e.Msg)
}

// locate fills in line, column and pointer. path is the way to the value, innermost first.
func (e *SyntaxError) locate(data []byte, path []step) *SyntaxError {
	before := data[:e.Offset]
	e.Line = 1 + bytes.Count(before, []byte{'\n'})
	e.Column = 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	var pointer []byte
	for i := len(path) - 1; i >= 0; i-- {
		pointer = append(pointer, '/')
		if path[i].index >= 0 {
			pointer = strconv.AppendInt(pointer, int64(path[i].index), 10)
			continue
		}
		pointer = append(pointer, pointerEscapes.Replace(ToWellFormed(path[i].key))...)
	}
	e.Pointer = string(pointer)
	return e
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// Unwrap returns the reason.
func (e *SyntaxError) Unwrap() error { return e.reason }

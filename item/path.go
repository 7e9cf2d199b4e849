package item

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
)

// MaxPathIndex is the largest array index that [SetPath] makes an array for; what lies between is undefined.
const MaxPathIndex = 99_999

// ErrPath is the reason of every [PathError].
var ErrPath = errors.New("path cannot be used")

// PathError says why a path could not be followed. errors.Is(err, [ErrPath]) holds.
type PathError struct {
	Path string
	Msg  string // what is wrong, and where
}

// Error is the path and the message.
func (e *PathError) Error() string { return fmt.Sprintf("path %s: %s", quote(e.Path), e.Msg) }

// Unwrap returns [ErrPath].
func (e *PathError) Unwrap() error { return ErrPath }

// nextKey splits the first key off a path and reports whether any is left after it. A path is keys joined by dots,
// each followed by any number of brackets: a.b[0].c, a["x y"], a['x'], [0].a. Within quotes a backslash keeps the next
// character as it is. The text between two dots may be empty: that is the empty key.
func nextKey(path string) (key, rest string, more bool, problem string) {
	if path[0] != '[' {
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			return path, "", false, ""
		}
		key, rest = path[:end], path[end:]
	} else {
		key, rest, problem = bracketKey(path[1:])
		if problem != "" || rest == "" {
			return key, "", false, problem
		}
		if rest[0] != '.' && rest[0] != '[' {
			return "", "", false, "expected '.' or '[' after ']'"
		}
	}
	if rest[0] == '[' {
		return key, rest, true, ""
	}
	if len(rest) == 1 {
		return "", "", false, "ends with a dot"
	}
	if rest[1] == '[' {
		return "", "", false, "has a dot before '['"
	}
	return key, rest[1:], true, ""
}

// bracketKey reads what stands between brackets, the opening one already read.
func bracketKey(s string) (key, rest, problem string) {
	if s == "" || (s[0] != '"' && s[0] != '\'') {
		end := strings.IndexByte(s, ']')
		switch {
		case end < 0:
			return "", "", "has '[' without ']'"
		case end == 0:
			return "", "", "has nothing between '[' and ']'"
		}
		return s[:end], s[end+1:], ""
	}
	var unescaped []byte
	for i, start := 1, 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			unescaped = append(unescaped, s[start:i]...)
			i++
			start = i
		case s[0]:
			if i+1 == len(s) || s[i+1] != ']' {
				return "", "", "expected ']' after the quoted key"
			}
			key = s[start:i]
			if unescaped != nil {
				key = string(append(unescaped, key...))
			}
			return key, s[i+2:], ""
		}
	}
	return "", "", "has a quoted key that does not end"
}

// GetPath returns what v holds at path, Undefined when there is nothing or the path is malformed. The empty path is v
// itself. Indexes may be written a[0] or a.0; on an object both are keys.
func GetPath(v Value, path string) Value {
	for more := path != ""; more; {
		var key, problem string
		key, path, more, problem = nextKey(path)
		if problem != "" {
			return Undefined
		}
		v = v.step(key)
	}
	return v
}

// step returns the member or element under key; of a text, one of its UTF-16
// units or its length.
func (v Value) step(key string) Value {
	if s, ok := v.Str(); ok {
		return stepText(s, key)
	}
	if n, ok := arrayIndex(key); ok && v.Kind() == KindArray {
		return v.Index(int(n))
	}
	return v.Get(key)
}

func stepText(s, key string) Value {
	n, ok := arrayIndex(key)
	switch {
	case !ok && key != "length":
		return Undefined
	case ok && int(n) >= len(s):
		return Undefined // there are at least as many bytes as units
	}
	units := utf16.Encode([]rune(s))
	switch {
	case !ok:
		return Int(len(units))
	case int(n) >= len(units):
		return Undefined
	}
	return String(string(utf16.Decode(units[n : n+1])))
}

// SetPath returns v with x at path. What is missing on the way, or is neither object nor array, becomes an array where
// the next key is an index, else an object. Setting a key other than an index on an array, an index beyond
// [MaxPathIndex] and a malformed path are a *[PathError]. The empty path returns x.
func SetPath(v Value, path string, x Value) (Value, error) {
	if path == "" {
		return x, nil
	}
	next, problem := setPath(v, path, x)
	if problem != "" {
		return v, &PathError{Path: path, Msg: problem}
	}
	return next, nil
}

func setPath(v Value, path string, x Value) (next Value, problem string) {
	key, rest, more, problem := nextKey(path)
	if problem != "" {
		return v, problem
	}
	if more {
		if x, problem = setPath(v.step(key), rest, x); problem != "" {
			return v, problem
		}
	}
	n, isIndex := arrayIndex(key)
	if o, ok := v.Obj(); ok {
		return o.With(key, x).Value(), ""
	}
	if v.Kind() != KindArray && !isIndex {
		return NewObject(1).Set(key, x).Value(), ""
	}
	switch {
	case !isIndex:
		return v, fmt.Sprintf("%s is not an index, but the value there is an array; use a number", quote(key))
	case n > MaxPathIndex:
		return v, fmt.Sprintf("index %d is larger than %d", n, MaxPathIndex)
	}
	elems, _ := v.Elems()
	changed := make([]Value, max(len(elems), int(n)+1))
	copy(changed, elems)
	changed[n] = x
	return Array(changed), ""
}

// DeletePath returns v without the member at path; an element of an array becomes null, as JSON shows the hole that
// JavaScript leaves. When there is nothing at path, or it is malformed or empty, v itself comes back.
func DeletePath(v Value, path string) Value {
	if path == "" {
		return v
	}
	key, rest, more, problem := nextKey(path)
	if problem != "" {
		return v
	}
	if more {
		old := v.step(key)
		changed := DeletePath(old, rest)
		if StrictEqual(old, changed) || old.IsUndefined() {
			return v
		}
		return v.replaced(key, changed)
	}
	if o, ok := v.Obj(); ok {
		return o.Without(key).Value()
	}
	elems, _ := v.Elems()
	n, ok := arrayIndex(key)
	if !ok || int(n) >= len(elems) {
		return v
	}
	return v.replaced(key, Null) // JavaScript leaves a hole, which JSON shows as null
}

// replaced returns v with x in place of the member or element under key, which exists.
func (v Value) replaced(key string, x Value) Value {
	if o, ok := v.Obj(); ok {
		return o.With(key, x).Value()
	}
	elems, _ := v.Elems()
	n, _ := arrayIndex(key)
	changed := make([]Value, len(elems))
	copy(changed, elems)
	changed[n] = x
	return Array(changed)
}

// Package jsregexp gives JavaScript's regular expressions to step types. An
// expression runs in linear time where that is possible; one that looks ahead or
// behind or refers back to a group is matched with backtracking, for a limited
// time.
package jsregexp

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/dlclark/regexp2"

	"github.com/jobsprint/jobsprint/item"
)

// MatchTimeout bounds one match of an expression that needs backtracking.
const MatchTimeout = time.Second

// Regexp is a compiled expression. It may be used at the same time.
type Regexp struct {
	fast *regexp.Regexp
	slow *regexp2.Regexp // where fast is nil
}

// SyntaxError is an expression that JavaScript refuses, with its message.
type SyntaxError struct {
	Source, Flags, Reason string
}

// Error is JavaScript's message.
func (e *SyntaxError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("Invalid flags supplied to RegExp constructor '%s'", e.Flags)
	}
	return fmt.Sprintf("Invalid regular expression: /%s/%s: %s", e.Source, e.Flags, e.Reason)
}

// Compile reads an expression as new RegExp(pattern, flags) does. Errors:
// *SyntaxError.
func Compile(pattern, flags string) (*Regexp, error) {
	for i, f := range flags {
		if !strings.ContainsRune("dgimsuvy", f) || strings.ContainsRune(flags[i+1:], f) {
			return nil, &SyntaxError{Source: pattern, Flags: flags}
		}
	}
	refused := func(reason string) error { return &SyntaxError{Source: pattern, Flags: flags, Reason: reason} }
	if reason := check(pattern); reason != "" {
		return nil, refused(reason)
	}
	if strings.Contains(flags, "y") { // a test begins where the text does
		pattern = "^(?:" + pattern + ")"
	}
	if fast := compileFast(pattern, flags); fast != nil {
		return &Regexp{fast: fast}, nil
	}
	slow, err := compileSlow(pattern, flags)
	if err != nil {
		return nil, refused("Invalid group")
	}
	slow.MatchTimeout = MatchTimeout
	return &Regexp{slow: slow}, nil
}

// Parse reads an expression that is written bare or between slashes with flags
// behind: /a+/i.
func Parse(source string) (*Regexp, error) {
	pattern, flags := Split(source)
	return Compile(pattern, flags)
}

// Split parts an expression that stands between slashes from its flags; any other
// is a pattern as it is.
func Split(source string) (pattern, flags string) {
	end := strings.LastIndexByte(source, '/')
	if end < 1 || source[0] != '/' || strings.Trim(source[end+1:], "dgimsuvy") != "" {
		return source, ""
	}
	return source[1:end], source[end+1:]
}

func compileFast(pattern, flags string) *regexp.Regexp {
	translated, err := translate(pattern, strings.Contains(flags, "s"))
	if err != nil {
		return nil
	}
	prefix := ""
	for _, f := range flags {
		if f == 'i' || f == 'm' || f == 's' {
			prefix += string(f)
		}
	}
	if prefix != "" {
		prefix = "(?" + prefix + ")"
	}
	re, err := regexp.Compile(prefix + translated)
	if err != nil {
		return nil
	}
	return re
}

func compileSlow(pattern, flags string) (*regexp2.Regexp, error) {
	options := regexp2.RegexOptions(regexp2.ECMAScript)
	for _, f := range flags {
		switch f {
		case 'i':
			options |= regexp2.IgnoreCase
		case 'm':
			options |= regexp2.Multiline
		case 's':
			pattern = dotAll(pattern)
		case 'u', 'v':
			options |= regexp2.Unicode
		}
	}
	return regexp2.Compile(pattern, options)
}

// dotAll writes each dot as a class of all characters.
func dotAll(pattern string) string {
	var out strings.Builder
	inClass := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			out.WriteString(pattern[i : i+2])
			i++
			continue
		case c == '.' && !inClass:
			out.WriteString(`[\s\S]`)
			continue
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		}
		out.WriteByte(pattern[i])
	}
	return out.String()
}

// Match reports whether the expression is found in the text. A match that takes
// too long is an error.
func (r *Regexp) Match(text string) (bool, error) {
	if r.fast != nil {
		return r.fast.MatchString(text), nil
	}
	return r.slow.MatchString(text)
}

// Find gives the first match, its groups behind; ok is false where there is
// none. A group that took no part is undefined.
func (r *Regexp) Find(text string) (groups []item.Value, ok bool, err error) {
	m, err := r.find(text)
	if err != nil || m == nil {
		return nil, false, err
	}
	for _, g := range m.groups {
		if !g.took {
			groups = append(groups, item.Undefined)
			continue
		}
		groups = append(groups, item.String(text[g.from:g.to]))
	}
	return groups, true, nil
}

// ReplaceFirst is JavaScript's text.replace(expression, replacement) of an
// expression without the flag g: "$1", "$&" and the like stand for what was
// found.
func (r *Regexp) ReplaceFirst(text, replacement string) (string, error) {
	m, err := r.find(text)
	if err != nil || m == nil {
		return text, err
	}
	var out strings.Builder
	out.WriteString(text[:m.groups[0].from])
	m.expand(&out, text, replacement)
	out.WriteString(text[m.groups[0].to:])
	return out.String(), nil
}

// span is where a group was found, in bytes.
type span struct {
	from, to int
	took     bool
}

type match struct {
	groups []span
	names  []string
}

func (r *Regexp) find(text string) (*match, error) {
	if r.fast != nil {
		at := r.fast.FindStringSubmatchIndex(text)
		if at == nil {
			return nil, nil
		}
		m := &match{names: r.fast.SubexpNames()}
		for i := 0; i < len(at); i += 2 {
			m.groups = append(m.groups, span{at[i], at[i+1], at[i] >= 0})
		}
		return m, nil
	}
	found, err := r.slow.FindStringMatch(text)
	if err != nil || found == nil {
		return nil, err
	}
	runes := []rune(text)
	bytesAt := func(n int) int { return len(string(runes[:n])) }
	m := &match{}
	for _, g := range found.Groups() {
		m.names = append(m.names, g.Name)
		m.groups = append(m.groups, span{bytesAt(g.Index), bytesAt(g.Index + g.Length), len(g.Captures) > 0})
	}
	return m, nil
}

// expand writes the replacement.
func (m *match) expand(out *strings.Builder, text, replacement string) {
	for i := 0; i < len(replacement); i++ {
		if replacement[i] == '$' && i+1 < len(replacement) {
			if used := m.expandOne(out, text, replacement[i+1:]); used > 0 {
				i += used
				continue
			}
		}
		out.WriteByte(replacement[i])
	}
}

// expandOne writes what stands after a dollar sign and gives its length; 0: the
// dollar stands for itself.
func (m *match) expandOne(out *strings.Builder, text, s string) int {
	whole := m.groups[0]
	switch c := s[0]; {
	case c == '$':
		out.WriteByte('$')
	case c == '&':
		out.WriteString(text[whole.from:whole.to])
	case c == '`':
		out.WriteString(text[:whole.from])
	case c == '\'':
		out.WriteString(text[whole.to:])
	case c >= '0' && c <= '9':
		return m.expandNumber(out, text, s)
	case c == '<' && m.named():
		end := strings.IndexByte(s, '>')
		if end < 0 {
			return 0
		}
		for i, name := range m.names {
			if name == s[1:end] && m.groups[i].took {
				out.WriteString(text[m.groups[i].from:m.groups[i].to])
			}
		}
		return end + 1
	default:
		return 0
	}
	return 1
}

func (m *match) named() bool {
	for _, name := range m.names {
		if name != "" && (name[0] < '0' || name[0] > '9') {
			return true
		}
	}
	return false
}

func (m *match) expandNumber(out *strings.Builder, text, s string) int {
	n, used := int(s[0]-'0'), 1
	if len(s) > 1 && s[1] >= '0' && s[1] <= '9' && n*10+int(s[1]-'0') < len(m.groups) {
		n, used = n*10+int(s[1]-'0'), 2
	}
	if n == 0 || n >= len(m.groups) {
		return 0
	}
	if g := m.groups[n]; g.took {
		out.WriteString(text[g.from:g.to])
	}
	return used
}

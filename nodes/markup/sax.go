package markup

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode"
)

// xmlHandler is told what a text of XML holds, in its order.
type xmlHandler interface {
	open(name string, attributes [][2]string) error
	text(s string, cdata bool)
	// close ends the newest element; done stops the reading.
	close() (done bool)
}

// xmlError is what is wrong in a text of XML, and where. Lines count from 0 and
// columns are those of the character, from 1.
type xmlError struct {
	what         string
	line, column int
	char         string
}

// Error is the reason and the place, in the form that xml2js gives.
func (e *xmlError) Error() string {
	return fmt.Sprintf("%s\nLine: %d\nColumn: %d\nChar: %s", e.what, e.line, e.column, e.char)
}

// saxReader reads strict XML from left to right.
type saxReader struct {
	in           []rune
	at           int
	line, column int
	open         []string
	sawRoot      bool
	h            xmlHandler
}

// parseXML reads a text until its root element ends.
func parseXML(text string, h xmlHandler) error {
	r := &saxReader{in: []rune(strings.TrimPrefix(text, "\ufeff")), h: h}
	for {
		done, err := r.content()
		if err != nil || done {
			return err
		}
		if r.at >= len(r.in) {
			if r.sawRoot {
				return r.fail("Unclosed root tag")
			}
			return nil
		}
	}
}

// fail is an error at the character that was read last.
func (r *saxReader) fail(what string) error {
	char := ""
	if r.at > 0 && r.at <= len(r.in) && what != "Unclosed root tag" && what != "Unexpected end" {
		char = string(r.in[r.at-1])
	}
	return &xmlError{what, r.line, r.column, char}
}

func (r *saxReader) next() (rune, bool) {
	if r.at >= len(r.in) {
		return 0, false
	}
	c := r.in[r.at]
	r.at++
	if c == '\n' {
		r.line, r.column = r.line+1, 0
	} else {
		r.column++
	}
	return c, true
}

// content reads text and then a tag, or to the end.
func (r *saxReader) content() (done bool, err error) {
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			r.h.text(text.String(), false)
		}
	}
	for {
		c, ok := r.next()
		switch {
		case !ok:
			flush()
			return false, nil
		case c == '<':
			flush()
			return r.tag()
		case !r.sawRoot:
			if !isXMLSpace(c) {
				return false, r.fail("Non-whitespace before first tag.")
			}
		case c == '&':
			s, err := r.entity()
			if err != nil {
				return false, err
			}
			text.WriteString(s)
		default:
			text.WriteRune(c)
		}
	}
}

func isXMLSpace(c rune) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func isNameStart(c rune) bool {
	return c == ':' || c == '_' || c < 128 && unicode.IsLetter(c) || c >= 0xC0 && c != 0xD7 && c != 0xF7 && unicode.IsLetter(c)
}

func isNameBody(c rune) bool {
	return isNameStart(c) || c == '.' || c == '-' || c >= '0' && c <= '9' || c == 0xB7 || c >= 0x300 && c <= 0x36F
}

// entity reads what follows "&".
func (r *saxReader) entity() (string, error) {
	var name strings.Builder
	for {
		c, ok := r.next()
		switch {
		case !ok:
			return "", r.fail("Unexpected end")
		case c == ';':
			s, ok := entityText(name.String())
			if !ok {
				return "", r.fail("Invalid character entity")
			}
			return s, nil
		case isNameBody(c) && (name.Len() > 0 || isNameStart(c)) || c == '#':
			name.WriteRune(c)
		default:
			return "", r.fail("Invalid character in entity name")
		}
	}
}

func entityText(name string) (string, bool) {
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if hex, ok := strings.CutPrefix(strings.ToLower(digits), "x"); ok {
			digits, base = hex, 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if err != nil || n > 0x10FFFF {
			return "", false
		}
		return string(rune(n)), true
	}
	s := html.UnescapeString("&" + name + ";")
	return s, !strings.HasPrefix(s, "&"+name) || name == ""
}

// tag reads what follows "<".
func (r *saxReader) tag() (done bool, err error) {
	for {
		c, ok := r.next()
		switch {
		case !ok:
			return false, r.fail("Unexpected end")
		case c == '!':
			return false, r.declaration()
		case c == '?':
			_, err := r.until("?>")
			return false, err
		case c == '/':
			return r.closeTag()
		case isNameStart(c):
			return r.openTag(c)
		case !isXMLSpace(c):
			return false, r.fail("Unencoded <")
		}
	}
}

// until reads to the end of a mark and gives what stands before it.
func (r *saxReader) until(mark string) (string, error) {
	var out strings.Builder
	for {
		c, ok := r.next()
		if !ok {
			return "", r.fail("Unexpected end")
		}
		out.WriteRune(c)
		if before, ok := strings.CutSuffix(out.String(), mark); ok && c == rune(mark[len(mark)-1]) {
			return before, nil
		}
	}
}

func (r *saxReader) declaration() error {
	rest := string(r.in[r.at:min(len(r.in), r.at+7)])
	switch {
	case strings.HasPrefix(rest, "--"):
		r.at, r.column = r.at+2, r.column+2
		_, err := r.until("-->")
		return err
	case strings.EqualFold(rest, "[CDATA["):
		r.at, r.column = r.at+7, r.column+7
		data, err := r.until("]]>")
		if err == nil {
			r.h.text(data, true)
		}
		return err
	}
	if r.sawRoot && strings.EqualFold(rest, "DOCTYPE") {
		r.at, r.column = r.at+7, r.column+7
		return r.fail("Inappropriately located doctype declaration")
	}
	for depth := 0; ; {
		c, ok := r.next()
		switch {
		case !ok:
			return r.fail("Unexpected end")
		case c == '"' || c == '\'':
			if _, err := r.until(string(c)); err != nil {
				return err
			}
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '>' && depth <= 0:
			return nil
		}
	}
}

func (r *saxReader) closeTag() (done bool, err error) {
	var name strings.Builder
	spaced := false
	for {
		c, ok := r.next()
		switch {
		case !ok:
			return false, r.fail("Unexpected end")
		case c == '>':
			return r.end(name.String())
		case isXMLSpace(c):
			spaced = name.Len() > 0
		case spaced:
			return false, r.fail("Invalid characters in closing tag")
		case name.Len() == 0 && !isNameStart(c):
			return false, r.fail("Invalid tagname in closing tag.")
		case !isNameBody(c):
			return false, r.fail("Invalid tagname in closing tag")
		default:
			name.WriteRune(c)
		}
	}
}

func (r *saxReader) end(name string) (done bool, err error) {
	if len(r.open) == 0 {
		return false, r.fail("Unmatched closing tag: " + name)
	}
	if r.open[len(r.open)-1] != name {
		return false, r.fail("Unexpected close tag")
	}
	r.open = r.open[:len(r.open)-1]
	return r.h.close(), nil
}

func (r *saxReader) openTag(first rune) (done bool, err error) {
	name := string(first)
	for {
		c, ok := r.next()
		switch {
		case !ok:
			return false, r.fail("Unexpected end")
		case isNameBody(c):
			name += string(c)
		case c == '>' || c == '/' || isXMLSpace(c):
			return r.attributes(name, c)
		default:
			return false, r.fail("Invalid character in tag name")
		}
	}
}

// attributes reads the rest of an opening tag of which c was read last.
func (r *saxReader) attributes(tag string, c rune) (done bool, err error) {
	var list [][2]string
	seen := map[string]bool{}
	ok := true
	for {
		switch {
		case !ok:
			return false, r.fail("Unexpected end")
		case c == '>' || c == '/':
			return r.begin(tag, list, c == '/')
		case isNameStart(c):
			var pair [2]string
			if pair, err = r.attribute(c); err != nil {
				return false, err
			}
			if !seen[pair[0]] {
				seen[pair[0]] = true
				list = append(list, pair)
			}
			if c, ok = r.next(); ok && isNameStart(c) {
				return false, r.fail("No whitespace between attributes")
			}
			continue
		case !isXMLSpace(c):
			return false, r.fail("Invalid attribute name")
		}
		c, ok = r.next()
	}
}

func (r *saxReader) begin(tag string, list [][2]string, empty bool) (done bool, err error) {
	if empty {
		if c, ok := r.next(); !ok || c != '>' {
			return false, r.fail("Forward-slash in opening tag not followed by >")
		}
	}
	r.sawRoot = true
	if err := r.h.open(tag, list); err != nil {
		return false, err
	}
	if empty {
		return r.h.close(), nil
	}
	r.open = append(r.open, tag)
	return false, nil
}

func (r *saxReader) attribute(first rune) (pair [2]string, err error) {
	name := string(first)
	spaced := false
	for {
		c, ok := r.next()
		switch {
		case !ok:
			return pair, r.fail("Unexpected end")
		case c == '=':
			value, err := r.attributeValue()
			return [2]string{name, value}, err
		case isXMLSpace(c):
			spaced = true
		case c == '>' || spaced:
			return pair, r.fail("Attribute without value")
		case isNameBody(c):
			name += string(c)
		default:
			return pair, r.fail("Invalid attribute name")
		}
	}
}

func (r *saxReader) attributeValue() (string, error) {
	var quote rune
	for quote == 0 {
		c, ok := r.next()
		switch {
		case !ok:
			return "", r.fail("Unexpected end")
		case c == '"' || c == '\'':
			quote = c
		case !isXMLSpace(c):
			return "", r.fail("Unquoted attribute value")
		}
	}
	var out strings.Builder
	for {
		c, ok := r.next()
		switch {
		case !ok:
			return "", r.fail("Unexpected end")
		case c == quote:
			return out.String(), nil
		case c == '&':
			s, err := r.entity()
			if err != nil {
				return "", err
			}
			out.WriteString(s)
		default:
			out.WriteRune(c)
		}
	}
}

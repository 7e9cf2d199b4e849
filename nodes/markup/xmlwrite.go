package markup

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// xmlWriter writes JSON as XML in the shape of xml2js's builder.
type xmlWriter struct {
	attrKey, charKey, rootName string
	cdata, headless, surrogate bool
}

// element is one to be written: attributes, and texts and elements in order.
type element struct {
	name       string
	attributes [][2]string
	children   []any // string: text; *element
}

var (
	errXMLName = errors.New("Invalid character in name") //nolint:staticcheck // the words that people know
)

// write gives the text of an object. An object of one member is its root where no
// other root is asked for.
func (w *xmlWriter) write(v item.Value) (string, error) {
	name := w.rootName
	if o, ok := v.Obj(); ok && o.Len() == 1 && name == "root" {
		name, v = o.At(0)
	}
	root, err := w.build(name, v)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if !w.headless {
		out.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n")
	}
	if err := w.print(&out, root, 0); err != nil {
		return "", err
	}
	return out.String(), nil
}

func (w *xmlWriter) build(name string, v item.Value) (*element, error) {
	if !isXMLName(name) {
		return nil, errXMLName
	}
	e := &element{name: name}
	return e, w.fill(e, v)
}

func isXMLName(name string) bool {
	for i, c := range name {
		if i == 0 && !isNameStart(c) || !isNameBody(c) {
			return false
		}
	}
	return name != ""
}

func (w *xmlWriter) fill(e *element, v item.Value) error {
	switch v.Kind() {
	case item.KindObject:
		return w.fillObject(e, v)
	case item.KindArray:
		list, _ := v.Elems()
		for _, one := range list {
			if one.Kind() == item.KindObject {
				if err := w.fillObject(e, one); err != nil {
					return err
				}
			}
		}
		return nil
	case item.KindNull, item.KindUndefined:
		return nil
	}
	e.children = append(e.children, v.ToString())
	return nil
}

func (w *xmlWriter) fillObject(e *element, v item.Value) error {
	o, _ := v.Obj()
	for key, child := range o.All() {
		var err error
		switch {
		case key == w.attrKey:
			err = w.fillAttributes(e, child)
		case key == w.charKey:
			err = w.fillText(e, child)
		case child.Kind() == item.KindArray:
			err = w.fillList(e, key, child)
		default:
			var made *element
			if made, err = w.build(key, child); err == nil {
				e.children = append(e.children, made)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *xmlWriter) fillAttributes(e *element, v item.Value) error {
	o, _ := v.Obj()
	for name, value := range o.All() {
		if value.IsNullish() {
			continue
		}
		if !isXMLName(name) {
			return errXMLName
		}
		e.attributes = append(e.attributes, [2]string{name, value.ToString()})
	}
	return nil
}

// fillText: the text's key may hold an object, which xml2js writes both as
// elements and as its text.
func (w *xmlWriter) fillText(e *element, v item.Value) error {
	if v.IsNullish() {
		return fmt.Errorf("Missing element text. parent: <%s>", e.name) //nolint:staticcheck // the words that people know
	}
	if v.Kind() == item.KindObject {
		if err := w.fillObject(e, v); err != nil {
			return err
		}
	}
	e.children = append(e.children, v.ToString())
	return nil
}

func (w *xmlWriter) fillList(e *element, key string, v item.Value) error {
	list, _ := v.Elems()
	for _, one := range list {
		if nested, ok := one.Elems(); ok && !hasObject(nested) {
			one = item.Null
		}
		made, err := w.build(key, one)
		if err != nil {
			return err
		}
		e.children = append(e.children, made)
	}
	return nil
}

func hasObject(list []item.Value) bool {
	for _, v := range list {
		if v.Kind() == item.KindObject {
			return true
		}
	}
	return false
}

func (w *xmlWriter) print(out *strings.Builder, e *element, depth int) error {
	out.WriteString("<" + e.name)
	for _, a := range e.attributes {
		if err := w.checkText(a[1]); err != nil {
			return err
		}
		out.WriteString(" " + a[0] + `="` + attributeEscape.Replace(a[1]) + `"`)
	}
	children := e.children[:0:0]
	for _, child := range e.children {
		if child != "" {
			children = append(children, child)
		}
	}
	if len(children) == 0 {
		out.WriteString("/>")
		return nil
	}
	out.WriteString(">")
	text, single := children[0].(string)
	if len(children) == 1 && single {
		if err := w.printText(out, text); err != nil {
			return err
		}
		out.WriteString("</" + e.name + ">")
		return nil
	}
	for _, child := range children {
		out.WriteString("\n" + strings.Repeat("  ", depth+1))
		var err error
		if text, ok := child.(string); ok {
			err = w.printText(out, text)
		} else if inner, ok := child.(*element); ok {
			err = w.print(out, inner, depth+1)
		}
		if err != nil {
			return err
		}
	}
	out.WriteString("\n" + strings.Repeat("  ", depth) + "</" + e.name + ">")
	return nil
}

var (
	textEscape      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	attributeEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
)

func (w *xmlWriter) printText(out *strings.Builder, text string) error {
	if err := w.checkText(text); err != nil {
		return err
	}
	if w.cdata && strings.ContainsAny(text, "<>&") {
		out.WriteString("<![CDATA[" + strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>") + "]]>")
		return nil
	}
	out.WriteString(textEscape.Replace(text))
	return nil
}

// checkText refuses characters that XML cannot hold.
func (w *xmlWriter) checkText(text string) error {
	units := 0
	for _, c := range text {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0xFFFE || c == 0xFFFF {
			return fmt.Errorf("Invalid character in string: %s at index %d", text, units) //nolint:staticcheck // the words that people know
		}
		units++
		if c > 0xFFFF {
			units++
		}
	}
	return nil
}

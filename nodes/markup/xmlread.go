package markup

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// xmlOptions say how XML becomes JSON, with xml2js's names and meaning.
type xmlOptions struct {
	attrKey, charKey                                     string
	explicitArray, explicitRoot, ignoreAttrs, mergeAttrs bool
	normalize, normalizeTags, trim                       bool
}

// xmlTree builds JSON of what the reader tells.
type xmlTree struct {
	xmlOptions
	stack  []*xmlNode
	result item.Value
}

// xmlNode is an element that is open.
type xmlNode struct {
	name  string
	text  string
	cdata bool
	keys  []string // in their order, the text's key first
	value map[string]item.Value
}

// xmlToJSON reads XML; null where there is no element.
func xmlToJSON(text string, o xmlOptions) (item.Value, error) {
	t := &xmlTree{xmlOptions: o, result: item.Null}
	err := parseXML(text, t)
	return t.result, err
}

// inherited are members that every object of JavaScript has; xml2js finds them
// there and makes a list of a first one.
var inherited = []string{"toString", "valueOf", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString"}

// safeName keeps a name from changing the object's nature.
func safeName(name string) string {
	if name == "__proto__" || name == "constructor" || name == "prototype" {
		return "sanitized_" + name
	}
	return name
}

func (t *xmlTree) open(name string, attributes [][2]string) error {
	if t.normalizeTags {
		name = strings.ToLower(name)
	}
	n := &xmlNode{name: name, value: map[string]item.Value{}}
	var own *item.ObjectBuilder
	for _, a := range attributes {
		switch {
		case t.ignoreAttrs:
		case t.mergeAttrs:
			n.add(safeName(a[0]), item.String(a[1]), t.explicitArray)
		case t.attrKey == t.charKey:
			return errors.New("Object.defineProperty called on non-object") //nolint:staticcheck // the words that people know
		default:
			if own == nil {
				own = item.NewObject(len(attributes))
			}
			own.Set(safeName(a[0]), item.String(a[1]))
		}
	}
	if own != nil {
		n.set(t.attrKey, own.Value())
	}
	t.stack = append(t.stack, n)
	return nil
}

func (t *xmlTree) text(s string, cdata bool) {
	if len(t.stack) > 0 {
		top := t.stack[len(t.stack)-1]
		top.text += s
		top.cdata = top.cdata || cdata
	}
}

var manySpaces = regexp.MustCompile(`\s{2,}`)

func (t *xmlTree) close() (done bool) {
	n := t.stack[len(t.stack)-1]
	t.stack = t.stack[:len(t.stack)-1]
	v := t.valueOf(n)
	if len(t.stack) > 0 {
		t.stack[len(t.stack)-1].add(safeName(n.name), v, t.explicitArray)
		return false
	}
	if t.explicitRoot {
		v = item.NewObject(1).Set(safeName(n.name), v).Value()
	}
	t.result = v
	return true
}

func (t *xmlTree) valueOf(n *xmlNode) item.Value {
	blank := strings.TrimSpace(n.text) == ""
	if blank && !n.cdata {
		if len(n.keys) == 0 {
			return item.String(n.text)
		}
		return n.object("", item.Undefined)
	}
	text := n.text
	if t.trim {
		text = strings.TrimSpace(text)
	}
	if t.normalize {
		text = strings.TrimSpace(manySpaces.ReplaceAllString(text, " "))
	}
	if len(n.keys) == 0 {
		return item.String(text)
	}
	return n.object(t.charKey, item.String(text))
}

func (n *xmlNode) object(charKey string, text item.Value) item.Value {
	o := item.NewObject(len(n.keys) + 1)
	if !text.IsUndefined() {
		o.Set(charKey, text)
	}
	for _, key := range n.keys {
		o.Set(key, n.value[key])
	}
	return o.Value()
}

func (n *xmlNode) set(key string, v item.Value) {
	if _, ok := n.value[key]; !ok {
		n.keys = append(n.keys, key)
	}
	n.value[key] = v
}

// add puts a value under a key; a second one makes a list.
func (n *xmlNode) add(key string, v item.Value, asList bool) {
	old, ok := n.value[key]
	switch {
	case !ok && slices.Contains(inherited, key):
		n.set(key, item.Array([]item.Value{item.Null, v}))
	case !ok && asList:
		n.set(key, item.Array([]item.Value{v}))
	case !ok:
		n.set(key, v)
	default:
		list, isList := old.Elems()
		if !isList {
			list = []item.Value{old}
		}
		n.set(key, item.Array(append(slices.Clip(list), v)))
	}
}

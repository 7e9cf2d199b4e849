package markup

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// XML changes XML into JSON and back: n8n's "xml".
func XML() nodes.Definition {
	read := nodes.When("mode", "xmlToJson")
	write := nodes.When("mode", "jsonToxml")
	return nodes.Definition{
		Type:     "n8n-nodes-base.xml",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "XML",
		Doc:      "Reads the XML of a field as JSON, or writes an item as XML.",
		Group:    "data",
		Icon:     "xml",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("mode", "Mode", "", nodes.Choose("xmlToJson", "XML to JSON"), nodes.Choose("jsonToxml", "JSON to XML")),
			nodes.TextField("dataPropertyName", "Field", "data", "The field that holds the XML, or that it is written to.").Need(),
			nodes.OptionsField("options", "Options",
				nodes.TextField("attrkey", "Key of attributes", "$", ""),
				nodes.TextField("charkey", "Key of text", "_", ""),
				nodes.FlagField("explicitArray", "Always lists", false, "Puts every child into a list, also a single one.").Show(read),
				nodes.FlagField("explicitRoot", "Keep the root", true, "").Show(read),
				nodes.FlagField("ignoreAttrs", "Ignore attributes", false, "").Show(read),
				nodes.FlagField("mergeAttrs", "Merge attributes", true, "Writes attributes as members of the element.").Show(read),
				nodes.FlagField("normalize", "Normalize", false, "Trims texts and joins white space.").Show(read),
				nodes.FlagField("normalizeTags", "Names in lower case", false, "").Show(read),
				nodes.FlagField("trim", "Trim", false, "").Show(read),
				nodes.FlagField("allowSurrogateChars", "Allow surrogates", false, "").Show(write),
				nodes.FlagField("cdata", "CDATA", false, "Wraps texts that would need escaping.").Show(write),
				nodes.FlagField("headless", "Headless", false, "Leaves the XML declaration out.").Show(write),
				nodes.TextField("rootName", "Root", "root", "").Show(write)),
		},
		Ignored: []string{"xmlNotice"},
		Examples: []nodes.Example{{
			Name: "Read", Params: `{}`, In: `[{"data":"<order id=\"7\"><line>pen</line><line>ink</line></order>"}]`, Out: `[[{"order":{"id":"7","line":["pen","ink"]}}]]`,
		}, {
			Name: "Read with attributes apart", Params: `{"options":{"mergeAttrs":false}}`, In: `[{"data":"<a b=\"1\">t</a>"}]`, Out: `[[{"a":{"_":"t","$":{"b":"1"}}}]]`,
		}, {
			Name: "Write", Params: `{"mode":"jsonToxml","options":{"headless":true}}`, In: `[{"a":{"$":{"b":1},"c":[1,2]}}]`, Out: `[[{"data":"<a b=\"1\">\n  <c>1</c>\n  <c>2</c>\n</a>"}]]`,
		}, {
			Name: "What is not there", Params: `{}`, In: `[{}]`, Error: `Item has no JSON property called "data"`,
		}},
		New: newXML,
	}
}

type xmlStep struct {
	write   bool
	field   nodes.Param[string]
	options nodes.Param[item.Value]
}

func newXML(c *nodes.Compile) (nodes.Node, error) {
	x := &xmlStep{write: c.Choice("mode", "xmlToJson", "jsonToxml") == "jsonToxml"}
	x.field = nodes.Text(c, "dataPropertyName", "data")
	x.options = nodes.Any(c, "options", item.NewObject(0).Value())
	return x, nil
}

// Run changes every item. One that fails is left out where the step goes on, and
// then nothing says which item came from which, as in n8n.
func (x *xmlStep) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	out := make([]item.Item, 0, len(items))
	for i := range items {
		v, err := x.apply(c, i, items[i].JSON)
		if err != nil {
			if _, err = c.Failed(i, err); err != nil {
				return nodes.Result{}, err
			}
			continue
		}
		out = append(out, item.Item{JSON: v, Paired: item.PairOf(i)})
	}
	if len(out) != len(items) {
		for i := range out {
			out[i].Paired = item.NoPair()
		}
	}
	return nodes.One(out), nil
}

func (x *xmlStep) apply(c *nodes.Call, i int, in item.Value) (item.Value, error) {
	field, err := x.field.At(c, i)
	if err != nil {
		return in, err
	}
	options, err := x.options.At(c, i)
	if err != nil {
		return in, err
	}
	text := func(name, def string) string {
		if v := options.Get(name); !v.IsUndefined() {
			return v.ToString()
		}
		return def
	}
	if x.write {
		w := &xmlWriter{attrKey: text("attrkey", "$"), charKey: text("charkey", "_"), rootName: text("rootName", "root"),
			cdata: options.Get("cdata").Truthy(), headless: options.Get("headless").Truthy(), surrogate: options.Get("allowSurrogateChars").Truthy()}
		made, err := w.write(in)
		if err != nil {
			return in, nodes.Fail("xml.write", err.Error(), i)
		}
		return item.NewObject(1).Set(field, item.String(made)).Value(), nil
	}
	source := in.Get(field)
	if source.IsUndefined() {
		return in, nodes.Fail("xml.field", `Item has no JSON property called "`+field+`"`, i)
	}
	if source.Kind() == item.KindNull {
		return in, nodes.Fail("xml.field", "Cannot read properties of null (reading 'toString')", i)
	}
	flag := func(name string, def bool) bool {
		if v := options.Get(name); !v.IsUndefined() {
			return v.Truthy()
		}
		return def
	}
	v, err := xmlToJSON(source.ToString(), xmlOptions{
		attrKey: text("attrkey", "$"), charKey: text("charkey", "_"), explicitArray: flag("explicitArray", false), explicitRoot: flag("explicitRoot", true),
		ignoreAttrs: flag("ignoreAttrs", false), mergeAttrs: flag("mergeAttrs", true), normalize: flag("normalize", false),
		normalizeTags: flag("normalizeTags", false), trim: flag("trim", false)})
	if err != nil {
		return v, nodes.Fail("xml.read", err.Error(), i)
	}
	if v.Kind() == item.KindNull {
		return v, nodes.Fail("xml.empty", "Cannot read properties of null (reading '$error')", i)
	}
	return v, nil
}

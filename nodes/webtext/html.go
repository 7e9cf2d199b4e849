package webtext

import (
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// defaultTemplate stands in the form of a new step.
const defaultTemplate = "<!DOCTYPE html>\n\n<html>\n<head>\n  <meta charset=\"UTF-8\" />\n  <title>My HTML document</title>\n</head>\n<body>\n  <div class=\"container\">\n    <h1>This is an H1 heading</h1>\n    <h2>This is an H2 heading</h2>\n    <p>This is a paragraph</p>\n  </div>\n</body>\n</html>\n\n<style>\n.container {\n  background-color: #ffffff;\n  text-align: center;\n  padding: 16px;\n  border-radius: 8px;\n}\n\nh1 {\n  color: #ff6d5a;\n  font-size: 24px;\n  font-weight: bold;\n  padding: 8px;\n}\n\nh2 {\n  color: #909399;\n  font-size: 18px;\n  font-weight: bold;\n  padding: 8px;\n}\n</style>\n\n<script>\nconsole.log(\"Hello World!\");\n</script>"

// HTML fills a template with values, and takes parts out of HTML: n8n's
// "html".
func HTML() nodes.Definition {
	extract := nodes.When("operation", "extractHtmlContent")
	fields := []nodes.Field{
		nodes.ChoiceField("operation", "Operation", "", nodes.Choose("generateHtmlTemplate", "Fill a template"), nodes.Choose("extractHtmlContent", "Take parts out"), nodes.Choose("convertToHtmlTable", "Make a table")),
		nodes.TextField("html", "Template", defaultTemplate, "Expressions in braces are filled in.").Show(nodes.When("operation", "generateHtmlTemplate")),
	}
	for _, f := range extractFields() {
		fields = append(fields, f.Show(extract))
	}
	fields = append(fields, nodes.OptionsField("options", "Options",
		nodes.FlagField("trimValues", "Trim", true, ""),
		nodes.FlagField("cleanUpText", "Clean up", true, "Joins white space and lines.")).Show(extract),
		nodes.OptionsField("options", "Options", tableFields()...).Show(nodes.When("operation", "convertToHtmlTable")))
	return nodes.Definition{
		Type:     "n8n-nodes-base.html",
		Versions: []float64{1, 1.1, 1.2},
		Class:    nodes.Pure,
		Name:     "HTML",
		Doc:      "Fills a template, takes parts out of HTML by selectors, or writes items as a table.",
		Group:    "data",
		Icon:     "html",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   fields,
		Ignored:  []string{"notice"},
		Examples: []nodes.Example{{
			Name: "A template", Params: `{"html":"<p>Dear {{ $json.name }}</p>"}`, In: `[{"name":"Ada"}]`, Out: `[[{"html":"<p>Dear Ada</p>"}]]`,
		}, {
			Name:   "Parts",
			Params: `{"operation":"extractHtmlContent","extractionValues":{"values":[{"key":"title","cssSelector":"h1"},{"key":"links","cssSelector":"a","returnValue":"attribute","attribute":"href","returnArray":true}]}}`,
			In:     `[{"data":"<h1>News</h1><a href=\"/1\">one</a><a href=\"/2\">two</a>"}]`, Out: `[[{"title":"News","links":["/1","/2"]}]]`,
		}, {
			Name:   "A table",
			Params: `{"operation":"convertToHtmlTable","options":{"capitalize":true,"customStyling":true,"tableAttributes":"class='big'"}}`, In: `[{"full_name":"Ada"},{"full_name":"Alan"}]`,
			Out: `[[{"table":"<table  class='big'><thead  ><tr><th>Full Name</th></tr></thead><tbody><tr  ><td  >Ada</td></tr><tr  ><td  >Alan</td></tr></tbody></table>"}]]`,
		}},
		New: newHTML,
	}
}

// HTMLExtract takes parts out of HTML: n8n's older "htmlExtract".
func HTMLExtract() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.htmlExtract",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "HTML extract",
		Doc:      "Takes parts out of HTML by selectors. The step \"HTML\" does more.",
		Group:    "data",
		Icon:     "html-extract",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   append(extractFields(), nodes.OptionsField("options", "Options", nodes.FlagField("trimValues", "Trim", true, ""))),
		Examples: []nodes.Example{{
			Name: "A title", Params: `{"extractionValues":{"values":[{"key":"title","cssSelector":"h1"}]}}`, In: `[{"data":"<h1> News </h1>"}]`, Out: `[[{"title":"News"}]]`,
		}},
		New: func(c *nodes.Compile) (nodes.Node, error) { return newExtract(c, 0), nil },
	}
}

func extractFields() []nodes.Field {
	return []nodes.Field{
		nodes.ChoiceField("sourceData", "Source", "", nodes.Choose("json", "A field"), nodes.Choose("binary", "A file")),
		nodes.TextField("dataPropertyName", "Field", "data", "The field or the file that holds the HTML.").Need(),
		nodes.GroupField("extractionValues", "Parts", "", nodes.ListField("values", "Parts",
			nodes.TextField("key", "Name", "", ""), nodes.TextField("cssSelector", "Selector", "", ""),
			nodes.ChoiceField("returnValue", "What", "", nodes.Choose("text", "Text"), nodes.Choose("html", "HTML"), nodes.Choose("attribute", "An attribute"), nodes.Choose("value", "The value of a form's field")),
			nodes.TextField("attribute", "Attribute", "", "").Show(nodes.When("returnValue", "attribute")),
			nodes.TextField("skipSelectors", "Leave out", "", "Selectors of elements that are no part of the text.").Show(nodes.When("returnValue", "text")),
			nodes.FlagField("returnArray", "As a list", false, "Every match instead of the first."))),
	}
}

func newHTML(c *nodes.Compile) (nodes.Node, error) {
	switch c.Choice("operation", "generateHtmlTemplate", "extractHtmlContent", "convertToHtmlTable") {
	case "extractHtmlContent":
		return newExtract(c, c.Version), nil
	case "convertToHtmlTable":
		return newTable(c), nil
	}
	return newTemplate(c), nil
}

// template is HTML with expressions in it, which need no "=" before them.
type template struct{ parts []nodes.Param[string] }

func newTemplate(c *nodes.Compile) *template {
	raw := c.Raw("html")
	if raw.IsUndefined() {
		raw = item.String(defaultTemplate)
	}
	text, _ := nodes.ToText(raw)
	text = strings.TrimPrefix(text, "=")
	t := &template{}
	add := func(text string) {
		if text != "" {
			t.parts = append(t.parts, nodes.From(c, "html", item.String(text), func(v item.Value) (string, error) { return v.ToString(), nil }))
		}
	}
	plain := func(text string) {
		if strings.HasPrefix(text, "=") {
			text = "=" + text
		}
		add(text)
	}
	for {
		start := strings.Index(text, "{{")
		if start < 0 {
			break
		}
		end := strings.Index(text[start:], "}}")
		if end < 0 {
			break
		}
		end += start + 2
		plain(text[:start])
		add("=" + text[start:end])
		text = text[end:]
	}
	plain(text)
	return t
}

// Run fills the template for every item.
func (t *template) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	out := make([]item.Item, 0, len(in.First()))
	for i := range in.First() {
		text, err := t.at(c, i)
		made := item.Item{JSON: item.NewObject(1).Set("html", item.String(text)).Value(), Paired: item.PairOf(i)}
		if err != nil {
			if made, err = c.Failed(i, err); err != nil {
				return nodes.Result{}, err
			}
		}
		out = append(out, made)
	}
	return nodes.One(out), nil
}

func (t *template) at(c *nodes.Call, i int) (string, error) {
	var out strings.Builder
	for _, part := range t.parts {
		text, err := part.At(c, i)
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
	return out.String(), nil
}

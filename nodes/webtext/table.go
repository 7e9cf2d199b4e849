package webtext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// The styles that a table has where it is not told to have none.
const (
	tableStyle = "style='border-spacing:0; font-family:helvetica,arial,sans-serif'"
	headStyle  = "style='margin:0; padding:7px 20px 7px 0px; border-bottom:1px solid #eee; text-align:left; color:#888; font-weight:normal'"
	cellStyle  = "style='margin:0; padding:7px 20px 7px 0px; border-bottom:1px solid #eee'"
)

// table writes all items as one table of HTML.
type table struct {
	capitalize, plain            nodes.Param[bool]
	caption, whole, head         nodes.Param[string] // read for the first item
	rowAttributes, cellAttribute nodes.Param[string] // read for each item
}

func tableFields() []nodes.Field {
	return []nodes.Field{
		nodes.FlagField("capitalize", "Capitalise headers", false, "An underscore begins a new word."),
		nodes.FlagField("customStyling", "Own styles", false, "Leaves the styles out that a table has otherwise."),
		nodes.TextField("caption", "Caption", "", ""),
		nodes.TextField("tableAttributes", "Attributes of the table", "", "Such as class=\"big\"."),
		nodes.TextField("headerAttributes", "Attributes of the header", "", ""),
		nodes.TextField("rowAttributes", "Attributes of rows", "", ""),
		nodes.TextField("cellAttributes", "Attributes of cells", "", ""),
	}
}

func newTable(c *nodes.Compile) *table {
	truthy := func(v item.Value) (bool, error) { return v.Truthy(), nil }
	return &table{
		capitalize: nodes.From(c, "options.capitalize", c.Raw("options.capitalize"), truthy),
		plain:      nodes.From(c, "options.customStyling", c.Raw("options.customStyling"), truthy),
		caption:    nodes.Text(c, "options.caption", ""), whole: nodes.Text(c, "options.tableAttributes", ""),
		head:          nodes.Text(c, "options.headerAttributes", ""),
		rowAttributes: nodes.Text(c, "options.rowAttributes", ""), cellAttribute: nodes.Text(c, "options.cellAttributes", ""),
	}
}

// Run gives one item, made of all.
func (t *table) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	if len(items) == 0 {
		return nodes.One(nil), nil
	}
	var w strings.Builder
	columns := columnsOf(items)
	if err := t.writeHead(c, &w, columns); err != nil {
		return nodes.Result{}, err
	}
	for i := range items {
		if err := t.writeRow(c, &w, columns, items[i].JSON, i); err != nil {
			return nodes.Result{}, err
		}
	}
	w.WriteString("</tbody></table>")
	pairs := make([]item.Pair, len(items))
	for i := range pairs {
		pairs[i].Item = i
	}
	json := item.NewObject(1).Set("table", item.String(w.String())).Value()
	return nodes.One([]item.Item{{JSON: json, Paired: item.Pairs(pairs)}}), nil
}

// columnsOf lists the names of all items' fields, in the order in which they
// are met.
func columnsOf(items []item.Item) []string {
	var names []string
	known := map[string]bool{}
	for i := range items {
		o, ok := items[i].JSON.Obj()
		if !ok {
			continue
		}
		for name := range o.All() {
			if !known[name] {
				known[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

func (t *table) writeHead(c *nodes.Call, w *strings.Builder, columns []string) error {
	caption, err1 := t.caption.At(c, 0)
	whole, err2 := t.whole.At(c, 0)
	head, err3 := t.head.At(c, 0)
	capitalize, err4 := t.capitalize.At(c, 0)
	plain, err5 := t.plain.At(c, 0)
	for _, err := range []error{err1, err2, err3, err4, err5} {
		if err != nil {
			return err
		}
	}
	open(w, "table", styleOr(plain, tableStyle), whole)
	if caption != "" {
		w.WriteString("<caption>" + caption + "</caption>")
	}
	open(w, "thead", styleOr(plain, headStyle), head)
	w.WriteString("<tr>")
	for _, name := range columns {
		if capitalize {
			name = capitalized(name)
		}
		w.WriteString("<th>" + name + "</th>")
	}
	w.WriteString("</tr></thead><tbody>")
	return nil
}

func (t *table) writeRow(c *nodes.Call, w *strings.Builder, columns []string, json item.Value, i int) error {
	row, err1 := t.rowAttributes.At(c, i)
	cell, err2 := t.cellAttribute.At(c, i)
	plain, err3 := t.plain.At(c, 0)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return err
		}
	}
	open(w, "tr", "", row)
	for _, name := range columns {
		open(w, "td", styleOr(plain, cellStyle), cell)
		w.WriteString(cellText(json.Get(name)) + "</td>")
	}
	w.WriteString("</tr>")
	return nil
}

func open(w *strings.Builder, tag, style, attributes string) {
	w.WriteString("<" + tag + " " + style + " " + attributes + ">")
}

func styleOr(plain bool, style string) string {
	if plain {
		return ""
	}
	return style
}

// cellText shows a value: a boolean as a box, any other as JavaScript's text.
func cellText(v item.Value) string {
	if yes, ok := v.Bool(); ok {
		if yes {
			return `<input type="checkbox" checked="checked"/>`
		}
		return `<input type="checkbox" />`
	}
	return v.ToString()
}

// capitalized writes "first_name" as "First Name".
func capitalized(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '_' })
	for i, word := range words {
		r, size := utf8.DecodeRuneInString(word)
		words[i] = string(unicode.ToUpper(r)) + word[size:]
	}
	return strings.Join(words, " ")
}

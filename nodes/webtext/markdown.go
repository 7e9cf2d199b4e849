package webtext

import (
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// Markdown turns Markdown into HTML and HTML into Markdown: n8n's "markdown".
func Markdown() nodes.Definition {
	toHTML := nodes.When("mode", "markdownToHtml")
	toMarkdown := nodes.When("mode", "htmlToMarkdown")
	return nodes.Definition{
		Type:     "n8n-nodes-base.markdown",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Markdown",
		Doc:      "Turns Markdown into HTML, and HTML into Markdown.",
		Group:    "data",
		Icon:     "markdown",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("mode", "Mode", "", nodes.Choose("htmlToMarkdown", "HTML to Markdown"), nodes.Choose("markdownToHtml", "Markdown to HTML")),
			nodes.TextField("html", "HTML", "", "").Need().Show(toMarkdown),
			nodes.TextField("markdown", "Markdown", "", "").Need().Show(toHTML),
			nodes.TextField("destinationKey", "Output field", "data", "Dots lead into objects.").Need(),
			nodes.OptionsField("options", "Options", markdownOptions()...),
		},
		Examples: []nodes.Example{{
			Name: "To HTML", Params: `{"mode":"markdownToHtml","markdown":"# News\n\nAll is *well*."}`, In: `[{}]`, Out: `[[{"data":"<h1 id=\"news\">News</h1>\n<p>All is <em>well</em>.</p>"}]]`,
		}, {
			Name: "To Markdown", Params: `{"html":"<h1>News</h1><p>All is <b>well</b>.</p>"}`, In: `[{}]`, Out: `[[{"data":"# News\n\nAll is **well**."}]]`,
		}},
		New: func(c *nodes.Compile) (nodes.Node, error) {
			mode := c.Choice("mode", "htmlToMarkdown", "markdownToHtml")
			source := map[string]string{"htmlToMarkdown": "html", "markdownToHtml": "markdown"}[mode]
			return &markdown{mode, nodes.Any(c, source, item.String("")), nodes.Text(c, "destinationKey", "data"), nodes.Any(c, "options", item.NewObject(0).Value())}, nil
		},
	}
}

func markdownOptions() []nodes.Field {
	var fields []nodes.Field
	for _, o := range [][2]string{
		{"openLinksInNewWindow", "Open links in a new window"}, {"simplifiedAutoLink", "Link addresses"}, {"backslashEscapesHTMLTags", "Backslash escapes tags"},
		{"completeHTMLDocument", "A whole document"}, {"customizedHeaderId", "Own ids of headings"}, {"emoji", "Emoji"}, {"encodeEmails", "Encode email addresses"},
		{"excludeTrailingPunctuationFromURLs", "No punctuation at the end of links"}, {"ghCodeBlocks", "Fenced code"}, {"ghCompatibleHeaderId", "GitHub's ids of headings"},
		{"ghMentions", "Mentions"}, {"tasklists", "Task lists"}, {"requireSpaceBeforeHeadingText", "Space before headings"}, {"literalMidWordAsterisks", "Asterisks in words"},
		{"literalMidWordUnderscores", "Underscores in words"}, {"noHeaderId", "No ids of headings"}, {"parseImgDimensions", "Sizes of images"}, {"rawHeaderId", "Raw ids"},
		{"rawPrefixHeaderId", "Raw prefix of ids"}, {"simpleLineBreaks", "Line breaks as they are"}, {"smartIndentationFix", "Mend indentation"},
		{"disableForced4SpacesIndentedSublists", "Lists in lists by two spaces"}, {"splitAdjacentBlockquotes", "Split quotes"}, {"strikethrough", "Strikethrough"},
		{"tablesHeaderId", "Ids of table heads"}, {"tables", "Tables"}, {"keepDataImages", "Keep images with data"}, {"useLinkReferenceDefinitions", "Addresses at the end"},
	} {
		fields = append(fields, nodes.FlagField(o[0], o[1], o[0] == "encodeEmails" || o[0] == "ghCodeBlocks", ""))
	}
	for _, o := range [][3]string{
		{"ghMentionsLink", "Link of mentions", "https://github.com/{u}"}, {"prefixHeaderId", "Prefix of ids", "section"}, {"bulletMarker", "Bullet", "*"}, {"codeFence", "Code fence", "```"},
		{"emDelimiter", "Emphasis", "_"}, {"strongDelimiter", "Strong emphasis", "**"}, {"ignore", "Elements to leave out", ""}, {"blockElements", "Elements that are blocks", ""},
		{"codeBlockStyle", "Style of code", "fence"},
	} {
		fields = append(fields, nodes.TextField(o[0], o[1], o[2], ""))
	}
	replace := []nodes.Field{nodes.TextField("pattern", "Pattern", "", ""), nodes.TextField("replacement", "Replacement", "", "")}
	one := nodes.Field{Name: "value", Label: "Value", Kind: "collection", Fields: replace}
	return append(fields, nodes.NumberField("headerLevelStart", "First level of headings", 1, ""), nodes.NumberField("maxConsecutiveNewlines", "Most empty lines", 3, ""),
		nodes.GroupField("globalEscape", "Escape everywhere", "", one), nodes.GroupField("lineStartEscape", "Escape at the start of lines", "", one),
		nodes.GroupField("textReplace", "Replace in texts", "", nodes.ListField("values", "Values", replace...)))
}

type markdown struct {
	mode    string
	source  nodes.Param[item.Value]
	field   nodes.Param[string]
	options nodes.Param[item.Value]
}

// Run adds a text to every item.
func (m *markdown) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	out := make([]item.Item, 0, len(in.First()))
	for i, it := range in.First() {
		v, err := m.apply(c, i, it.JSON)
		made := item.Item{JSON: v, Paired: item.PairOf(i)}
		if err != nil {
			if made, err = c.Failed(i, err); err != nil {
				return nodes.Result{}, err
			}
		}
		out = append(out, made)
	}
	return nodes.One(out), nil
}

func (m *markdown) apply(c *nodes.Call, i int, in item.Value) (item.Value, error) {
	source, err1 := m.source.At(c, i)
	field, err2 := m.field.At(c, i)
	options, err3 := m.options.At(c, i)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return in, err
		}
	}
	if m.mode == "htmlToMarkdown" {
		options = forMarkdown(options)
	} else if _, isText := source.Str(); !source.Truthy() {
		return placed(in, field, source, i) // the library hands it back
	} else if !isText {
		return in, nodes.Fail("markdown", "text.replace is not a function", i)
	}
	text, err := run(c, m.mode, item.String(source.ToString()), item.String(options.JSON()))
	if err != nil {
		return in, failed(err, "markdown", i)
	}
	return placed(in, field, item.String(text), i)
}

// placed writes a value into a field; one that is missing leaves it out.
func placed(in item.Value, field string, v item.Value, i int) (item.Value, error) {
	if v.IsUndefined() {
		return in, nil
	}
	out, err := item.SetPath(in, field, v)
	if err != nil {
		return in, nodes.Fail("markdown.field", err.Error(), i)
	}
	return out, nil
}

// forMarkdown gives the options the shape that the library takes: lists for what
// is written with commas, and pairs without their group.
func forMarkdown(options item.Value) item.Value {
	o, _ := options.Obj()
	out := item.FromObject(o)
	for _, name := range []string{"ignore", "blockElements"} {
		text, ok := options.Get(name).Str()
		if !ok {
			continue
		}
		var list []item.Value
		for _, part := range strings.Split(text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, item.String(part))
			}
		}
		out.Set(name, item.Array(list))
	}
	for _, name := range []string{"globalEscape", "lineStartEscape"} {
		if pair := options.Get(name).Get("value"); pair.Get("pattern").Truthy() {
			out.Set(name, pair)
		} else {
			out.Delete(name)
		}
	}
	out.Delete("preferNativeParser") // there is none
	if list := options.Get("textReplace").Get("values"); list.Kind() == item.KindArray {
		out.Set("textReplace", list)
	} else {
		out.Delete("textReplace")
	}
	return out.Value()
}

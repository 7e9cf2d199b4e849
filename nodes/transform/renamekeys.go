package transform

import (
	"fmt"
	"strconv"
	"unicode/utf16"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/fields"
	"github.com/jobsprint/jobsprint/nodes/jsregexp"
)

// RenameKeys gives fields other names: n8n's "renameKeys".
func RenameKeys() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.renameKeys",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Rename keys",
		Doc:      "Gives fields other names: one by one, or all that a regular expression finds, nested ones too.",
		Group:    "data",
		Icon:     "tag",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.GroupField("keys", "Names", "", nodes.ListField("key", "Name",
				nodes.TextField("currentKey", "Name now", "", "Dots and brackets lead into nested values."),
				nodes.TextField("newKey", "New name", "", "Dots and brackets lead into nested values."))),
			nodes.OptionsField("additionalOptions", "More options",
				nodes.GroupField("regexReplacement", "Regular expressions", "They are applied one after the other, to names that were just given too.",
					nodes.ListField("replacements", "Replacement",
						nodes.TextField("searchRegex", "Regular expression", "", "As in JavaScript; its first match in a name is replaced."),
						nodes.TextField("replaceRegex", "Replace with", "", "“$1” stands for the first group, “$&” for all that was found."),
						nodes.OptionsField("options", "Options",
							nodes.FlagField("caseInsensitive", "Ignore case", false, ""),
							nodes.NumberField("depth", "Depth", -1, "How deep nested names are renamed: 0 only the outermost; -1 all."))))),
		},
		Examples: []nodes.Example{{
			Name: "One name", Params: `{"keys":{"key":[{"currentKey":"a","newKey":"z"}]}}`, In: `[{"a":1,"b":2}]`, Out: `[[{"b":2,"z":1}]]`,
		}, {
			Name: "All names that begin with an underscore", In: `[{"_a":1,"b":{"_c":2}}]`, Out: `[[{"b":{"c":2},"a":1}]]`,
			Params: `{"additionalOptions":{"regexReplacement":{"replacements":[{"searchRegex":"^_(.*)","replaceRegex":"$1"}]}}}`,
		}, {
			Name: "An expression that cannot be read", Params: `{"additionalOptions":{"regexReplacement":{"replacements":[{"searchRegex":"("}]}}}`, In: `[{"a":1}]`,
			Error: "Invalid regular expression: /(/: Unterminated group",
		}},
		New: func(c *nodes.Compile) (nodes.Node, error) { return newRenamer(c), nil },
	}
}

type renamer struct {
	pairs    []renamePair
	patterns []renamePattern
}

type renamePair struct{ from, to nodes.Param[string] }

type renamePattern struct {
	search, replace nodes.Param[string]
	ignoreCase      nodes.Param[bool]
	depth           nodes.Param[float64]
}

func newRenamer(c *nodes.Compile) nodes.Node {
	r := &renamer{}
	for i := range c.List("keys.key") {
		at := fmt.Sprintf("keys.key[%d]", i)
		r.pairs = append(r.pairs, renamePair{nodes.Text(c, at+".currentKey", ""), nodes.Text(c, at+".newKey", "")})
	}
	path := "additionalOptions.regexReplacement.replacements"
	for i := range c.List(path) {
		at := fmt.Sprintf("%s[%d]", path, i)
		r.patterns = append(r.patterns, renamePattern{
			nodes.Text(c, at+".searchRegex", ""), nodes.Text(c, at+".replaceRegex", ""),
			nodes.Flag(c, at+".options.caseInsensitive", false), nodes.Num(c, at+".options.depth", -1),
		})
	}
	return r
}

// Run renames in every item.
func (r *renamer) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := nodes.PassOn(in.First())
	compiled := map[[2]string]*jsregexp.Regexp{}
	for i := range items {
		json, err := r.apply(c, i, items[i].JSON, compiled)
		if err != nil {
			if items[i], err = c.Failed(i, err); err != nil {
				return nodes.Result{}, err
			}
			continue
		}
		items[i].JSON = json
	}
	return nodes.One(items), nil
}

func (r *renamer) apply(c *nodes.Call, i int, json item.Value, compiled map[[2]string]*jsregexp.Regexp) (item.Value, error) {
	json, err := r.pairsOf(c, i, json)
	for k := 0; k < len(r.patterns) && err == nil; k++ {
		json, err = r.patterns[k].apply(c, i, json, compiled)
	}
	return json, err
}

// pairsOf renames one by one. Each reads from the item as it came.
func (r *renamer) pairsOf(c *nodes.Call, i int, json item.Value) (item.Value, error) {
	var access fields.Access
	out := json
	for k := range r.pairs {
		from, err := r.pairs[k].from.At(c, i)
		if err != nil {
			return json, err
		}
		to, err := r.pairs[k].to.At(c, i)
		if err != nil {
			return json, err
		}
		v := access.Get(json, from)
		if from == "" || to == "" || from == to || v.IsUndefined() {
			continue
		}
		out = access.Unset(access.Set(out, to, v), from)
	}
	return out, nil
}

func (p *renamePattern) apply(c *nodes.Call, i int, json item.Value, compiled map[[2]string]*jsregexp.Regexp) (item.Value, error) {
	search, err := p.search.At(c, i)
	if err != nil {
		return json, err
	}
	replace, err := p.replace.At(c, i)
	if err != nil {
		return json, err
	}
	ignoreCase, err := p.ignoreCase.At(c, i)
	if err != nil {
		return json, err
	}
	depth, err := p.depth.At(c, i)
	if err != nil {
		return json, err
	}
	flags := ""
	if ignoreCase {
		flags = "i"
	}
	re := compiled[[2]string{search, flags}]
	if re == nil {
		if re, err = jsregexp.Compile(search, flags); err != nil {
			return json, nodes.Fail("rename.regex", err.Error(), -1)
		}
		compiled[[2]string{search, flags}] = re
	}
	out, err := renameDeep(json, re, replace, depth)
	if err != nil {
		return json, nodes.Fail("rename.regex", err.Error(), i)
	}
	return out, nil
}

// renameUnits refuses a text in a list of which a unit's index would be renamed,
// in the words of JavaScript.
func renameUnits(v item.Value, re *jsregexp.Regexp, replace string) error {
	text, ok := v.Str()
	if !ok {
		return nil
	}
	for i := range utf16.Encode([]rune(text)) {
		key := strconv.Itoa(i)
		renamed, err := re.ReplaceFirst(key, replace)
		if err != nil {
			return err
		}
		if renamed != key {
			return fmt.Errorf("Cannot create property '%s' on string '%s'", renamed, text) //nolint:staticcheck // JavaScript's words
		}
	}
	return nil
}

// renameDeep renames the keys of an object and of what is nested in it, down to a
// depth; a negative one has no end. A key that is renamed moves behind the others.
func renameDeep(v item.Value, re *jsregexp.Regexp, replace string, depth float64) (item.Value, error) {
	if elems, ok := v.Elems(); ok {
		if depth == 0 {
			return v, nil
		}
		out := make([]item.Value, len(elems))
		for i, e := range elems {
			if err := renameUnits(e, re, replace); err != nil {
				return v, err
			}
			var err error
			if out[i], err = renameDeep(e, re, replace, depth-1); err != nil {
				return v, err
			}
		}
		return item.Array(out), nil
	}
	o, ok := v.Obj()
	if !ok {
		return v, nil
	}
	out := item.FromObject(o)
	for key := range o.All() {
		member, _ := out.Get(key)
		if depth != 0 {
			var err error
			if member, err = renameDeep(member, re, replace, depth-1); err != nil {
				return v, err
			}
			out.Set(key, member)
		}
		renamed, err := re.ReplaceFirst(key, replace)
		if err != nil {
			return v, err
		}
		if renamed != key {
			out.Set(renamed, member).Delete(key)
		}
	}
	return out.Value(), nil
}

package nodes_test

import (
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

func TestEffectiveParameters(t *testing.T) {
	t.Parallel()
	def := nodes.Definition{Fields: []nodes.Field{
		{Name: "notice", Kind: "notice"},
		nodes.ChoiceField("mode", "Mode", "", nodes.Choose("a", "A"), nodes.Choose("b", "B")),
		nodes.TextField("old", "Old", "x", "").Show(nodes.When("@version", 1)),
		nodes.NumberField("size", "Size", 3, "").Show(nodes.When("mode", "b")),
		{Name: "hidden", Kind: "string", Default: item.String("h"), HideWhen: []nodes.Condition{nodes.When("mode", "b")}},
		nodes.GroupField("rows", "Rows", "", nodes.ListField("row", "Row", nodes.TextField("k", "K", "key", ""), nodes.TextField("v", "V", "", "").Show(nodes.When("mode", "b")))),
		nodes.OptionsField("options", "Options", nodes.FlagField("deep", "Deep", false, "")),
	}}
	for _, test := range []struct {
		version      float64
		params, want string
	}{
		{2, `{}`, `{"notice":"","mode":"a","hidden":"h","rows":{},"options":{}}`},
		{1, `{"mode":"b","size":"={{ 1 }}"}`, `{"notice":"","mode":"b","old":"x","size":"={{ 1 }}","rows":{},"options":{}}`},
		{2, `{"options":{"deep":true},"rows":{"row":[{"v":"1"},{"k":"z"}]},"mode":"b","stray":1}`, `{"notice":"","mode":"b","size":3,"rows":{"row":[{"k":"key","v":"1"},{"k":"z","v":""}]},"options":{"deep":true}}`},
		{2, `{"rows":"={{ $json }}"}`, `{"notice":"","mode":"a","hidden":"h","rows":"={{ $json }}","options":{}}`},
	} {
		if got := def.Effective(test.version, item.MustParse(test.params)).JSON(); got != test.want {
			t.Errorf("%s at version %v:\ngot  %s\nwant %s", test.params, test.version, got, test.want)
		}
	}
}

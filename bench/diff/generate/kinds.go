package generate

import (
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// kind is a step type with how its parameters are drawn. make gives them with
// the numbers of main inputs and outputs.
type kind struct {
	typ, name string
	versions  []float64
	weight    int
	make      func(g *generator, version float64) (params string, inputs, outputs int)
}

// loopType gets a body when it is drawn.
const loopType = "splitInBatches"

var kinds = []kind{
	{"set", "Edit Fields", []float64{1, 2, 3.3, 3.4, 3.4}, 4, makeSet},
	{"if", "If", []float64{2, 2.2}, 2, makeIf},
	{"filter", "Filter", []float64{2, 2.2}, 2, makeFilter},
	{"switch", "Switch", []float64{3, 3.2}, 2, makeSwitch},
	{"merge", "Merge", []float64{2, 2.1, 3, 3.1, 3.2}, 5, makeMerge},
	{"sort", "Sort", []float64{1}, 2, makeSort},
	{"limit", "Limit", []float64{1}, 1, makeLimit},
	{"aggregate", "Aggregate", []float64{1}, 2, makeAggregate},
	{"summarize", "Summarize", []float64{1, 1.1}, 2, makeSummarize},
	{"splitOut", "Split Out", []float64{1}, 2, makeSplitOut},
	{"removeDuplicates", "Remove Duplicates", []float64{1, 1.1, 2}, 2, makeRemoveDuplicates},
	{"renameKeys", "Rename Keys", []float64{1}, 1, makeRenameKeys},
	{"dateTime", "Date & Time", []float64{2}, 2, makeDateTime},
	{loopType, "Loop Over Items", []float64{3}, 2, makeLoop},
	{"compareDatasets", "Compare Datasets", []float64{2, 2.3}, 2, makeCompare},
	{"itemLists", "Item Lists", []float64{3, 3.1}, 1, makeItemLists},
	{"code", "Code", []float64{2}, 2, makeCode},
	{"noOp", "No Operation", []float64{1}, 1, func(*generator, float64) (string, int, int) { return `{}`, 1, 1 }},
}

func object(members ...string) string { return "{" + strings.Join(members, ",") + "}" }

func quoted(text string) string { return item.String(text).JSON() }

// values are what set steps assign, each with the type of its field.
var values = [][3]string{
	{"label", "=#{{ $json.id }} {{ $json.name }}", "string"},
	{"twice", "={{ ($json.n ?? 0) * 2 }}", "number"},
	{"src", "={{ $('Src').first().json.id }}", "number"},
	{"paired", "={{ $('Src').item.json.name }}", "string"},
	{"run", "={{ $runIndex }}", "number"},
	{"idx", "={{ $itemIndex }}", "number"},
	{"fix", "plain", "string"},
	{"numstr", "12", "number"},
	{"notnum", "twelve", "number"},
	{"o", "={{ { v: $json.n } }}", "object"},
	{"o.x", "={{ $json.g }}", "string"},
	{"list", "={{ [$json.id, $json.g] }}", "array"},
	{"list", "={{ $json.tags }}", "array"},
	{"big", "={{ $json.n > 2 }}", "boolean"},
	{"truth", "yes", "boolean"},
	{"when", "={{ $json.d ? $json.d.toDateTime().toFormat('yyyy-LL-dd') : '' }}", "string"},
	{"first", "={{ $input.first().json.id }}", "number"},
	{"cnt", "={{ $input.all().length }}", "number"},
	{"prev", "={{ $prevNode.name }}", "string"},
	{"up", "={{ ($json.name ?? '').toUpperCase() }}", "string"},
	{"title", "={{ $json.name.toTitleCase() }}", "string"},
	{"bad", "={{ $json.g.sum() }}", "string"},
	{"bad", "={{ $json.name.toNumber() }}", "string"},
	{"deep", "={{ $json.o.q }}", "object"},
}

// assignments are the parameters of a set step from version 3.3 on.
func assignments(g *generator) string {
	var list []string
	for i, at := range g.Perm(len(values))[:1+g.IntN(4)] {
		v := values[at]
		list = append(list, fmt.Sprintf(`{"id":"%d","name":%s,"value":%s,"type":%q}`, i, quoted(v[0]), quoted(v[1]), v[2]))
	}
	options := g.one(`{}`, `{}`, `{"dotNotation":false}`, `{"ignoreConversionErrors":true}`)
	members := []string{`"assignments":{"assignments":[` + strings.Join(list, ",") + `]}`, `"includeOtherFields":` + g.flag(), `"options":` + options}
	switch g.IntN(5) {
	case 0:
		members = append(members, `"include":"selected"`, `"includeFields":"id, name"`)
	case 1:
		members = append(members, `"include":"except"`, `"excludeFields":"id, tags"`)
	}
	return object(members...)
}

func makeSet(g *generator, version float64) (string, int, int) {
	if version < 3 {
		return object(`"keepOnlySet":`+g.flag(), `"values":{"string":[{"name":"s","value":"={{ $json.name }}!"},{"name":"o.t","value":"x"}],`+
			`"number":[{"name":"m","value":"={{ $json.n }}"}],"boolean":[{"name":"b","value":true}]}`, `"options":{"dotNotation":`+g.flag()+`}`), 1, 1
	}
	if g.chance(6) {
		return object(`"mode":"raw"`, `"jsonOutput":`+quoted(g.one(`{"a":[1,{"b":null}]}`, `={ "id": {{ $json.id }}, "g": "{{ $json.g }}" }`, `={{ { copy: $json } }}`)),
			`"includeOtherFields":`+g.flag(), `"options":{}`), 1, 1
	}
	return assignments(g), 1, 1
}

// tests are conditions: left, right, and the operator.
var tests = [][3]string{
	{"={{ $json.d }}", `"2024-02-01"`, `{"type":"dateTime","operation":"after"}`},
	{"={{ $json.d }}", `"2024-02-29"`, `{"type":"dateTime","operation":"beforeOrEquals"}`},
	{"={{ $json.name.length }}", `3`, `{"type":"number","operation":"lt"}`},
	{"={{ $json.n }}", `2.5`, `{"type":"number","operation":"lte"}`},
	{"={{ $json.n }}", `0`, `{"type":"number","operation":"gt"}`},
	{"={{ $json.id }}", `"2"`, `{"type":"number","operation":"equals"}`},
	{"={{ $json.id }}", `2`, `{"type":"string","operation":"notEquals"}`},
	{"={{ $json.name }}", `"a"`, `{"type":"string","operation":"contains"}`},
	{"={{ $json.name }}", `"B"`, `{"type":"string","operation":"startsWith"}`},
	{"={{ $json.name }}", `"^[a-z]"`, `{"type":"string","operation":"regex"}`},
	{"={{ $json.g }}", `"x"`, `{"type":"string","operation":"notEquals"}`},
	{"={{ $json.g }}", `"y"`, `{"type":"string","operation":"equals"}`},
	{"={{ $json.e }}", `""`, `{"type":"string","operation":"exists","singleValue":true}`},
	{"={{ $json.e }}", `""`, `{"type":"string","operation":"empty","singleValue":true}`},
	{"={{ $json.flag }}", `""`, `{"type":"boolean","operation":"true","singleValue":true}`},
	{"={{ $json.flag }}", `""`, `{"type":"boolean","operation":"notExists","singleValue":true}`},
	{"={{ $json.tags }}", `1`, `{"type":"array","operation":"lengthGt","rightType":"number"}`},
	{"={{ $json.tags }}", `"a"`, `{"type":"array","operation":"contains","rightType":"any"}`},
	{"={{ $json.tags }}", `""`, `{"type":"array","operation":"empty","singleValue":true}`},
	{"={{ $json.o }}", `""`, `{"type":"object","operation":"notEmpty","singleValue":true}`},
}

func conditions(g *generator) string {
	var list []string
	for i, at := range g.Perm(len(tests))[:1+g.IntN(3)] {
		t := tests[at]
		list = append(list, fmt.Sprintf(`{"id":"c%d","leftValue":%s,"rightValue":%s,"operator":%s}`, i, quoted(t[0]), t[1], t[2]))
	}
	return fmt.Sprintf(`{"options":{"caseSensitive":%s,"leftValue":"","typeValidation":%q,"version":2},"conditions":[%s],"combinator":%q}`,
		g.flag(), g.one("strict", "loose"), strings.Join(list, ","), g.one("and", "or"))
}

func makeIf(g *generator, _ float64) (string, int, int) {
	return object(`"conditions":`+conditions(g), `"options":`+g.one(`{}`, `{"ignoreCase":true}`), `"looseTypeValidation":`+g.flag()), 1, 2
}

func makeFilter(g *generator, _ float64) (string, int, int) {
	return object(`"conditions":`+conditions(g), `"options":{}`, `"looseTypeValidation":`+g.flag()), 1, 1
}

func makeSwitch(g *generator, _ float64) (string, int, int) {
	if g.chance(3) {
		return object(`"mode":"expression"`, `"numberOutputs":3`, `"output":`+quoted(g.one("={{ $json.id % 3 }}", "={{ $json.g === 'x' ? 0 : 1 }}", "={{ $json.n }}"))), 1, 3
	}
	rules := make([]string, 1+g.IntN(3))
	for i := range rules {
		rules[i] = `{"conditions":` + conditions(g) + `,"renameOutput":false}`
	}
	outputs := len(rules)
	fallback := g.one(`"none"`, `"extra"`, `0`)
	if fallback == `"extra"` {
		outputs++
	}
	return object(`"rules":{"values":[`+strings.Join(rules, ",")+`]}`, `"options":{"fallbackOutput":`+fallback+`,"allMatchingOutputs":`+g.flag()+`}`), 1, outputs
}

func makeCode(g *generator, _ float64) (string, int, int) {
	if g.chance(3) {
		return object(`"mode":"runOnceForEachItem"`, `"jsCode":`+quoted(g.one(scriptsForEach...))), 1, 1
	}
	return code(g.one(scripts...)), 1, 1
}

func makeLoop(g *generator, _ float64) (string, int, int) {
	return object(fmt.Sprintf(`"batchSize":%d`, 1+g.IntN(3)), `"options":{}`), 1, 2
}

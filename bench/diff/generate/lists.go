package generate

import (
	"fmt"
	"strings"
)

func makeSort(g *generator, _ float64) (string, int, int) {
	var list []string
	for _, f := range g.some(2, "id", "name", "g", "n", "o.p", "d") {
		list = append(list, fmt.Sprintf(`{"fieldName":%q,"order":%q}`, f, g.one("ascending", "descending")))
	}
	return object(`"sortFieldsUi":{"sortField":[`+strings.Join(list, ",")+`]}`, `"options":`+g.one(`{}`, `{}`, `{"disableDotNotation":true}`)), 1, 1
}

func makeLimit(g *generator, _ float64) (string, int, int) {
	return object(fmt.Sprintf(`"maxItems":%d`, 1+g.IntN(3)), fmt.Sprintf(`"keep":%q`, g.one("firstItems", "lastItems"))), 1, 1
}

func makeAggregate(g *generator, _ float64) (string, int, int) {
	if g.chance(3) {
		members := []string{`"aggregate":"aggregateAllItemData"`, `"options":{}`}
		switch g.IntN(3) {
		case 0:
			members = append(members, `"include":"allFieldsExcept"`, `"fieldsToExclude":"tags, o"`)
		case 1:
			members = append(members, `"include":"specifiedFields"`, `"fieldsToInclude":"id, g"`, `"destinationFieldName":"all"`)
		}
		return object(members...), 1, 1
	}
	var list []string
	for i, f := range g.some(3, "id", "g", "e", "tags", "o.p", "n") {
		list = append(list, fmt.Sprintf(`{"fieldToAggregate":%q,"renameField":%t,"outputFieldName":"agg%d"}`, f, g.chance(3), i))
	}
	return object(`"fieldsToAggregate":{"fieldToAggregate":[`+strings.Join(list, ",")+`]}`,
		`"options":`+g.one(`{}`, `{"mergeLists":true}`, `{"keepMissing":true}`, `{"mergeLists":true,"keepMissing":true}`, `{"disableDotNotation":true}`)), 1, 1
}

func makeSummarize(g *generator, version float64) (string, int, int) {
	aggregation := func() string {
		switch a := g.one("append", "average", "concatenate", "count", "countUnique", "max", "min", "sum"); a {
		case "append":
			return fmt.Sprintf(`{"aggregation":"append","field":%q,"includeEmpty":%s}`, g.one("e", "name", "o.p"), g.flag())
		case "concatenate":
			return fmt.Sprintf(`{"aggregation":"concatenate","field":%q,"separateBy":%q,"includeEmpty":%s}`, g.one("g", "name", "e"), g.one(",", " ", "\n"), g.flag())
		case "count", "countUnique":
			return fmt.Sprintf(`{"aggregation":%q,"field":%q,"includeEmpty":%s}`, a, g.one("name", "g", "e", "n"), g.flag())
		default:
			return fmt.Sprintf(`{"aggregation":%q,"field":%q}`, a, g.one("n", "id", "o.p"))
		}
	}
	list := []string{aggregation()}
	if g.chance(2) {
		list = append(list, aggregation())
	}
	options := []string{`{}`, `{"outputFormat":"singleItem"}`, `{"skipEmptySplitFields":true}`, `{"disableDotNotation":true}`}
	if version == 1 {
		options = append(options, `{"continueIfFieldNotFound":true}`)
	}
	members := []string{`"fieldsToSummarize":{"values":[` + strings.Join(list, ",") + `]}`, `"options":` + g.one(options...)}
	if !g.chance(3) {
		members = append(members, `"fieldsToSplitBy":`+quoted(strings.Join(g.some(2, "g", "n", "flag", "o.p"), ", ")))
	}
	return object(members...), 1, 1
}

func makeSplitOut(g *generator, _ float64) (string, int, int) {
	members := []string{`"fieldToSplitOut":` + quoted(g.one("tags", "tags", "o", "o.p", "tags, o", "nothing")),
		`"options":` + g.one(`{}`, `{}`, `{"destinationFieldName":"one"}`, `{"disableDotNotation":true}`, `{"includeBinary":false}`)}
	switch g.IntN(3) {
	case 0:
		members = append(members, `"include":"allOtherFields"`)
	case 1:
		members = append(members, `"include":"selectedOtherFields"`, `"fieldsToInclude":"id, g"`)
	}
	return object(members...), 1, 1
}

func makeRemoveDuplicates(g *generator, version float64) (string, int, int) {
	var members []string
	if version >= 2 {
		members = append(members, `"operation":"removeDuplicateInputItems"`)
	}
	switch g.IntN(3) {
	case 0:
		members = append(members, `"compare":"allFieldsExcept"`, `"fieldsToExclude":`+quoted(strings.Join(g.some(2, "tags", "d", "o", "flag"), ", ")))
	case 1:
		members = append(members, `"compare":"selectedFields"`, `"fieldsToCompare":`+quoted(strings.Join(g.some(2, "id", "g", "n", "o.p"), ", ")))
	default:
		members = append(members, `"compare":"allFields"`)
	}
	return object(append(members, `"options":`+g.one(`{}`, `{"removeOtherFields":true}`, `{"disableDotNotation":true}`))...), 1, 1
}

func makeRenameKeys(g *generator, _ float64) (string, int, int) {
	keys := `"keys":{"key":[{"currentKey":"name","newKey":"title"},{"currentKey":` + quoted(g.one("g", "o.p", "none")) + `,"newKey":` + quoted(g.one("group", "o.r", "a.b")) + `}]}`
	if g.chance(2) {
		return object(keys, `"additionalOptions":{}`), 1, 1
	}
	return object(keys, fmt.Sprintf(`"additionalOptions":{"regexReplacement":{"replacements":[{"searchRegex":%q,"replaceRegex":%q,"options":{"caseInsensitive":%s,"depth":%d}}]}}`,
		g.one("^(.)$", "A", "t(.)"), g.one("k_$1", "z", "$1$1"), g.flag(), g.IntN(3)-1)), 1, 1
}

func makeItemLists(g *generator, _ float64) (string, int, int) {
	return g.one(
		`{"fieldToSplitOut":"tags","include":"allOtherFields","options":{}}`,
		`{"operation":"concatenateItems","aggregate":"aggregateAllItemData"}`,
		`{"operation":"concatenateItems","fieldsToAggregate":{"fieldToAggregate":[{"fieldToAggregate":"id"}]},"options":{}}`,
		`{"operation":"limit","maxItems":2}`,
		`{"operation":"removeDuplicates","compare":"selectedFields","fieldsToCompare":"g","options":{}}`,
		`{"operation":"sort","sortFieldsUi":{"sortField":[{"fieldName":"n"}]},"options":{}}`,
		`{"operation":"summarize","fieldsToSummarize":{"values":[{"aggregation":"count","field":"id"}]},"fieldsToSplitBy":"g","options":{}}`,
	), 1, 1
}

func makeDateTime(g *generator, _ float64) (string, int, int) {
	date := quoted(g.one("={{ $json.d ?? '2024-01-31' }}", "={{ $json.d ?? '2024-02-29T23:30:00' }}", "2024-03-10T01:59:00", "2024-02-29")) // a missing date would be now
	options := `"options":` + g.one(`{}`, `{"includeInputFields":true}`)
	switch g.IntN(5) {
	case 0:
		return object(fmt.Sprintf(`"operation":%q`, g.one("addToDate", "subtractFromDate")), `"magnitude":`+date,
			fmt.Sprintf(`"timeUnit":%q,"duration":%d`, g.one("years", "months", "weeks", "days", "hours", "minutes"), g.IntN(50)), options), 1, 1
	case 1:
		return object(`"operation":"extractDate"`, `"date":`+date, fmt.Sprintf(`"part":%q`, g.one("year", "month", "week", "day", "hour", "minute")), options), 1, 1
	case 2:
		return object(`"operation":"formatDate"`, `"date":`+date,
			fmt.Sprintf(`"format":%q`, g.one("MM/dd/yyyy", "yyyy/MM/dd", "MMMM dd yyyy", "MM-dd-yyyy", "yyyy-MM-dd", "X", "x", "custom")), `"customFormat":"dd LLL yyyy HH:mm"`,
			`"options":`+g.one(`{}`, `{"includeInputFields":true}`, `{"timezone":true}`, `{"fromFormat":"yyyy-MM-dd"}`)), 1, 1
	case 3:
		return object(`"operation":"getTimeBetweenDates"`, `"startDate":"2020-01-01"`, `"endDate":`+date,
			`"units":`+g.one(`["day"]`, `["year","month","day"]`, `["hour","minute"]`), `"options":{"isoString":`+g.flag()+`}`), 1, 1
	}
	return object(`"operation":"roundDate"`, `"date":`+date, fmt.Sprintf(`"mode":%q,"toNearest":%q`, g.one("roundDown", "roundUp"),
		g.one("year", "month", "week", "day", "hour", "minute")), options), 1, 1
}

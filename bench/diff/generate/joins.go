package generate

import (
	"fmt"
	"strings"
)

func makeMerge(g *generator, version float64) (string, int, int) {
	if version < 3 {
		return oldMerge(g), 2, 1
	}
	switch g.IntN(6) {
	case 0:
		n := 2 + g.IntN(2)
		return object(`"mode":"append"`, fmt.Sprintf(`"numberInputs":%d`, n)), n, 1
	case 1:
		n := 2 + g.IntN(2)
		return object(`"mode":"combine"`, `"combineBy":"combineByPosition"`, fmt.Sprintf(`"numberInputs":%d`, n),
			`"options":`+g.one(`{}`, `{"includeUnpaired":true}`, clash(g), clash(g))), n, 1
	case 2:
		return object(`"mode":"combine"`, `"combineBy":"combineAll"`, `"options":`+g.one(`{}`, clash(g))), 2, 1
	case 3:
		return object(`"mode":"chooseBranch"`, g.one(`"useDataOfInput":"2"`, `"useDataOfInput":"1"`, `"output":"empty"`)), 2, 1
	case 4:
		return object(`"mode":"combineBySql"`, `"query":`+quoted(g.one(
			"SELECT * FROM input1 LEFT JOIN input2 ON input1.id = input2.id",
			"SELECT g, COUNT(*) AS c FROM input1 GROUP BY g ORDER BY g",
			"SELECT input1.id, input2.name FROM input1 JOIN input2 ON input1.g = input2.g ORDER BY input1.id LIMIT 3",
			"SELECT id, n * 2 AS twice FROM input2 WHERE n > 0",
		)), `"options":{}`), 2, 1
	}
	members := []string{`"mode":"combine"`, `"combineBy":"combineByFields"`, `"fieldsToMatchString":` + quoted(strings.Join(g.some(2, "id", "g", "n", "o.p"), ", ")), join(g), `"options":` + matching(g)}
	if g.chance(3) {
		members[2] = `"advanced":true,"mergeByFields":{"values":[{"field1":` + quoted(g.one("id", "g")) + `,"field2":` + quoted(g.one("id", "name")) + `}]}`
	}
	return object(members...), 2, 1
}

func join(g *generator) string {
	text := fmt.Sprintf(`"joinMode":%q`, g.one("keepMatches", "keepNonMatches", "keepEverything", "enrichInput1", "enrichInput2"))
	return text + g.one("", `,"outputDataFrom":"input1"`, `,"outputDataFrom":"input2"`, `,"outputDataFrom":"both"`)
}

func clash(g *generator) string {
	return fmt.Sprintf(`{"clashHandling":{"values":{"resolveClash":%q,"mergeMode":%q,"overrideEmpty":%s}}}`,
		g.one("addSuffix", "preferInput1", "preferInput2", "preferLast"), g.one("deepMerge", "shallowMerge"), g.flag())
}

func matching(g *generator) string {
	return g.one(`{}`, `{"multipleMatches":"first"}`, `{"multipleMatches":"all"}`, `{"fuzzyCompare":true}`, `{"disableDotNotation":true}`, clash(g))
}

func oldMerge(g *generator) string {
	switch g.IntN(5) {
	case 0:
		return `{"mode":"append"}`
	case 1:
		return object(`"mode":"combine"`, `"combinationMode":"mergeByPosition"`, `"options":`+g.one(`{}`, `{"includeUnpaired":true}`, clash(g)))
	case 2:
		return object(`"mode":"combine"`, `"combinationMode":"multiplex"`, `"options":`+g.one(`{}`, clash(g)))
	case 3:
		return object(`"mode":"chooseBranch"`, g.one(`"output":"input1"`, `"output":"input2"`, `"output":"empty"`))
	}
	return object(`"mode":"combine"`, `"mergeByFields":{"values":[{"field1":`+quoted(g.one("id", "g"))+`,"field2":`+quoted(g.one("id", "g"))+`}]}`, join(g), `"options":`+matching(g))
}

func makeCompare(g *generator, _ float64) (string, int, int) {
	members := []string{`"mergeByFields":{"values":[{"field1":` + quoted(g.one("id", "g", "o.p")) + `,"field2":` + quoted(g.one("id", "id", "g")) + `}]}`}
	switch resolve := g.one("preferInput1", "preferInput2", "mix", "includeBoth"); resolve {
	case "mix":
		members = append(members, `"resolve":"mix"`, fmt.Sprintf(`"preferWhenMix":%q`, g.one("input1", "input2")), `"exceptWhenMix":"name"`)
	default:
		members = append(members, fmt.Sprintf(`"resolve":%q`, resolve))
	}
	return object(append(members, `"options":`+g.one(`{}`, `{"skipFields":"tags"}`, `{"fuzzyCompare":true}`, `{"multipleMatches":"all"}`, `{"disableDotNotation":true}`))...), 2, 4
}

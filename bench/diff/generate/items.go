package generate

import (
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// people are the items that sources choose from: alike in shape, and yet not.
var people = []string{
	`{"id":1,"name":"ann","g":"x","n":5,"tags":["a","b"],"o":{"p":1,"q":"r"},"d":"2024-01-31T10:00:00.000Z","e":"a@x.com"}`,
	`{"id":2,"name":"Bob","g":"y","n":2.5,"tags":[],"o":{"p":2},"d":"2024-03-10","e":""}`,
	`{"id":3,"name":"cy","g":"x","n":-1,"tags":["c"],"o":{},"d":"2023-12-31T23:59:59.000Z","e":null}`,
	`{"id":4,"name":"Dee","g":"z","n":5,"tags":["a"],"o":{"p":1,"q":"s"},"d":"2024-02-29","flag":true}`,
	`{"id":2,"name":"Bob","g":"y","n":2.5,"tags":["d","e"],"o":{"p":2},"d":"2024-07-04T12:30:00-05:00","flag":false}`,
	`{"id":5,"name":"Éva Ünal","g":"x","n":0,"tags":["b","a","b"],"o":{"p":null,"q":"r"},"d":"2024-11-03T01:30:00"}`,
	`{"id":6,"name":"","g":"y","n":null,"tags":["f"],"o":{"p":3,"q":{"deep":[1,{"z":2}]}},"flag":true,"e":"f@y.org"}`,
	`{"id":"7","name":"Gus","g":"z","n":"12","tags":"a, b","o":{"p":"1"},"d":"2024-05-05T05:05:05.005+02:00"}`,
	`{"id":8,"g":"x","n":1000000,"tags":[1,2,"3"],"d":"2024-01-31"}`,
}

// source draws the items that all begins with.
func (g *generator) source() string {
	list := make([]string, 1+g.IntN(5))
	for i := range list {
		list[i] = people[g.IntN(len(people))]
	}
	return strings.Join(list, ", ")
}

func code(js string) string { return `{"jsCode":` + item.String(js).JSON() + `}` }

// scripts are the code steps for all items, and for each.
var (
	scripts = []string{
		"const seen = {};\nfor (const { json } of $input.all()) { seen[json.g] = (seen[json.g] || 0) + 1; }\nreturn Object.entries(seen).map(([g, c]) => ({ g, c }));",
		"return $input.all().reverse();",
		"return [{ json: { total: $input.all().reduce((s, i) => s + (i.json.n ?? 0), 0), from: $('Src').all().length } }];",
		"return $input.all().filter(i => i.json.id !== 2).map(i => ({ json: { ...i.json, seen: true } }));",
		"return $input.all().map((i, k) => ({ json: { k, id: i.json.id }, pairedItem: k }));",
		"const items = $input.all();\nfor (const item of items) { item.json.up = String(item.json.name ?? '').toUpperCase(); }\nreturn items;",
		"return { first: $input.first().json.id, last: $input.last().json.id, run: $runIndex };",
		"return [];",
		"if ($input.all().length > 2) { throw new Error('too many: ' + $input.all().length); }\nreturn $input.all();",
		"return $input.all().flatMap(i => (Array.isArray(i.json.tags) ? i.json.tags : []).map(t => ({ json: { t }, pairedItem: i.pairedItem })));",
		"const keys = new Set();\nfor (const i of $input.all()) Object.keys(i.json).forEach(k => keys.add(k));\nreturn [{ json: { keys: [...keys].sort() } }];",
	}
	scriptsForEach = []string{
		"$input.item.json.tagCount = ($json.tags ?? []).length;\nreturn $input.item;",
		"return { json: { id: $json.id, i: $itemIndex, of: $('Src').first().json.id } };",
		"if ($json.id === 3) { throw new Error('not three'); }\nreturn { json: { ...$json, ok: true } };",
		"return $json.n > 2 ? { json: { n: $json.n } } : null;",
	}
)

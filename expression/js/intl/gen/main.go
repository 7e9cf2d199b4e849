// Command gen makes the data of package intl from the Unicode CLDR in JSON, as
// npm has it. Given the folder into which the packages were unpacked, each
// under its own name (cldr-core, cldr-numbers-full, cldr-dates-full,
// cldr-localenames-full, cldr-misc-full, cldr-units-full, cldr-bcp47,
// cldr-cal-buddhist-full, cldr-cal-persian-full), it writes one archive:
//
//	go run ./expression/js/intl/gen -from FOLDER -to expression/js/intl/data/cldr.bin
//
// A locale is written as its difference from its parent. See archive.go for
// the form.
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

// localeList names the locales that ICU 78 has: those of CLDR 48 with at
// least basic coverage, and some that it always had.
//
//go:embed locales.txt
var localeList string

func main() {
	from := flag.String("from", "", "folder of the unpacked packages")
	to := flag.String("to", "expression/js/intl/data/cldr.bin", "file to write")
	flag.Parse()
	if err := run(*from, *to); err != nil {
		log.Fatal(err)
	}
}

func run(from, to string) error {
	g := &generator{dir: from}
	shared, err := g.shared()
	if err != nil {
		return err
	}
	g.parents = parentsOf(shared)
	shared["locales"] = strings.Join(strings.Fields(localeList), " ")
	a := newArchive()
	a.add("", 0, shared)
	locales := append([]string{"und"}, strings.Fields(localeList)...)
	kept := map[string][sections]table{}
	for _, locale := range locales {
		if kept[locale], err = g.locale(locale); err != nil {
			return fmt.Errorf("locale %s: %w", locale, err)
		}
	}
	for _, locale := range locales {
		parent := g.parent(locale, kept)
		for s, t := range kept[locale] {
			a.add(locale, s+1, difference(t, kept[parent][s]))
		}
	}
	raw, err := a.bytes()
	if err != nil {
		return err
	}
	return os.WriteFile(to, raw, 0o644)
}

// table is flat data: a path in the JSON and a text.
type table map[string]string

// generator reads the packages.
type generator struct {
	dir     string
	parents map[string]string
}

// parentsOf gives the parents that are not a prefix (UTS #35 part 1, 4.1).
func parentsOf(shared table) map[string]string {
	parents := map[string]string{}
	for key, parent := range shared {
		if child, ok := strings.CutPrefix(key, "parent/"); ok {
			parents[child] = parent
		}
	}
	return parents
}

// parent is the nearest parent that is in the data.
func (g *generator) parent(locale string, kept map[string][sections]table) string {
	for locale != "und" {
		next, ok := g.parents[locale]
		if i := strings.LastIndexByte(locale, '-'); !ok && i > 0 {
			next = locale[:i]
		} else if !ok {
			next = "und"
		}
		if _, ok := kept[next]; ok {
			return next
		}
		locale = next
	}
	return ""
}

// difference is what of t the parent says otherwise; what the parent alone has
// is empty.
func difference(t, parent table) table {
	d := table{}
	for key, value := range t {
		if was, ok := parent[key]; !ok || was != value {
			d[key] = value
		}
	}
	for key := range parent {
		if _, ok := t[key]; !ok {
			d[key] = ""
		}
	}
	return d
}

// read gives one member of a JSON file.
func (g *generator) read(file string, path ...string) (json.RawMessage, error) {
	raw, err := os.ReadFile(filepath.Join(g.dir, file))
	if err != nil {
		return nil, err
	}
	return member(raw, path...)
}

func member(raw json.RawMessage, path ...string) (json.RawMessage, error) {
	for _, name := range path {
		var o map[string]json.RawMessage
		if err := json.Unmarshal(raw, &o); err != nil {
			return nil, err
		}
		if o[name] == nil {
			return nil, fmt.Errorf("no member %q", name)
		}
		raw = o[name]
	}
	return raw, nil
}

// flatten adds all texts under a value that keep takes, by their path.
func flatten(raw json.RawMessage, path string, t table, keep func(path string) bool) {
	raw = bytes.TrimSpace(raw)
	switch raw[0] {
	case '{':
		var o map[string]json.RawMessage
		if json.Unmarshal(raw, &o) == nil {
			for name, value := range o {
				flatten(value, path+"/"+name, t, keep)
			}
		}
	case '[':
		var list []string
		if json.Unmarshal(raw, &list) == nil {
			t[path] = strings.Join(list, " ")
		}
	default:
		var text string
		if json.Unmarshal(raw, &text) == nil && keep(path) {
			t[path] = text
		}
	}
}

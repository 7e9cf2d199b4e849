package intl

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"sync"
)

// archive holds the data of all locales; the comment of gen/archive.go says
// how. Its licence is data/LICENSE.
//
//go:embed data/cldr.bin
var archive []byte

// Sections of the archive.
const (
	sectionShared = iota
	sectionMain   // numbers, dates, lists
	sectionZones  // names of time zones
	sectionNames  // names of languages, regions, currencies, units
	sections
)

// blob is a part of the archive that has not been unpacked.
type blob struct {
	packed []byte
	size   int
}

func (b blob) unpack() []byte {
	raw := make([]byte, b.size)
	if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(b.packed)), raw); err != nil {
		panic(err) // embedded
	}
	return raw
}

// contents are the blobs of each section by the name of their locale.
var contents = sync.OnceValue(func() (index [sections]map[string]blob) {
	rest := archive
	number := func() int {
		n, size := binary.Uvarint(rest)
		rest = rest[size:]
		return int(n)
	}
	type place struct {
		name                  string
		section, size, packed int
	}
	places := make([]place, number())
	for i := range places {
		n := number()
		p := place{name: string(rest[:n])}
		rest = rest[n:]
		p.section, p.size, p.packed = number(), number(), number()
		places[i] = p
	}
	for i := range index {
		index[i] = map[string]blob{}
	}
	for _, p := range places {
		index[p.section][p.name] = blob{packed: rest[:p.packed], size: p.size}
		rest = rest[p.packed:]
	}
	return index
})

// keys are the keys of each section in order.
var keys = func() (list [sections]func() []string) {
	for section := range list {
		list[section] = sync.OnceValue(func() []string {
			return strings.Split(string(contents()[section][""].unpack()), "\n")
		})
	}
	return list
}()

// table is one unpacked blob: texts by the place of their key.
type table struct {
	places []uint32
	texts  []string
}

func unpackTable(b blob) *table {
	t := &table{}
	if b.size == 0 {
		return t
	}
	raw := string(b.unpack())
	at, place := 0, uint64(0)
	number := func() uint64 {
		n, shift := uint64(0), 0
		for {
			c := raw[at]
			at++
			n |= uint64(c&0x7f) << shift
			if c < 0x80 {
				return n
			}
			shift += 7
		}
	}
	for at < len(raw) {
		place += number()
		n := int(number())
		t.places = append(t.places, uint32(place))
		t.texts = append(t.texts, raw[at:at+n])
		at += n
	}
	return t
}

func (t *table) at(place uint32) (string, bool) {
	i, ok := slices.BinarySearch(t.places, place)
	if !ok {
		return "", false
	}
	return t.texts[i], true
}

// data is a locale's data, which refers to that of its parent.
type data struct {
	name   string
	parent *data
	tables [sections]func() *table
}

var (
	dataLock sync.Mutex
	datas    = map[string]*data{}
)

// root is the data of no locale, and that which belongs to none.
const root = "und"

// loadData gives the data of a locale that the archive has.
func loadData(name string) *data {
	dataLock.Lock()
	defer dataLock.Unlock()
	return loadLocked(name)
}

func loadLocked(name string) *data {
	if d, ok := datas[name]; ok {
		return d
	}
	d := &data{name: name}
	for section := range d.tables {
		b := contents()[section][name]
		d.tables[section] = sync.OnceValue(func() *table { return unpackTable(b) })
	}
	datas[name] = d
	if name != root {
		d.parent = loadLocked(parentOf(name))
	}
	return d
}

// parentOf is the nearest parent in the archive (UTS #35 part 1, 4.1).
func parentOf(name string) string {
	for name != root {
		if p := shared("parent/" + name); p != "" {
			name = p
		} else if i := strings.LastIndexByte(name, '-'); i > 0 {
			name = name[:i]
		} else {
			return root
		}
		if known(name) {
			return name
		}
	}
	return root
}

// known says whether there is data of a locale, or it is as its parent.
func known(name string) bool {
	_, ok := localeNames()[name]
	return ok || name == root
}

var localeNames = sync.OnceValue(func() map[string]struct{} {
	all := map[string]struct{}{}
	for name := range strings.FieldsSeq(shared("locales")) {
		all[name] = struct{}{}
	}
	return all
})

var sharedTable = sync.OnceValue(func() *table { return unpackTable(contents()[sectionShared][root]) })

// shared gives a text that belongs to no locale.
func shared(key string) string {
	place, ok := slices.BinarySearch(keys[sectionShared](), key)
	if !ok {
		return ""
	}
	text, _ := sharedTable().at(uint32(place))
	return text
}

func hasShared(key string) bool {
	_, ok := slices.BinarySearch(keys[sectionShared](), key)
	return ok
}

// sharedUnder calls f with what is under a prefix, in order.
func sharedUnder(prefix string, f func(rest, text string)) {
	list := keys[sectionShared]()
	i, _ := slices.BinarySearch(list, prefix)
	for ; i < len(list) && strings.HasPrefix(list[i], prefix); i++ {
		text, _ := sharedTable().at(uint32(i))
		f(list[i][len(prefix):], text)
	}
}

func sectionOf(key string) int {
	switch key[0] {
	case 'n', 'g', 'b', 'p', 'f':
		return sectionMain
	case 'l':
		if strings.HasPrefix(key, "l/") {
			return sectionMain
		}
	case 'z':
		return sectionZones
	}
	return sectionNames
}

// text gives a text of the locale or the nearest parent that has it.
func (d *data) text(key string) string {
	section := sectionOf(key)
	place, ok := slices.BinarySearch(keys[section](), key)
	if !ok {
		return ""
	}
	return d.at(section, uint32(place))
}

func (d *data) at(section int, place uint32) string {
	for l := d; l != nil; l = l.parent {
		if text, ok := l.tables[section]().at(place); ok {
			return text
		}
	}
	return ""
}

// first gives the text of the first key that has one.
func (d *data) first(keys ...string) string {
	for _, key := range keys {
		if text := d.text(key); text != "" {
			return text
		}
	}
	return ""
}

// under calls f with what is under a prefix, in order of the keys.
func (d *data) under(prefix string, f func(rest, text string)) {
	section := sectionOf(prefix)
	list := keys[section]()
	i, _ := slices.BinarySearch(list, prefix)
	for ; i < len(list) && strings.HasPrefix(list[i], prefix); i++ {
		if text := d.at(section, uint32(i)); text != "" {
			f(list[i][len(prefix):], text)
		}
	}
}

package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// archive is what data.go reads: a count of blobs; for each its name, its
// section, and its sizes before and after compression; then the blobs.
// Section 0 is shared data. The data of a section of a locale refers to the
// keys of the section, which are a blob without a name.
//
// A blob of keys is a line for each key, in order. A blob of data has for each
// entry the distance of its key from the last one, and its text with its size.
type archive struct {
	entries []entry
}

type entry struct {
	name    string
	section int
	data    table
}

func newArchive() *archive { return &archive{} }

func (a *archive) add(name string, section int, data table) {
	if len(data) > 0 {
		a.entries = append(a.entries, entry{name, section, data})
	}
}

// keysOf gives all keys of a section in order.
func (a *archive) keysOf(section int) []string {
	all := map[string]bool{}
	for _, e := range a.entries {
		if e.section == section {
			for key := range e.data {
				all[key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func (a *archive) bytes() ([]byte, error) {
	var head, body []byte
	write := func(name string, section int, raw []byte) error {
		packed, err := pack(raw)
		if err != nil {
			return err
		}
		head = append(binary.AppendUvarint(head, uint64(len(name))), name...)
		for _, n := range []int{section, len(raw), len(packed)} {
			head = binary.AppendUvarint(head, uint64(n))
		}
		body = append(body, packed...)
		return nil
	}
	count := len(a.entries)
	for section := range sections + 1 {
		keys := a.keysOf(section)
		count++
		if err := write("", section, []byte(strings.Join(keys, "\n"))); err != nil {
			return nil, err
		}
		for _, e := range a.entries {
			if e.section != section {
				continue
			}
			name := e.name
			if section == 0 {
				name = "und"
			}
			if err := write(name, section, encode(keys, e.data)); err != nil {
				return nil, err
			}
		}
	}
	return slices.Concat(binary.AppendUvarint(nil, uint64(count)), head, body), nil
}

func encode(keys []string, data table) []byte {
	var raw []byte
	last := 0
	for i, key := range keys {
		value, ok := data[key]
		if !ok {
			continue
		}
		raw = binary.AppendUvarint(raw, uint64(i-last))
		raw = append(binary.AppendUvarint(raw, uint64(len(value))), value...)
		last = i
	}
	return raw
}

func pack(raw []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	err = w.Close()
	return packed.Bytes(), err
}

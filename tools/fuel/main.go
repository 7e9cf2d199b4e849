// Fuel rewrites a WebAssembly module so that every loop counts: after a million
// rounds the module calls the function host.tick, where the host can look at its
// clock and end the code. Functions that ask by themselves are left as they are.
//
//	go run ./tools/fuel IN OUT FUNCTION…
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
)

const (
	secCustom = 0
	secImport = 2
	secGlobal = 6
	secCode   = 10

	// rounds is how many rounds of loops lie between two calls.
	rounds = 1 << 20
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: fuel IN OUT FUNCTION…")
		os.Exit(2)
	}
	in, err := os.ReadFile(os.Args[1])
	if err == nil {
		var out []byte
		if out, err = rewrite(in, os.Args[3:]); err == nil {
			err = os.WriteFile(os.Args[2], out, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fuel:", err)
		os.Exit(1)
	}
}

type section struct {
	id   byte
	body []byte
}

// reader reads a module; what is cut short panics, since a compiler wrote it.
type reader struct{ b []byte }

func (r *reader) byte() byte {
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) bytes(n uint64) []byte {
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	r.b = r.b[n:]
	return v
}

func (r *reader) skipInt() {
	for r.byte()&0x80 != 0 {
	}
}

func (r *reader) name() string { return string(r.bytes(r.uint())) }

func rewrite(module []byte, leave []string) (out []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("not a module of the expected kind: %v", p)
		}
	}()
	sections := split(module)
	tick, imported, importedGlobals := imports(sections)
	names := functionNames(sections)
	var skip []uint64
	for index, name := range names {
		if slices.Contains(leave, name) {
			skip = append(skip, index)
		}
	}
	if tick < 0 || len(skip) != len(leave) {
		return nil, fmt.Errorf("host.tick is function %d; %d of %d functions to leave were found", tick, len(skip), len(leave))
	}
	out = append(out, module[:8]...)
	fuel := uint64(0)
	for _, s := range sections {
		switch s.id {
		case secCustom:
			continue
		case secGlobal:
			s.body, fuel = addGlobal(s.body)
			fuel += importedGlobals
		case secCode:
			s.body = rewriteCode(s.body, imported, fuel, uint64(tick), skip)
		}
		out = append(out, s.id)
		out = binary.AppendUvarint(out, uint64(len(s.body)))
		out = append(out, s.body...)
	}
	return out, nil
}

func split(module []byte) (list []section) {
	r := &reader{module[8:]}
	for len(r.b) > 0 {
		id := r.byte()
		list = append(list, section{id, r.bytes(r.uint())})
	}
	return list
}

// imports finds the function host.tick and counts imported functions and globals.
func imports(sections []section) (tick int, functions, globals uint64) {
	tick = -1
	for _, s := range sections {
		if s.id != secImport {
			continue
		}
		r := &reader{s.body}
		for range r.uint() {
			module, name := r.name(), r.name()
			switch kind := r.byte(); kind {
			case 0:
				if module == "host" && name == "tick" {
					tick = int(functions)
				}
				functions++
				r.uint()
			case 3:
				globals++
				r.bytes(2)
			default:
				panic(fmt.Sprintf("import of kind %d", kind))
			}
		}
	}
	return tick, functions, globals
}

// functionNames reads the names that the linker left.
func functionNames(sections []section) map[uint64]string {
	names := map[uint64]string{}
	for _, s := range sections {
		r := &reader{s.body}
		if s.id != secCustom || r.name() != "name" {
			continue
		}
		for len(r.b) > 0 {
			id := r.byte()
			sub := &reader{r.bytes(r.uint())}
			if id != 1 {
				continue
			}
			for range sub.uint() {
				index := sub.uint()
				names[index] = sub.name()
			}
		}
	}
	return names
}

// addGlobal adds the counter and gives its number among the module's own.
func addGlobal(body []byte) (out []byte, index uint64) {
	r := &reader{body}
	index = r.uint()
	out = binary.AppendUvarint(out, index+1)
	out = append(out, r.b...)
	out = append(out, 0x7f, 1, 0x41) // i32, mutable, i32.const
	out = appendInt(out, rounds)
	return append(out, 0x0b), index
}

func appendInt(out []byte, v int64) []byte {
	for {
		c := byte(v & 0x7f)
		v >>= 7
		if v == 0 && c&0x40 == 0 || v == -1 && c&0x40 != 0 {
			return append(out, c)
		}
		out = append(out, c|0x80)
	}
}

func rewriteCode(body []byte, imported, fuel, tick uint64, skip []uint64) (out []byte) {
	r := &reader{body}
	count := r.uint()
	out = binary.AppendUvarint(out, count)
	for i := range count {
		f := r.bytes(r.uint())
		if !slices.Contains(skip, imported+i) {
			f = rewriteFunction(f, fuel, tick)
		}
		out = binary.AppendUvarint(out, uint64(len(f)))
		out = append(out, f...)
	}
	return out
}

// count is what stands at the beginning of a loop.
func countRound(fuel, tick uint64) []byte {
	var b []byte
	get := func() { b = binary.AppendUvarint(append(b, 0x23), fuel) }
	set := func() { b = binary.AppendUvarint(append(b, 0x24), fuel) }
	get()
	b = append(b, 0x41, 1, 0x6b) // i32.const 1, i32.sub
	set()
	get()
	b = append(b, 0x45, 0x04, 0x40, 0x41) // i32.eqz, if, i32.const
	b = appendInt(b, rounds)
	set()
	b = binary.AppendUvarint(append(b, 0x10), tick)
	return append(b, 0x0b)
}

func rewriteFunction(f []byte, fuel, tick uint64) []byte {
	var out bytes.Buffer
	r := &reader{f}
	for range r.uint() { // locals
		r.uint()
		r.byte()
	}
	out.Write(f[:len(f)-len(r.b)])
	round := countRound(fuel, tick)
	for len(r.b) > 0 {
		before := r.b
		op := r.byte()
		skipImmediates(r, op)
		out.Write(before[:len(before)-len(r.b)])
		if op == 0x03 { // loop
			out.Write(round)
		}
	}
	return out.Bytes()
}

func skipImmediates(r *reader, op byte) {
	switch {
	case op >= 0x02 && op <= 0x04, op == 0x41, op == 0x42: // blocks, constants
		r.skipInt()
	case op == 0x0c, op == 0x0d, op == 0x10, op >= 0x20 && op <= 0x26, op == 0xd2:
		r.uint()
	case op == 0x0e: // br_table
		for range r.uint() {
			r.uint()
		}
		r.uint()
	case op == 0x11: // call_indirect
		r.uint()
		r.uint()
	case op == 0x1c: // select with types
		r.bytes(r.uint())
	case op >= 0x28 && op <= 0x3e: // loads and stores
		r.uint()
		r.uint()
	case op == 0x3f, op == 0x40, op == 0xd0:
		r.byte()
	case op == 0x43:
		r.bytes(4)
	case op == 0x44:
		r.bytes(8)
	case op == 0xfc:
		skipMore(r, r.uint())
	case op <= 0xc4 || op == 0xd1:
	default:
		panic(fmt.Sprintf("instruction %#x", op))
	}
}

func skipMore(r *reader, op uint64) {
	switch {
	case op <= 7: // conversions
	case op == 8, op == 10, op == 12, op == 14:
		r.uint()
		r.uint()
	case op <= 17:
		r.uint()
	default:
		panic(fmt.Sprintf("instruction 0xfc %#x", op))
	}
}

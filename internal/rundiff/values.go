package rundiff

import (
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// MaxDifferences bounds how many places are told of one value.
const MaxDifferences = 50

// Difference is a place where a value is not what was expected. Undefined: there
// is nothing.
type Difference struct {
	Path      string
	Want, Got item.Value
}

// Values lists the innermost places where two values differ. The order of keys
// does not count, and a key without a value is as good as none.
func Values(path string, got, want item.Value) []Difference {
	return values(nil, path, got, want)
}

func values(out []Difference, path string, got, want item.Value) []Difference {
	if len(out) >= MaxDifferences || item.Equal(got, want) {
		return out
	}
	if a, ok := got.Obj(); ok {
		if b, ok := want.Obj(); ok {
			for key, expected := range b.All() {
				have, _ := a.Get(key)
				out = values(out, Member(path, key), have, expected)
			}
			for key, have := range a.All() {
				if _, expected := b.Get(key); !expected {
					out = values(out, Member(path, key), have, item.Undefined)
				}
			}
			return out
		}
	}
	if a, ok := got.Elems(); ok {
		if b, ok := want.Elems(); ok {
			for i := range max(len(a), len(b)) {
				out = values(out, path+"["+strconv.Itoa(i)+"]", at(a, i), at(b, i))
			}
			return out
		}
	}
	return append(out, Difference{Path: path, Got: got, Want: want})
}

func at(list []item.Value, i int) item.Value {
	if i < len(list) {
		return list[i]
	}
	return item.Undefined
}

// Member is the path of a member: with a dot where the key is a plain name.
func Member(path, key string) string {
	plain := key != "" && strings.IndexFunc(key, func(r rune) bool {
		return r != '_' && r != '$' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0 && (key[0] < '0' || key[0] > '9')
	switch {
	case !plain:
		return path + "[" + item.String(key).JSON() + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

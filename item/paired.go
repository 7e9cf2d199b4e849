package item

// Pair points at one item of one input of the step that made an item, both counted from 0.
type Pair struct {
	Item  int
	Input int
	// From is set where the item did not come from what feeds that input in this run of the step, but from an earlier
	// output: a loop hands out in a later round what it got in its first. n8n calls it sourceOverwrite.
	From *Origin
}

// Origin names an output of a run of a step.
type Origin struct {
	Step        string
	Output, Run int
}

// PairForm says how an item names its ancestors. The forms differ in JSON and are kept as they came.
type PairForm uint8

// The forms of a Paired.
const (
	FormNone PairForm = iota // no ancestors named: no pairedItem in JSON
	FormOne                  // one {item, input}
	FormList                 // a list, which may be empty or have one entry
)

// Paired says which items an item was made from. It is immutable; the zero Paired names none.
type Paired struct {
	form PairForm
	one  Pair
	list []Pair
}

// NoPair names no ancestor.
func NoPair() Paired { return Paired{} }

// PairOf names item of the first input.
func PairOf(item int) Paired { return PairInput(item, 0) }

// PairInput names item of the given input.
func PairInput(item, input int) Paired {
	return Paired{form: FormOne, one: Pair{Item: item, Input: input}}
}

// PairFrom names item of an output that an earlier run of the step got.
func PairFrom(item int, from Origin) Paired {
	return Paired{form: FormOne, one: Pair{Item: item, From: &from}}
}

// Pairs names all items of the list and takes ownership of it.
func Pairs(list []Pair) Paired { return Paired{form: FormList, list: list} }

// Form says how the ancestors are named.
func (p Paired) Form() PairForm { return p.form }

// First returns the first ancestor; ok is false when there is none.
func (p Paired) First() (pair Pair, ok bool) {
	switch {
	case p.form == FormOne:
		return p.one, true
	case len(p.list) > 0:
		return p.list[0], true
	default:
		return Pair{}, false
	}
}

// All returns every ancestor, nil when none is named. The slice must only be read.
func (p Paired) All() []Pair {
	if p.form == FormOne {
		return []Pair{p.one}
	}
	return p.list
}

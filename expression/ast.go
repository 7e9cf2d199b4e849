package expression

import "github.com/jobsprint/jobsprint/item"

// node is a piece of the syntax tree.
type node interface{ place() span }

func (s span) place() span { return s }

type (
	// literal is a value written out.
	literal struct {
		span
		value item.Value
	}
	// name is a variable.
	name struct {
		span
		text string
	}
	// group is an expression in parentheses: a chain of member accesses ends
	// at them, and they allow what is not allowed bare.
	group struct {
		span
		x node
	}
	unary struct {
		span
		op string
		x  node
	}
	// binary is an operator between two operands, the logical ones included.
	binary struct {
		span
		op   string
		l, r node
	}
	conditional struct {
		span
		test, yes, no node
	}
	arrayLiteral struct {
		span
		elems []argument
	}
	objectLiteral struct {
		span
		members []property
	}
	// templateLiteral has one text more than expressions.
	templateLiteral struct {
		span
		texts []string
		exprs []node
	}
	// chain is a base followed by member accesses and calls. Where a link is
	// optional and the value before it is null or undefined, the chain is
	// undefined.
	chain struct {
		span
		base  node
		links []link
	}
	// arrow is a function.
	arrow struct {
		span
		params []pattern
		rest   *pattern
		body   node
	}
)

// argument is an element of an array literal or of a call.
type argument struct {
	node
	spread bool
}

// property is a member of an object literal: a name or a computed key with a
// value, or a spread.
type property struct {
	key      string
	computed node // nil: key counts
	value    node
	spread   bool
}

type linkKind uint8

const (
	linkMember linkKind = iota // .key, or ["key"]
	linkIndex                  // [index]
	linkCall                   // (args)
)

// link is one member access or call.
type link struct {
	kind     linkKind
	key      string
	index    node
	args     []argument
	optional bool
	quoted   bool // of a member: written in brackets
	at       span
}

// pattern is a parameter: a name, or a list or an object taken apart.
type pattern struct {
	at       span
	name     string // set for a name
	list     []*pattern
	members  []memberPattern
	rest     *pattern // of a list or object
	fallback node     // the default value
	kind     patternKind
}

type patternKind uint8

const (
	patternName patternKind = iota
	patternList
	patternObject
)

type memberPattern struct {
	key   string
	value *pattern
}

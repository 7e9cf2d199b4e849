package expression

import (
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// primary reads what no operator stands in.
func (p *parser) primary() node {
	t := p.tok
	switch t.kind {
	case tokNumber:
		p.advance()
		return literal{t.at, item.Number(t.number)}
	case tokText:
		p.advance()
		return literal{t.at, item.String(t.text)}
	case tokTemplate:
		return p.template()
	case tokName:
		return p.name()
	}
	switch {
	case t.is("("):
		return p.parenthesis()
	case t.is("["):
		return p.array()
	case t.is("{"):
		return p.object()
	case t.is("/") || t.is("/="):
		p.unsupported("regular expressions", t.at)
	case t.is("++") || t.is("--"):
		p.unsupported("assignments", t.at)
	case t.kind == tokEnd:
		p.unexpected("a value")
	default:
		p.unexpected("a value")
	}
	return p.nothing()
}

var wordValues = map[string]item.Value{
	"true": item.True, "false": item.False, "null": item.Null,
}

// name reads a variable, a word that is a value, or the parameter of an arrow
// function without parentheses.
func (p *parser) name() node {
	t := p.tok
	if what, ok := unknownWords[t.text]; ok {
		p.unsupported(what, t.at)
		return p.nothing()
	}
	if statementWords[t.text] {
		p.fail(p.lex.syntax(`"`+t.text+`" cannot stand here: an expression is one value, not a statement`, t.at))
		return p.nothing()
	}
	p.advance()
	if v, ok := wordValues[t.text]; ok {
		return literal{t.at, v}
	}
	if p.tok.is("=>") && !p.tok.newline {
		return p.arrowBody(t.at, []pattern{{at: t.at, name: t.text}}, nil)
	}
	return name{t.at, t.text}
}

func (p *parser) template() node {
	start := p.tok.at
	t := templateLiteral{}
	for p.err == nil {
		text, more, err := p.lex.chunk(start.start)
		if err != nil {
			p.fail(err)
			break
		}
		t.texts = append(t.texts, text)
		if !more {
			start.end = p.lex.at
			p.advance()
			break
		}
		p.advance()
		t.exprs = append(t.exprs, p.expression())
		if !p.tok.is("}") {
			p.unexpected(`"}"`)
		}
	}
	t.span = start
	if p.err == nil && len(t.exprs) == 0 {
		return literal{start, item.String(t.texts[0])}
	}
	return t
}

// parenthesis reads a group, or an arrow function with its parameters.
func (p *parser) parenthesis() node {
	if p.beginsArrow() {
		return p.arrow()
	}
	start := p.tok.at
	p.advance()
	x := p.expression()
	if p.tok.is(",") {
		p.unsupported("several expressions with commas between them", p.tok.at)
	}
	p.expect(")")
	return group{start.to(p.last), x}
}

// beginsArrow looks for "=>" after the parenthesis that closes this one.
func (p *parser) beginsArrow() bool {
	end := closing(p.lex.source[:p.lex.end], p.tok.at.start)
	if end < 0 {
		return false
	}
	ahead := lexer{source: p.lex.source, at: end + 1, end: p.lex.end}
	t, err := ahead.next()
	return err == nil && t.is("=>") && !t.newline
}

// closing returns the offset of the parenthesis that closes the one at open,
// or -1.
func closing(source string, open int) int {
	depth := 0
	for i := open; i < len(source); i++ {
		switch c := source[i]; c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth == 0 {
				return i
			}
		case '\'', '"', '`':
			for i++; i < len(source) && source[i] != c; i++ {
				if source[i] == '\\' {
					i++
				}
			}
		case '/':
			if strings.HasPrefix(source[i:], "/*") {
				i += 1 + max(strings.Index(source[i+2:], "*/"), 0)
			} else if strings.HasPrefix(source[i:], "//") {
				i += lineLength(source[i:])
			}
		}
	}
	return -1
}

func (p *parser) array() node {
	start := p.tok.at
	p.advance()
	elems := []argument{}
	for p.err == nil && !p.tok.is("]") {
		if p.tok.is(",") {
			p.unsupported("lists with holes", p.tok.at)
			break
		}
		elems = append(elems, p.argument())
		if !p.tok.is("]") {
			p.expect(",")
		}
	}
	p.expect("]")
	return arrayLiteral{start.to(p.last), elems}
}

func (p *parser) object() node {
	start := p.tok.at
	p.advance()
	members := []property{}
	for p.err == nil && !p.tok.is("}") {
		members = append(members, p.property())
		if !p.tok.is("}") {
			p.expect(",")
		}
	}
	p.expect("}")
	return objectLiteral{start.to(p.last), members}
}

// property reads one member of an object literal.
func (p *parser) property() property {
	t := p.tok
	if p.accept("...") {
		return property{spread: true, value: p.expression()}
	}
	m, ok := p.propertyKey()
	if !ok {
		return m
	}
	switch {
	case p.accept(":"):
		if m.computed == nil && m.key == "__proto__" {
			p.unsupported("__proto__", t.at)
		}
		m.value = p.expression()
	case p.tok.is("("):
		p.unsupported("methods in objects", t.at)
	case t.kind == tokName && (p.tok.is(",") || p.tok.is("}")):
		m.value = p.shorthand(t)
	case t.kind == tokName && (t.text == "get" || t.text == "set" || t.text == "async"):
		p.unsupported("methods in objects", t.at)
	default:
		p.unexpected(`":"`)
	}
	return m
}

// propertyKey reads what stands before the colon.
func (p *parser) propertyKey() (m property, ok bool) {
	t := p.tok
	switch {
	case t.kind == tokName || t.kind == tokText:
		m.key = t.text
		p.advance()
	case t.kind == tokNumber:
		m.key = item.FormatNumber(t.number)
		p.advance()
	case t.is("["):
		p.advance()
		m.computed = p.expression()
		p.expect("]")
	case t.is("*"):
		p.unsupported("methods in objects", t.at)
	default:
		p.unexpected("the name of a member")
	}
	return m, p.err == nil
}

// shorthand is the value of {name}.
func (p *parser) shorthand(t token) node {
	if what, ok := unknownWords[t.text]; ok {
		p.unsupported(what, t.at)
	} else if _, value := wordValues[t.text]; value || statementWords[t.text] {
		p.fail(p.lex.syntax(`"`+t.text+`" needs ":" and a value here`, t.at))
	}
	return name{t.at, t.text}
}

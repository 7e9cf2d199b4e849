package expression

// arrow reads a function whose parameters stand in parentheses.
func (p *parser) arrow() node {
	start := p.tok.at
	p.advance()
	var params []pattern
	var rest *pattern
	for p.err == nil && !p.tok.is(")") {
		if p.accept("...") {
			r := p.pattern()
			rest = &r
			break
		}
		params = append(params, p.patternWithDefault())
		if !p.tok.is(")") {
			p.expect(",")
		}
	}
	p.expect(")")
	return p.arrowBody(start, params, rest)
}

// arrowBody reads "=>" and what follows: an expression, or a block that does
// nothing but return one.
func (p *parser) arrowBody(start span, params []pattern, rest *pattern) node {
	p.expect("=>")
	var body node
	if p.tok.is("{") {
		body = p.returnBlock()
	} else {
		body = p.expression()
	}
	f := arrow{start.to(p.last), params, rest, body}
	if p.err == nil {
		p.checkParameters(f)
	}
	return f
}

func (p *parser) returnBlock() node {
	p.advance()
	if p.tok.kind != tokName || p.tok.text != "return" {
		p.unsupported("functions of several statements", p.tok.at)
		return p.nothing()
	}
	p.advance()
	if p.tok.newline || p.tok.is(";") || p.tok.is("}") {
		p.unsupported("functions that return nothing", p.tok.at)
		return p.nothing()
	}
	x := p.expression()
	p.accept(";")
	if !p.tok.is("}") {
		p.unsupported("functions of several statements", p.tok.at)
	}
	p.expect("}")
	return x
}

// pattern reads one parameter without its default value.
func (p *parser) pattern() pattern {
	defer p.leave()
	start := p.tok.at
	if !p.enter() {
		return pattern{at: start}
	}
	switch {
	case p.tok.is("["):
		return p.listPattern(start)
	case p.tok.is("{"):
		return p.objectPattern(start)
	case p.tok.kind == tokName:
		return p.namePattern()
	}
	p.unexpected("the name of a parameter")
	return pattern{at: start}
}

func (p *parser) namePattern() pattern {
	t := p.tok
	if _, value := wordValues[t.text]; value || statementWords[t.text] || unknownWords[t.text] != "" {
		p.fail(p.lex.syntax(`A parameter cannot be called "`+t.text+`"`, t.at))
	}
	p.advance()
	return pattern{at: t.at, name: t.text}
}

func (p *parser) patternWithDefault() pattern {
	x := p.pattern()
	if p.accept("=") {
		x.fallback = p.expression()
	}
	return x
}

// listPattern reads [a, , b = 1, ...rest].
func (p *parser) listPattern(start span) pattern {
	x := pattern{kind: patternList}
	p.advance()
	for p.err == nil && !p.tok.is("]") {
		if p.accept(",") {
			x.list = append(x.list, nil)
			continue
		}
		if p.accept("...") {
			r := p.pattern()
			x.rest = &r
			break
		}
		e := p.patternWithDefault()
		x.list = append(x.list, &e)
		if !p.tok.is("]") {
			p.expect(",")
		}
	}
	p.expect("]")
	x.at = start.to(p.last)
	return x
}

// objectPattern reads {a, b: c, d = 1, ...rest}.
func (p *parser) objectPattern(start span) pattern {
	x := pattern{kind: patternObject}
	p.advance()
	for p.err == nil && !p.tok.is("}") {
		if p.accept("...") {
			r := p.namePattern()
			x.rest = &r
			break
		}
		x.members = append(x.members, p.memberPattern())
		if !p.tok.is("}") {
			p.expect(",")
		}
	}
	p.expect("}")
	x.at = start.to(p.last)
	return x
}

func (p *parser) memberPattern() memberPattern {
	t := p.tok
	if t.kind != tokName && t.kind != tokText {
		if t.is("[") || t.kind == tokNumber {
			p.unsupported("computed names in parameters", t.at)
		} else {
			p.unexpected("the name of a member")
		}
		return memberPattern{}
	}
	if deniedNames[t.text] {
		p.fail(denied(p.lex.source, t.text, t.at))
	}
	if ahead := p.lex; t.kind == tokName {
		next, err := ahead.next()
		if err == nil && !next.is(":") { // {a} or {a = 1}
			value := p.patternWithDefault()
			return memberPattern{t.text, &value}
		}
	}
	p.advance()
	p.expect(":")
	value := p.patternWithDefault()
	return memberPattern{t.text, &value}
}

// checkParameters refuses two parameters of one name.
func (p *parser) checkParameters(f arrow) {
	seen := map[string]bool{}
	see := func(name string, at span) {
		if seen[name] {
			p.fail(p.lex.syntax(`There are two parameters called "`+name+`"`, at))
		}
		seen[name] = true
	}
	for i := range f.params {
		f.params[i].eachName(see)
	}
	if f.rest != nil {
		f.rest.eachName(see)
	}
}

// eachName calls see for every name that a pattern binds.
func (x *pattern) eachName(see func(name string, at span)) {
	if x.kind == patternName {
		see(x.name, x.at)
	}
	for _, e := range x.list {
		if e != nil {
			e.eachName(see)
		}
	}
	for _, m := range x.members {
		m.value.eachName(see)
	}
	if x.rest != nil {
		x.rest.eachName(see)
	}
}

package expression

// Bounds of the source of one region.
const (
	// maxNesting bounds parentheses, brackets and operators inside each other.
	maxNesting = 200
	// maxOperators bounds operators in a row, which nest when evaluated.
	maxOperators = 10_000
)

// parser reads one region. Its methods leave the token after what they read
// in tok. The first error is kept and makes every further token the end.
type parser struct {
	lex       lexer
	tok       token
	last      span // of the token before tok
	err       error
	nesting   int
	operators int
}

// parseRegion parses the code between {{ and }}: source[start:end].
func parseRegion(source string, start, end int) (node, error) {
	p := &parser{lex: lexer{source: source, at: start, end: end}}
	p.advance()
	if p.err == nil && p.tok.kind == tokEnd {
		p.fail(p.lex.syntax("There is no expression between {{ and }}", span{max(start-2, 0), min(end+2, len(source))}))
	}
	x := p.expression()
	p.finish()
	if p.err != nil {
		return nil, p.err
	}
	return x, nil
}

// finish checks that nothing but a semicolon follows.
func (p *parser) finish() {
	newline := p.tok.newline
	if p.tok.is(";") {
		newline = true
		p.advance()
	}
	switch {
	case p.tok.kind == tokEnd:
	case p.tok.is(","):
		p.unsupported("several expressions with commas between them", p.tok.at)
	case newline:
		p.unsupported("more than one statement", p.tok.at)
	default:
		p.unexpected("the end of the expression")
	}
}

func (p *parser) advance() {
	p.last = p.tok.at
	if p.err != nil {
		return
	}
	t, err := p.lex.next()
	if err != nil {
		p.fail(err)
		return
	}
	p.tok = t
}

func (p *parser) fail(err error) {
	if p.err == nil {
		p.err = err
		p.tok = token{at: span{p.lex.end, p.lex.end}}
	}
}

func (p *parser) unsupported(what string, at span) { p.fail(p.lex.unsupported(what, at)) }

func (p *parser) unexpected(wanted string) {
	p.fail(p.lex.syntax("Expected "+wanted+" but found "+p.tok.describe(p.lex.source), p.tok.at))
}

// accept passes a punctuator if it is next.
func (p *parser) accept(punct string) bool {
	if !p.tok.is(punct) {
		return false
	}
	p.advance()
	return true
}

func (p *parser) expect(punct string) {
	if !p.accept(punct) {
		p.unexpected(`"` + punct + `"`)
	}
}

// enter notes one more level of nesting; leave must follow when it is true.
func (p *parser) enter() bool {
	p.nesting++
	if p.nesting > maxNesting {
		p.fail(&Error{Code: CodeLimit, Message: "The expression is nested too deeply", Source: p.lex.source, Start: p.tok.at.start, End: p.tok.at.end})
	}
	return p.err == nil
}

func (p *parser) leave() { p.nesting-- }

// nothing stands in for what could not be parsed.
func (p *parser) nothing() node { return literal{span: p.tok.at} }

// expression reads one expression without commas.
func (p *parser) expression() node {
	defer p.leave()
	if !p.enter() {
		return p.nothing()
	}
	start := p.tok.at
	x := p.binary(1)
	if p.tok.is("=>") {
		p.unexpected("an operator")
	}
	if p.accept("?") {
		yes := p.expression()
		p.expect(":")
		no := p.expression()
		return conditional{start.to(p.last), x, yes, no}
	}
	if p.tok.kind == tokPunct && assignments[p.tok.text] {
		p.unsupported("assignments", p.tok.at)
	}
	return x
}

var assignments = map[string]bool{
	"=": true, "+=": true, "-=": true, "*=": true, "/=": true, "%=": true, "**=": true, "<<=": true, ">>=": true,
	">>>=": true, "&=": true, "|=": true, "^=": true, "&&=": true, "||=": true, "??=": true,
}

var precedences = map[string]int{
	"??": 1, "||": 2, "&&": 3, "|": 4, "^": 5, "&": 6,
	"==": 7, "!=": 7, "===": 7, "!==": 7,
	"<": 8, ">": 8, "<=": 8, ">=": 8, "in": 8, "instanceof": 8,
	"<<": 9, ">>": 9, ">>>": 9,
	"+": 10, "-": 10, "*": 11, "/": 11, "%": 11, "**": 12,
}

// binary reads operators that bind at least as tightly as least.
func (p *parser) binary(least int) node {
	start := p.tok.at
	l := p.unary()
	for p.err == nil {
		op := p.tok.text
		precedence := precedences[op]
		if p.tok.kind != tokPunct && (p.tok.kind != tokName || precedence == 0) || precedence < least || precedence == 0 {
			break
		}
		p.checkOperator(op, l)
		p.advance()
		r := p.binary(precedence + 1 - rightAssociative(op))
		p.checkMixed(op, l, r)
		l = binary{start.to(p.last), op, l, r}
	}
	return l
}

func rightAssociative(op string) int {
	if op == "**" {
		return 1
	}
	return 0
}

func (p *parser) checkOperator(op string, l node) {
	p.operators++
	switch {
	case p.operators > maxOperators:
		p.fail(&Error{Code: CodeLimit, Message: "The expression has too many operators", Source: p.lex.source, Start: p.tok.at.start, End: p.tok.at.end})
	case op == "instanceof":
		p.unsupported("instanceof", p.tok.at)
	case op == "**":
		if _, ok := l.(unary); ok {
			p.fail(p.lex.syntax("A sign before ** needs parentheses", l.place().to(p.tok.at)))
		}
	}
}

// checkMixed refuses ?? beside || or && without parentheses.
func (p *parser) checkMixed(op string, l, r node) {
	for _, x := range []node{l, r} {
		b, ok := x.(binary)
		if !ok {
			continue
		}
		inner := b.op == "||" || b.op == "&&"
		if op == "??" && inner || (op == "||" || op == "&&") && b.op == "??" {
			p.fail(p.lex.syntax("?? beside || or && needs parentheses", l.place().to(r.place())))
		}
	}
}

// unary reads signs before an operand.
func (p *parser) unary() node {
	t := p.tok
	isOperator := t.is("!") || t.is("-") || t.is("+") || t.is("~") ||
		t.kind == tokName && (t.text == "typeof" || t.text == "void")
	if !isOperator {
		return p.postfix()
	}
	defer p.leave()
	if !p.enter() {
		return p.nothing()
	}
	p.advance()
	x := p.unary()
	return unary{t.at.to(p.last), t.text, x}
}

func (p *parser) postfix() node {
	x := p.chain()
	if (p.tok.is("++") || p.tok.is("--")) && !p.tok.newline {
		p.unsupported("assignments", p.tok.at)
	}
	return x
}

// chain reads a primary expression and the member accesses and calls after it.
func (p *parser) chain() node {
	start := p.tok.at
	base := p.primary()
	var links []link
	for p.err == nil {
		l, ok := p.link()
		if !ok {
			break
		}
		links = append(links, l)
	}
	if links == nil || p.err != nil {
		return base
	}
	if _, ok := base.(arrow); ok {
		p.fail(p.lex.syntax("A function needs parentheses to be called", base.place()))
	}
	return chain{start.to(p.last), base, links}
}

func (p *parser) link() (link, bool) {
	start := p.tok.at
	l := link{}
	switch {
	case p.accept("."):
		p.member(&l)
	case p.accept("?."):
		l.optional = true
		switch {
		case p.tok.is("["):
			p.index(&l)
		case p.tok.is("("):
			l.kind, l.args = linkCall, p.arguments()
		default:
			p.member(&l)
		}
	case p.tok.is("["):
		p.index(&l)
	case p.tok.is("("):
		l.kind, l.args = linkCall, p.arguments()
	case p.tok.kind == tokTemplate:
		p.unsupported("a function before a text in back quotes", p.tok.at)
		return l, false
	default:
		return l, false
	}
	l.at = start.to(p.last)
	return l, true
}

// member reads the name after a dot.
func (p *parser) member(l *link) {
	if p.tok.kind != tokName {
		p.unexpected("a name after the dot")
		return
	}
	l.kind, l.key = linkMember, p.tok.text
	p.advance()
}

// index reads a member access in brackets. A text in them is a name.
func (p *parser) index(l *link) {
	p.advance()
	x := p.expression()
	p.expect("]")
	if key, ok := textOf(x); ok {
		l.kind, l.key, l.quoted = linkMember, key, true
		return
	}
	l.kind, l.index = linkIndex, x
}

// textOf returns the text that a node is written out as.
func textOf(x node) (string, bool) {
	if x, ok := x.(literal); ok {
		return x.value.Str()
	}
	return "", false
}

// arguments reads the arguments of a call with their parentheses.
func (p *parser) arguments() []argument {
	p.advance()
	args := []argument{}
	for p.err == nil && !p.tok.is(")") {
		args = append(args, p.argument())
		if !p.tok.is(")") {
			p.expect(",")
		}
	}
	p.expect(")")
	return args
}

func (p *parser) argument() argument {
	spread := p.accept("...")
	return argument{p.expression(), spread}
}

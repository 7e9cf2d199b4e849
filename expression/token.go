package expression

// kind is what a token is.
type kind uint8

const (
	tokEnd kind = iota
	tokName
	tokNumber
	tokText     // a quoted string
	tokTemplate // the opening back quote
	tokPunct
)

// token is one piece of JavaScript.
type token struct {
	kind   kind
	text   string  // of a name or punctuator; the content of a string
	number float64 // of a number
	at     span
	// newline is set when a line break stands before the token.
	newline bool
}

func (t token) is(punct string) bool { return t.kind == tokPunct && t.text == punct }

// describe names the token in messages.
func (t token) describe(source string) string {
	if t.kind == tokEnd {
		return "the end of the expression"
	}
	const most = 20
	text := source[t.at.start:t.at.end]
	if len(text) > most {
		text = text[:most] + "…"
	}
	return `"` + text + `"`
}

// punctuators, longest first among those that begin alike.
var punctuators = [...]string{
	">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=",
	"=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
	"<<", ">>", "**",
	"{", "}", "(", ")", "[", "]", ".", ";", ",", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "!", "~", "?", ":", "=",
}

// statementWords begin or belong to statements; none can stand in an
// expression.
var statementWords = map[string]bool{
	"break": true, "case": true, "catch": true, "const": true, "continue": true, "debugger": true, "default": true,
	"do": true, "else": true, "enum": true, "export": true, "extends": true, "finally": true, "for": true, "if": true,
	"return": true, "switch": true, "throw": true, "try": true, "var": true, "while": true, "with": true,
	"in": true, "instanceof": true,
}

// unknownWords begin JavaScript that this engine leaves to others.
var unknownWords = map[string]string{
	"async": "asynchronous functions", "await": "await", "class": "classes", "delete": "delete",
	"function": "functions written with “function” (write an arrow function)", "import": "imports", "let": "statements", "new": "new",
	"super": "super", "this": "this", "yield": "yield",
}

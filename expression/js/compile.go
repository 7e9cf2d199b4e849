package js

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/expression/js/vm"
	"github.com/jobsprint/jobsprint/item"
)

// Compile reads a parameter text: by the compiled path where that knows it all,
// else as JavaScript.
func (e *Engine) Compile(source string) (expression.Program, error) {
	p, err := e.compiled.Compile(source)
	if err == nil || is(err, expression.CodeLimit) {
		return p, err
	}
	return e.CompileScript(source)
}

func is(err error, code string) bool {
	var e *expression.Error
	return errors.As(err, &e) && e.Code == code
}

// CompileScript is Compile without the compiled path.
func (e *Engine) CompileScript(source string) (expression.Program, error) {
	parts := expression.Split(source)
	regions, texts := gather(parts)
	p := &program{engine: e, source: source}
	ctx := context.Background()
	in, err := e.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer e.release(in)
	for _, r := range regions {
		if err := check(ctx, in.vm, source, r); err != nil {
			return nil, err
		}
	}
	for i := range regions {
		regions[i].text = expression.Respaced(regions[i].text)
	}
	if len(parts) == 1 && len(regions) == 1 {
		p.code = "(function(){return " + regions[0].text + "\n})"
	} else {
		p.code = template(texts, regions)
	}
	p.keeps = readsOnly(regions)
	if _, err := in.program(ctx, p); err != nil {
		return nil, compileError(err, source, regions[0])
	}
	return p, nil
}

// region is the code between braces, without the space and the comments in
// front of it.
type region struct {
	text  string
	start int // its place in the source
}

// gather separates the regions from the texts around them: texts[i] stands
// before regions[i], and one after the last.
func gather(parts []expression.Part) (regions []region, texts []string) {
	texts = []string{""}
	for _, part := range parts {
		if !part.Code {
			texts[len(texts)-1] += part.Text
			continue
		}
		text := skipSpace(part.Text)
		regions = append(regions, region{text: text, start: part.Start + len(part.Text) - len(text)})
		texts = append(texts, "")
	}
	return regions, texts
}

// skipSpace removes white space and comments from the front: a line break there
// would end the statement that the text is put into.
func skipSpace(text string) string {
	for {
		text = strings.TrimLeftFunc(text, item.IsSpace)
		switch {
		case strings.HasPrefix(text, "//"):
			end := strings.IndexAny(text, "\n\r\u2028\u2029")
			if end < 0 {
				return ""
			}
			text = text[end:]
		case strings.HasPrefix(text, "/*"):
			end := strings.Index(text[2:], "*/")
			if end < 0 {
				return text
			}
			text = text[2+end+2:]
		default:
			return text
		}
	}
}

// declaration matches the beginning of statements that have no value, though
// they would be expressions where one is wanted.
var declaration = regexp.MustCompile(`^(async\s+function|function|class)\b`)

// check parses a region in the ways that it may be meant: as it stands, as an
// object, and as the statement whose value is taken, the first.
func check(ctx context.Context, machine *vm.VM, source string, r region) error {
	if r.text == "" || r.text[0] == ';' || declaration.MatchString(r.text) {
		return syntaxError(source, r.start, r.start+len(r.text))
	}
	if r.text[0] == '{' {
		err := machine.Check(ctx, "("+r.text+"\n)")
		if err == nil {
			return nil
		}
		if err := compileError(err, source, region{r.text, r.start - 1}); !is(err, expression.CodeSyntax) {
			return err
		}
	}
	if err := machine.Check(ctx, r.text); err != nil {
		return compileError(err, source, r)
	}
	const head = "(function(){return "
	if err := machine.Check(ctx, head+r.text+"\n})"); err != nil {
		return compileError(err, source, region{r.text, r.start - len(head)})
	}
	return nil
}

func syntaxError(source string, start, end int) error {
	return &expression.Error{Code: expression.CodeSyntax, Message: "invalid syntax", Source: source, Start: start, End: end}
}

// compileError turns what the engine says of a text that begins at r.start of
// the source into n8n's words.
func compileError(err error, source string, r region) error {
	var f *vm.Failure
	if !errors.As(err, &f) {
		return err
	}
	start := min(max(r.start+f.Offset, 0), len(source))
	switch f.Kind {
	case vm.KindSyntax, vm.KindError:
		return syntaxError(source, start, start)
	case vm.KindRefused:
		return refusal(f, source, start)
	}
	return &expression.Error{Code: expression.CodeLimit, Message: f.Message, Source: source, Start: start, End: start}
}

const constructorMessage = "Expression contains invalid constructor function call"

func refusal(f *vm.Failure, source string, start int) error {
	e := &expression.Error{Code: expression.CodeDenied, Message: f.Message, Source: source, Start: start, End: start}
	if f.Message == constructorMessage {
		e.Description = "Constructor override attempt is not allowed due to security concerns"
	}
	return e
}

// template is the code of a text with regions.
func template(texts []string, regions []region) string {
	var b strings.Builder
	b.WriteString("(function(){return __template([")
	for i, text := range texts {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(item.AppendQuoted(nil, text))
	}
	b.WriteString("],[")
	for _, r := range regions {
		b.WriteString("function(){return ")
		b.WriteString(r.text)
		b.WriteString("\n},")
	}
	b.WriteString("],this)\n})")
	return b.String()
}

// changing are the signs of code that may change what it reads.
var changing = []string{
	"++", "--", "delete", "](", "push", "pop", "shift", "splice", "sort", "reverse", "fill", "copyWithin", "assign", "set",
	"call", "apply", "bind", "clear", "add(",
}

// readsOnly tells, on the safe side, whether code leaves what it reads as it is:
// then the copies that one item's evaluation read serve the next.
func readsOnly(regions []region) bool {
	for _, r := range regions {
		for _, sign := range changing {
			if strings.Contains(r.text, sign) {
				return false
			}
		}
		for i := range len(r.text) {
			if r.text[i] == '=' && assigns(r.text, i) {
				return false
			}
		}
	}
	return true
}

// assigns tells whether the "=" at i is neither part of a comparison nor of an
// arrow.
func assigns(text string, i int) bool {
	if i+1 < len(text) && (text[i+1] == '=' || text[i+1] == '>') {
		return false
	}
	if i == 0 {
		return true
	}
	switch text[i-1] {
	case '=', '!':
		return false
	case '<', '>':
		return i > 1 && text[i-2] == text[i-1] // <<= and >>=
	}
	return true
}

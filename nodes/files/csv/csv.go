// Package csv reads tables with delimiters the way that n8n reads them: the
// line end is the first one that is found, empty lines are passed over, every
// record must be as long as the first, and the messages of errors are those of
// csv-parse, which n8n uses.
package csv

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

// MaxRecords bounds the records of one file.
const MaxRecords = 5_000_000

// Options say how a text is read.
type Options struct {
	Delimiter string // must not be empty
	// Names takes the names of the columns from the first record.
	Names bool
	// First is the line to begin with, counted from 1; 0 is the first, too.
	First int
	// Max is the largest number of records; 0 or less: all.
	Max int
	// LooseQuotes takes quotes inside of a field as they are.
	LooseQuotes bool
	// SkipBad leaves out records with errors, MaxBad of them at most, where that is 1 or more.
	SkipBad bool
	MaxBad  int
}

// File is what was read: the names of the columns, nil without them, and the records.
type File struct {
	Names   []string
	Records [][]string
}

// Error is what is wrong with a text.
type Error string

// Error is the message.
func (e Error) Error() string { return string(e) }

func fail(format string, args ...any) error { return Error(fmt.Sprintf(format, args...)) }

// parser goes over a text once.
type parser struct {
	Options
	text    string
	at      int
	lineEnd string
	line    int
	ended   bool // a line ended just before
	record  []string
	field   []byte
	quoting bool
	quoted  bool // the field was in quotes
	bad     error
	skipped int
	seen    bool // the first record was read
	width   int
	out     File
}

// Read reads a text. Errors: Error.
func Read(text string, o Options) (File, error) {
	if o.Delimiter == "" {
		return File{}, fail(`Invalid option delimiter: delimiter must be a non empty string or buffer or array of string|buffer, got ""`)
	}
	p := &parser{Options: o, text: text, line: 1}
	for p.at < len(p.text) && !p.full() {
		if err := p.step(); err != nil {
			return File{}, err
		}
	}
	if !p.full() {
		if err := p.finish(); err != nil {
			return File{}, err
		}
	}
	return p.out, nil
}

func (p *parser) full() bool {
	return p.Max > 0 && len(p.out.Records) >= p.Max || len(p.out.Records) >= MaxRecords
}

// step takes the next character, delimiter or line end.
func (p *parser) step() error {
	if p.ended {
		p.line, p.ended = p.line+1, false
	}
	rest := p.text[p.at:]
	if p.lineEnd == "" && !p.quoting {
		p.lineEnd = lineEnd(rest)
	}
	atEnd := p.lineEnd != "" && strings.HasPrefix(rest, p.lineEnd)
	if p.line < p.First {
		p.at++
		if atEnd {
			p.at += len(p.lineEnd) - 1
			p.ended = true
		}
		return nil
	}
	switch {
	case rest[0] == '"' && (p.quoting || len(p.field) == 0 && !p.quoted || !p.LooseQuotes):
		return p.quote(rest)
	case atEnd && p.quoting:
		p.ended = true
	case atEnd:
		p.at += len(p.lineEnd)
		p.ended = true
		return p.endRecord()
	case !p.quoting && strings.HasPrefix(rest, p.Delimiter):
		p.at += len(p.Delimiter)
		p.endField()
		return nil
	}
	p.field = append(p.field, rest[0])
	p.at++
	return nil
}

func lineEnd(rest string) string {
	switch {
	case strings.HasPrefix(rest, "\r\n"):
		return "\r\n"
	case rest[0] == '\n' || rest[0] == '\r':
		return rest[:1]
	}
	return ""
}

func (p *parser) quote(rest string) error {
	switch {
	case p.quoting && strings.HasPrefix(rest, `""`):
		p.field = append(p.field, '"')
		p.at += 2
		return nil
	case p.quoting:
		return p.closeQuote(rest[1:])
	case len(p.field) == 0 && !p.quoted:
		p.quoting, p.quoted = true, true
		p.at++
		return nil
	}
	p.field = append(p.field, '"')
	p.at++
	field := strconv.Itoa(len(p.record))
	if p.Names && p.seen && len(p.record) < len(p.out.Names) {
		field = quoteJSON(p.out.Names[len(p.record)])
	}
	value := string(p.field[:len(p.field)-1])
	return p.fault(fail("Invalid Opening Quote: a quote is found on field %s at line %d, value is %s", field, p.line, quoteJSON(value)))
}

func (p *parser) closeQuote(after string) error {
	end := after == "" || strings.HasPrefix(after, p.Delimiter) || p.lineEnd != "" && strings.HasPrefix(after, p.lineEnd)
	if !end && p.lineEnd == "" {
		p.lineEnd = lineEnd(after)
		end = p.lineEnd != ""
	}
	p.at++
	switch {
	case end:
		p.quoting = false
	case p.LooseQuotes:
		p.quoting = false
		p.field = append(append([]byte{'"'}, p.field...), '"')
	default:
		r, _ := utf8.DecodeRuneInString(after)
		return p.fault(fail("Invalid Closing Quote: got %q at line %d instead of delimiter, record delimiter, trimable character (if activated) or comment", string(r), p.line))
	}
	return nil
}

func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return strconv.Quote(s)
	}
	return string(b)
}

// fault ends the reading, or marks the record as one to leave out.
func (p *parser) fault(err error) error {
	if !p.SkipBad {
		return err
	}
	p.bad = err
	return nil
}

func (p *parser) endField() {
	p.record = append(p.record, string(p.field))
	p.field, p.quoted = p.field[:0], false
}

func (p *parser) endRecord() error {
	if len(p.record) == 0 && len(p.field) == 0 && !p.quoted {
		return nil // an empty line
	}
	p.endField()
	record := p.record
	p.record = nil
	switch {
	case p.bad != nil:
	case !p.seen:
		p.seen, p.width = true, len(record)
		if p.Names {
			p.out.Names = record
			return nil
		}
	case len(record) != p.width:
		message := fmt.Sprintf("Invalid Record Length: expect %d, got %d on line %d", p.width, len(record), p.line)
		if p.Names {
			message = fmt.Sprintf("Invalid Record Length: columns length is %d, got %d on line %d", p.width, len(record), p.line)
		}
		if err := p.fault(Error(message)); err != nil {
			return err
		}
	}
	if p.bad != nil {
		p.bad = nil
		if p.skipped++; p.MaxBad > 0 && p.skipped > p.MaxBad {
			return Error("Max number of skipped records exceeded")
		}
		return nil
	}
	p.out.Records = append(p.out.Records, record)
	return nil
}

// finish ends the last record, which may lack a line end.
func (p *parser) finish() error {
	if p.quoting {
		return p.fault(fail("Quote Not Closed: the parsing is finished with an opening quote at line %d", p.line))
	}
	return p.endRecord()
}

// Values are the records as objects by the names of the columns, or as lists. Without blanks, empty fields are left
// out; a list becomes an object of its places then.
func (f File) Values(names, blanks bool) []item.Value {
	out := make([]item.Value, len(f.Records))
	for i, record := range f.Records {
		switch {
		case !names && blanks:
			list := make([]item.Value, len(record))
			for c, text := range record {
				list[c] = item.String(text)
			}
			out[i] = item.Array(list)
		default:
			out[i] = f.object(record, names, blanks)
		}
	}
	return out
}

func (f File) object(record []string, names, blanks bool) item.Value {
	o := item.NewObject(len(record))
	for c, text := range record {
		key := strconv.Itoa(c)
		if names {
			key = f.Names[c]
		}
		if text != "" || blanks {
			o.Set(key, item.String(text))
		} else if names {
			o.Delete(key)
		}
	}
	return o.Value()
}

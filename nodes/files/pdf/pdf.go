// Package pdf reads the text of PDF files and what they say about themselves.
package pdf

import (
	"bytes"
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/ledongthuc/pdf"

	"github.com/jobsprint/jobsprint/item"
)

// The limits of one file.
const (
	MaxPages = 20_000
	MaxText  = 64 << 20 // bytes of text
)

// Options say how a file is read.
type Options struct {
	// Join makes one text of all pages, else there is a list of them.
	Join bool
	// MaxPages is how many pages are read; 0: all.
	MaxPages int
	Password string
}

// Error is what is wrong with a file, in the words of pdf.js.
type Error string

// Error is the message.
func (e Error) Error() string { return string(e) }

// Errors that are known by their words.
const (
	ErrEmpty    Error = "The PDF file is empty, i.e. its size is zero bytes."
	ErrInvalid  Error = "Invalid PDF structure."
	ErrPassword Error = "No password given"
	ErrTooLarge Error = "the PDF file has too many pages or too much text; split it"
)

// Read gives the object that n8n makes of a file: the number of pages, those that were read, what the file says about
// itself, and the text.
func Read(data []byte, o Options) (doc *item.Object, err error) {
	if len(data) == 0 {
		return nil, ErrEmpty
	}
	defer func() { // the reader panics on damaged files
		if p := recover(); p != nil {
			doc, err = nil, ErrInvalid
		}
	}()
	r, err := open(data, o.Password)
	if err != nil {
		return nil, err
	}
	total := r.NumPage()
	if total > MaxPages {
		return nil, ErrTooLarge
	}
	count := total
	if o.MaxPages > 0 {
		count = min(count, o.MaxPages)
	}
	pages := make([]string, count)
	size := 0
	for i := range pages {
		pages[i] = pageText(r.Page(i + 1))
		if size += len(pages[i]); size > MaxText {
			return nil, ErrTooLarge
		}
	}
	out := item.NewObject(6).
		Set("numpages", item.Int(total)).
		Set("numrender", item.Int(total)). // as n8n does, even where fewer are read
		Set("info", info(data, r))
	if o.Join {
		out.Set("text", item.String(strings.Join(pages, "\n\n")))
	} else {
		list := make([]item.Value, len(pages))
		for i, p := range pages {
			list[i] = item.String(p)
		}
		out.Set("text", item.Array(list))
	}
	return out.Set("version", item.String(version)).Object(), nil
}

// version is that of pdf.js whose shape of result this is.
const version = "5.4.296"

func open(data []byte, password string) (*pdf.Reader, error) {
	tried := false
	r, err := pdf.NewReaderEncrypted(bytes.NewReader(data), int64(len(data)), func() string {
		if tried || password == "" {
			return ""
		}
		tried = true
		return password
	})
	switch {
	case err == nil:
		return r, nil
	case errors.Is(err, pdf.ErrInvalidPassword):
		if password == "" {
			return nil, ErrPassword
		}
		return nil, Error("Incorrect Password")
	}
	return nil, ErrInvalid
}

// pageText joins the characters of a page in the order in which they are drawn. Another height begins a line.
func pageText(p pdf.Page) string {
	if p.V.IsNull() {
		return ""
	}
	var b strings.Builder
	last, end := math.NaN(), 0.0
	for _, t := range p.Content().Text {
		if t.S == "" || t.S == "\n" { // the reader marks the ends of lines, also where the text goes on beside
			continue
		}
		switch {
		case math.IsNaN(last):
		case math.Abs(t.Y-last) > 0.5:
			b.WriteByte('\n')
		case t.X-end > 0.25*t.FontSize && !strings.HasSuffix(b.String(), " ") && t.S != " ":
			b.WriteByte(' ')
		}
		b.WriteString(t.S)
		last, end = t.Y, t.X+t.W
	}
	return b.String()
}

var header = regexp.MustCompile(`%PDF-(\d\.\d)`)

// info is what the file says about itself.
func info(data []byte, r *pdf.Reader) item.Value {
	o := item.NewObject(12)
	if m := header.FindSubmatch(data[:min(len(data), 1024)]); m != nil {
		o.Set("PDFFormatVersion", item.String(string(m[1])))
	}
	trailer := r.Trailer()
	root, said := trailer.Key("Root"), trailer.Key("Info")
	language := item.Null
	if lang := root.Key("Lang"); lang.Kind() == pdf.String {
		language = item.String(lang.Text())
	}
	o.Set("Language", language).
		Set("EncryptFilterName", item.Null).
		Set("IsLinearized", item.Bool(bytes.Contains(data[:min(len(data), 1024)], []byte("/Linearized")))).
		Set("IsAcroFormPresent", item.Bool(root.Key("AcroForm").Key("Fields").Len() > 0)).
		Set("IsXFAPresent", item.Bool(!root.Key("AcroForm").Key("XFA").IsNull())).
		Set("IsCollectionPresent", item.Bool(!root.Key("Collection").IsNull())).
		Set("IsSignaturesPresent", item.False)
	custom := item.NewObject(0)
	for _, key := range inOrder(data, said.Keys()) {
		v := said.Key(key)
		switch text := item.String(v.Text()); {
		case v.Kind() != pdf.String:
		case slices.Contains(known, key):
			o.Set(key, text)
		default:
			custom.Set(key, text)
		}
	}
	if custom.Len() > 0 {
		o.Set("Custom", custom.Value())
	}
	return o.Value()
}

// known are the entries that the format defines (ISO 32000-1, 14.3.3); others are custom ones.
var known = []string{"Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate", "Trapped"}

// inOrder sorts keys by where the file names them last, since the reader does not keep their order.
func inOrder(data []byte, keys []string) []string {
	place := func(key string) int { return bytes.LastIndex(data, []byte("/"+key)) }
	slices.SortStableFunc(keys, func(a, b string) int { return place(a) - place(b) })
	return keys
}

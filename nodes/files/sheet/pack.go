package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// pack is a zip file whose parts are read within one budget.
type pack struct {
	files  map[string]*zip.File
	budget int64
}

func openPack(data []byte) (*pack, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("Unsupported ZIP file: %w", errors.Join(ErrFormat, err)) //nolint:staticcheck // n8n's words
	}
	p := &pack{files: map[string]*zip.File{}, budget: MaxUnpacked}
	for _, f := range r.File {
		p.files[strings.TrimPrefix(f.Name, "/")] = f
	}
	return p, nil
}

// has reports whether there is a part of the name.
func (p *pack) has(name string) bool { return p.files[name] != nil }

// each calls visit with every token of a part; a part that is not there has none.
func (p *pack) each(name string, visit func(d *xml.Decoder, token xml.Token) error) error {
	f := p.files[name]
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return errors.Join(ErrFormat, err)
	}
	defer r.Close() //nolint:errcheck // it was only read
	limited := &io.LimitedReader{R: r, N: p.budget}
	d := xml.NewDecoder(limited)
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		token, err := d.Token()
		if limited.N <= 0 {
			return ErrTooLarge
		}
		if errors.Is(err, io.EOF) {
			p.budget = limited.N
			return nil
		}
		if err != nil {
			return errors.Join(ErrFormat, err)
		}
		if err := visit(d, token); err != nil {
			return err
		}
	}
}

// attribute is an attribute by its local name; empty where there is none.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

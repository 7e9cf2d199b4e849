// Package archive packs and unpacks zip, tar and gzip files within limits, so
// that a small file cannot become a large one unnoticed.
package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The limits of what one step unpacks for one item.
const (
	MaxMembers = 10_000
	MaxBytes   = 512 << 20
)

// Errors. The messages of the first three are n8n's.
var (
	ErrZip      = errors.New("invalid zip data")
	ErrGzip     = errors.New("invalid gzip data")
	ErrTar      = errors.New("invalid tar data")
	ErrTooLarge = fmt.Errorf("the packed file unpacks to more than %d MB or %d files; split it", MaxBytes>>20, MaxMembers)
)

// Member is one file.
type Member struct {
	Name string
	Data []byte
}

// MediaType is that of a format.
func MediaType(format string) string {
	switch format {
	case "zip":
		return "application/zip"
	case "tar":
		return "application/x-tar"
	}
	return "application/gzip"
}

// Pack packs files as "zip", "tar" or "targz". The same files give the same bytes.
func Pack(format string, members []Member) ([]byte, error) {
	switch format {
	case "zip":
		return packZip(members)
	case "tar":
		return packTar(members)
	}
	plain, err := packTar(members)
	if err != nil {
		return nil, err
	}
	return Gzip(plain)
}

func packZip(members []Member) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, m := range members {
		f, err := w.Create(m.Name)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(m.Data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

func packTar(members []Member) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, m := range members {
		if err := w.WriteHeader(&tar.Header{Name: m.Name, Mode: 0o644, Size: int64(len(m.Data)), Typeflag: tar.TypeReg}); err != nil {
			return nil, err
		}
		if _, err := w.Write(m.Data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// Gzip packs bytes.
func Gzip(data []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

// Budget is what may still be unpacked.
type Budget struct {
	bytes   int64
	members int
}

// NewBudget is a full budget.
func NewBudget() *Budget { return &Budget{bytes: MaxBytes, members: MaxMembers} }

// read reads one member to its end.
func (b *Budget) read(r io.Reader) ([]byte, error) {
	if b.members--; b.members < 0 {
		return nil, ErrTooLarge
	}
	data, err := io.ReadAll(io.LimitReader(r, b.bytes+1))
	if err != nil {
		return nil, err
	}
	if b.bytes -= int64(len(data)); b.bytes < 0 {
		return nil, ErrTooLarge
	}
	return data, nil
}

// Unzip takes the files out of a zip file; folders and what macOS adds are left out. Errors: ErrZip, ErrTooLarge.
func (b *Budget) Unzip(data []byte) ([]Member, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, ErrZip
	}
	var list []Member
	for _, f := range r.File {
		if f.FileInfo().IsDir() || aside(f.Name) {
			continue
		}
		m, err := b.unzipOne(f)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

func (b *Budget) unzipOne(f *zip.File) (Member, error) {
	in, err := f.Open()
	if err != nil {
		return Member{}, ErrZip
	}
	defer in.Close() //nolint:errcheck // it was only read
	content, err := b.read(in)
	switch {
	case errors.Is(err, ErrTooLarge):
		return Member{}, err
	case err != nil:
		return Member{}, ErrZip
	}
	return Member{f.Name, content}, nil
}

// aside are members that macOS adds for itself.
func aside(name string) bool { return strings.HasPrefix(name, "__MACOSX") }

// Untar takes the files out of a tar file. Errors: ErrTar, ErrTooLarge.
func (b *Budget) Untar(data []byte) ([]Member, error) {
	r := tar.NewReader(bytes.NewReader(data))
	var list []Member
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, ErrTar
		}
		if h.Typeflag != tar.TypeReg || aside(h.Name) {
			continue
		}
		content, err := b.read(r)
		switch {
		case errors.Is(err, ErrTooLarge):
			return nil, err
		case err != nil:
			return nil, ErrTar
		}
		list = append(list, Member{h.Name, content})
	}
}

// Gunzip unpacks bytes. Errors: ErrGzip, ErrTooLarge.
func (b *Budget) Gunzip(data []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, ErrGzip
	}
	content, err := b.read(r)
	switch {
	case errors.Is(err, ErrTooLarge):
		return nil, err
	case err != nil:
		return nil, ErrGzip
	}
	return content, nil
}

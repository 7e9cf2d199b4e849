package item

// Item is what flows between steps: a JSON object, binary data by reference, and the items that it was made from.
// The zero Item is an empty object without ancestors.
type Item struct {
	JSON   Value
	Binary *Binaries // nil: none
	Paired Paired
}

// Ref names a payload in the payload store. The zero Ref names none.
type Ref struct {
	Owner     string // the run that owns the payload; it is deleted with that run
	Address   string // where it lies within its owner
	Bytes     int64  // its size
	MediaType string
	Digest    string // keyed hash of the content, for comparison
}

// IsZero reports whether r names no payload.
func (r Ref) IsZero() bool { return r == Ref{} }

// Binary describes one piece of binary data of an item, as n8n does; the content lies in the payload store.
type Binary struct {
	MimeType      string
	FileType      string // n8n's rough class: "image", "pdf", "text", …
	FileExtension string
	FileName      string
	Directory     string
	Bytes         int64
	Ref           Ref
}

// Binaries holds an item's binary data by name, in order of insertion. It is immutable; nil is empty and may be used.
type Binaries struct {
	list []namedBinary
}

type namedBinary struct {
	name string
	data Binary
}

// Len returns the number of entries.
func (b *Binaries) Len() int {
	if b == nil {
		return 0
	}
	return len(b.list)
}

// At returns entry i. It panics when i is out of range.
func (b *Binaries) At(i int) (name string, data Binary) {
	return b.list[i].name, b.list[i].data
}

// Get returns the entry called name; ok is false when there is none.
func (b *Binaries) Get(name string) (data Binary, ok bool) {
	for i := range b.Len() {
		if b.list[i].name == name {
			return b.list[i].data, true
		}
	}
	return Binary{}, false
}

// With returns a list that has data under name: in place when the name exists, else last.
func (b *Binaries) With(name string, data Binary) *Binaries {
	list := make([]namedBinary, b.Len(), b.Len()+1)
	if b != nil {
		copy(list, b.list)
	}
	for i := range list {
		if list[i].name == name {
			list[i].data = data
			return &Binaries{list}
		}
	}
	return &Binaries{append(list, namedBinary{name, data})}
}

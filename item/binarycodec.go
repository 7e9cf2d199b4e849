package item

import (
	"math"
	"strconv"
)

// maxBytes is the largest size that JSON holds exactly.
const maxBytes = 1 << 53

// textField writes and reads the text members of an object in one order.
type textField struct {
	name string
	text *string
}

func (b *Binary) fields() [5]textField {
	return [...]textField{
		{"mimeType", &b.MimeType}, {"fileType", &b.FileType}, {"fileExtension", &b.FileExtension},
		{"fileName", &b.FileName}, {"directory", &b.Directory},
	}
}

func (b *Binaries) appendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	for i := range b.list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendQuoted(dst, b.list[i].name)
		dst = append(dst, ':')
		dst = b.list[i].data.AppendJSON(dst)
	}
	return append(dst, '}')
}

// AppendJSON appends b as {"mimeType",…,"bytes","ref"}; text that is empty and a zero ref are left out.
func (b Binary) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	for _, f := range b.fields() {
		if *f.text != "" {
			dst = appendTextField(dst, f.name, *f.text)
			dst = append(dst, ',')
		}
	}
	dst = append(dst, `"bytes":`...)
	dst = strconv.AppendInt(dst, b.Bytes, 10)
	if !b.Ref.IsZero() {
		dst = append(dst, `,"ref":`...)
		dst = b.Ref.AppendJSON(dst)
	}
	return append(dst, '}')
}

// AppendJSON appends r as {"owner","address","bytes","mediaType","digest"}, all of them always.
func (r Ref) AppendJSON(dst []byte) []byte {
	dst = appendTextField(append(dst, '{'), "owner", r.Owner)
	dst = appendTextField(append(dst, ','), "address", r.Address)
	dst = append(dst, `,"bytes":`...)
	dst = strconv.AppendInt(dst, r.Bytes, 10)
	dst = appendTextField(append(dst, ','), "mediaType", r.MediaType)
	dst = appendTextField(append(dst, ','), "digest", r.Digest)
	return append(dst, '}')
}

func appendTextField(dst []byte, name, text string) []byte {
	dst = AppendQuoted(dst, name)
	dst = append(dst, ':')
	return AppendQuoted(dst, text)
}

// MarshalJSON makes Ref a [encoding/json.Marshaler]. It never fails.
func (r Ref) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

// UnmarshalJSON makes Ref a [encoding/json.Unmarshaler].
func (r *Ref) UnmarshalJSON(data []byte) error {
	v, err := Parse(data, Limits{})
	if err != nil {
		return err
	}
	parsed, err := RefFromValue(v)
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

// RefFromValue reads what [Ref.AppendJSON] writes; members may be missing. Errors are *[ItemError].
func RefFromValue(v Value) (r Ref, err error) {
	fields := [...]textField{
		{"owner", &r.Owner}, {"address", &r.Address}, {"mediaType", &r.MediaType}, {"digest", &r.Digest},
	}
	if err := readFields(v, fields[:]); err != nil {
		return Ref{}, err
	}
	if r.Bytes, err = size(v.Get("bytes")); err != nil {
		return Ref{}, within(err, "bytes")
	}
	return r, nil
}

// BinariesFromValue reads an object of name and binary data; undefined and null are none. Data that is inline (n8n's
// "data" member) must be put into the payload store first and is an error here. Errors are *[ItemError].
func BinariesFromValue(v Value) (*Binaries, error) {
	if v.IsNullish() {
		return nil, nil
	}
	o, ok := v.Obj()
	if !ok {
		return nil, notItem("", "expected an object of binary data by name, got %s", v.Kind())
	}
	if o.Len() == 0 {
		return nil, nil
	}
	list := make([]namedBinary, 0, o.Len())
	for name, entry := range o.All() {
		data, err := binaryFromValue(entry)
		if err != nil {
			return nil, within(err, name)
		}
		list = append(list, namedBinary{name, data})
	}
	return &Binaries{list}, nil
}

func binaryFromValue(v Value) (b Binary, err error) {
	fields := b.fields()
	if err := readFields(v, fields[:]); err != nil {
		return Binary{}, err
	}
	if !v.Get("data").IsNullish() {
		return Binary{}, notItem("/data", "binary data is inline; store it and name it by ref")
	}
	if b.Bytes, err = size(v.Get("bytes")); err != nil {
		return Binary{}, within(err, "bytes")
	}
	if ref := v.Get("ref"); !ref.IsNullish() {
		if b.Ref, err = RefFromValue(ref); err != nil {
			return Binary{}, within(err, "ref")
		}
	}
	return b, nil
}

// readFields reads text members of the object v; missing and null ones stay as they are.
func readFields(v Value, fields []textField) error {
	if v.Kind() != KindObject {
		return notItem("", "expected an object, got %s", v.Kind())
	}
	for _, f := range fields {
		member := v.Get(f.name)
		text, ok := member.Str()
		if !ok && !member.IsNullish() {
			return notItem("/"+f.name, "expected text, got %s", member.Kind())
		}
		*f.text = text
	}
	return nil
}

// size reads a number of bytes; a missing one is 0.
func size(v Value) (int64, error) {
	if v.IsNullish() {
		return 0, nil
	}
	f, ok := v.Number()
	if !ok || !(f >= 0 && f <= maxBytes) || f != math.Trunc(f) {
		return 0, notItem("", "expected a whole number of bytes, got %s", v)
	}
	return int64(f), nil
}

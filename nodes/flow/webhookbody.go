package flow

import (
	"mime"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// bodyOptions say what becomes of a request's body.
type bodyOptions struct {
	// raw keeps the bytes beside the value, bytes in its place; auto keeps those
	// of a type that is no value.
	raw, bytes, auto bool
	property         string
	named            bool // property was given, and files of forms bear it too
	bare             bool // a request without a body has none, not even an empty object
}

func newBodyOptions(c *nodes.Compile) bodyOptions {
	name := c.FixedText("options.binaryPropertyName", "")
	o := bodyOptions{raw: c.FixedFlag("options.rawBody", false), auto: c.Version > 1, property: name, named: name != ""}
	if c.Version == 1 {
		o.bytes = c.FixedFlag("options.binaryData", false)
	}
	if name == "" {
		o.property = "data"
	}
	return o
}

// isValueType reports whether a body of the type is a value: JSON, XML, forms
// and plain text are, anything else is bytes.
func isValueType(media string) bool {
	switch media {
	case "application/json", "text/plain", "application/x-www-form-urlencoded", "application/xml", "text/xml":
		return true
	}
	return strings.HasSuffix(media, "+json") || strings.HasSuffix(media, "+xml")
}

// read gives the body and the binary data of a request. A body that is no value
// is Undefined where the bytes were not asked for, else an empty object.
func (o *bodyOptions) read(r *nodes.Request) (item.Value, *item.Binaries, error) {
	contentType := header(r, "content-type")
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		media = ""
	}
	empty := item.NewObject(0).Value()
	switch {
	case o.bare && len(r.Raw) == 0:
		return item.Undefined, nil, nil
	case o.bytes && len(r.Raw) == 0:
		return empty, nil, nil
	case o.bytes:
		list, err := o.keep(r, media)
		return empty, list, err
	case media == "multipart/form-data":
		list, err := o.files(r)
		return r.Body, list, err
	}
	body := r.Body
	if len(r.Raw) > 0 && !isValueType(media) {
		body = item.Undefined
	}
	switch {
	case o.raw:
		list, err := o.keepRaw(r, contentType)
		return body, list, err
	case !body.IsUndefined():
		return body, nil, nil
	case len(r.Raw) == 0:
		return empty, nil, nil
	case !o.auto:
		return body, nil, nil
	}
	list, err := o.keep(r, media)
	return empty, list, err
}

// keep makes binary data of the body: its file's name is the one that the request
// gives, or a new one.
func (o *bodyOptions) keep(r *nodes.Request, media string) (*item.Binaries, error) {
	if media == "" {
		media = "application/octet-stream"
	}
	name := ""
	if _, params, err := mime.ParseMediaType(header(r, "content-disposition")); err == nil {
		name = params["filename"]
	}
	if name == "" {
		name = uuid.NewString()
	}
	return store(r, nil, o.property, describe(media, name), r.Raw)
}

// keepRaw makes binary data of the body that says its type only.
func (o *bodyOptions) keepRaw(r *nodes.Request, contentType string) (*item.Binaries, error) {
	if contentType == "" {
		contentType = "application/json"
	}
	media, _, _ := strings.Cut(contentType, ";")
	return store(r, nil, o.property, item.Binary{MimeType: strings.TrimSpace(media)}, r.Raw)
}

// files makes binary data of a form's files: each under its field's name, with a
// number where the field has several; or all under the name that is given, with
// a number.
func (o *bodyOptions) files(r *nodes.Request) (list *item.Binaries, err error) {
	count := map[string]int{}
	for _, f := range r.Files {
		count[f.Field]++
	}
	seen := map[string]int{}
	for n, f := range r.Files {
		name := strings.TrimSuffix(f.Field, "[]")
		if count[f.Field] > 1 {
			name += strconv.Itoa(seen[f.Field])
			seen[f.Field]++
		}
		if o.named {
			name = o.property + strconv.Itoa(n)
		}
		media := f.MediaType
		if media == "" {
			media = "application/octet-stream"
		}
		if list, err = store(r, list, name, describe(media, f.Name), f.Data); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func store(r *nodes.Request, list *item.Binaries, name string, b item.Binary, data []byte) (*item.Binaries, error) {
	if r.Store == nil {
		return nil, nodes.Fail("webhook.binary", "the request's body can only be kept as binary data, and there is no store for it here; send JSON, a form or text", -1)
	}
	ref, err := r.Store(b.MimeType, data)
	if err != nil {
		return nil, err
	}
	b.Ref, b.Bytes = ref, int64(len(data))
	return list.With(name, b), nil
}

func header(r *nodes.Request, name string) string {
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

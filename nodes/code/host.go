package code

import (
	"encoding/base64"
	"fmt"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/binary"
)

// host is what the code of a step can reach. It implements
// expression.CodeHost.
type host struct {
	call  *nodes.Call
	step  string
	items []item.Item
}

// Log passes over what the code writes to the console: n8n shows it in the
// browser only.
func (h *host) Log(string) {}

// key names static data in the memory of the workflow.
func (h *host) key(kind string) string {
	if kind == "node" {
		return "node:" + h.step
	}
	return kind
}

// Static is the static data of the workflow or the step.
func (h *host) Static(kind string) (item.Value, error) {
	if h.call.Static == nil {
		return item.Undefined, nil
	}
	return h.call.Static.Get(h.key(kind))
}

// keep stores the static data that the code changed.
func (h *host) keep(given item.Value) error {
	o, ok := given.Obj()
	if !ok || h.call.Static == nil {
		return nil
	}
	for kind, now := range o.All() {
		before, err := h.call.Static.Get(h.key(kind))
		if err != nil {
			return err
		}
		if before.IsUndefined() && item.Equal(now, item.NewObject(0).Value()) || item.Equal(before, now) {
			continue
		}
		if err := h.call.Static.Set(h.key(kind), now); err != nil {
			return err
		}
	}
	return nil
}

// Binary reads binary data of an input item.
func (h *host) Binary(i int, name string) ([]byte, error) {
	if i < 0 || i >= len(h.items) {
		return nil, fmt.Errorf("there is no item %d", i)
	}
	data, ok := h.items[i].Binary.Get(name)
	if !ok {
		return nil, fmt.Errorf("The item has no binary field '%s' [item %d]", name, i) //nolint:staticcheck // n8n's words
	}
	return h.call.Load(data)
}

// Prepare keeps data and describes it.
func (h *host) Prepare(text, fileName, mimeType string) (item.Value, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return item.Undefined, err
	}
	stored, err := store(h.call, item.Binary{FileName: fileName, MimeType: mimeType}, data)
	if err != nil {
		return item.Undefined, err
	}
	return item.Parse(stored.AppendJSON(nil), item.DefaultLimits())
}

// store fills in what is not said about data and keeps it.
func store(c *nodes.Call, b item.Binary, data []byte) (item.Binary, error) {
	found := binary.Describe(data, b.FileName, b.MimeType)
	if b.FileExtension != "" {
		found.FileExtension = b.FileExtension
	}
	if b.FileType != "" {
		found.FileType = b.FileType
	}
	return c.Store(found, data)
}

// binaries reads the binary data that code returned: described by reference,
// or inline in base64, which is put into the store.
func binaries(c *nodes.Call, v item.Value, i int) (*item.Binaries, error) {
	o, ok := v.Obj()
	if !ok {
		return nil, notObject("binary", i)
	}
	var all *item.Binaries
	for name, entry := range o.All() {
		text, inline := entry.Get("data").Str()
		if !inline {
			one, err := item.BinariesFromValue(item.NewObject(1).Set(name, entry).Value())
			if err != nil {
				return nil, invalid(err.Error(), "", i)
			}
			data, _ := one.Get(name)
			all = all.With(name, data)
			continue
		}
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, invalid(at("The binary data '"+name+"' is not in base64", i), "", i)
		}
		b := item.Binary{}
		b.MimeType, _ = entry.Get("mimeType").Str()
		b.FileName, _ = entry.Get("fileName").Str()
		b.FileExtension, _ = entry.Get("fileExtension").Str()
		b.FileType, _ = entry.Get("fileType").Str()
		if b, err = store(c, b, data); err != nil {
			return nil, err
		}
		all = all.With(name, b)
	}
	return all, nil
}

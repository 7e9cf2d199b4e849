package binary

import (
	_ "embed"
	"path"
	"strings"
	"sync"
)

// typesText lists media types with their extensions, the preferred one first. An extension with a dash in front
// belongs to the type but is looked up as another one. The data is that of mime-db (MIT licence).
//
//go:embed types.txt
var typesText string

type typeTable struct {
	byExtension map[string]string
	extension   map[string]string
}

var types = sync.OnceValue(func() *typeTable {
	t := &typeTable{byExtension: map[string]string{}, extension: map[string]string{}}
	for line := range strings.Lines(typesText) {
		fields := strings.Fields(line)
		for i, ext := range fields[1:] {
			name := strings.TrimPrefix(ext, "-")
			if i == 0 {
				t.extension[fields[0]] = name
			}
			if name == ext {
				t.byExtension[ext] = fields[0]
			}
		}
	}
	return t
})

// TypeOf is the media type that belongs to the extension of a file's name; "" where none does.
func TypeOf(name string) string {
	base := strings.ToLower(path.Base(name))
	ext := base[strings.LastIndexByte(base, '.')+1:]
	return types().byExtension[ext]
}

// ExtensionOf is the extension, without its dot, that belongs to a media type; "" where none does.
func ExtensionOf(mediaType string) string {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	return types().extension[strings.ToLower(strings.TrimSpace(mediaType))]
}

// Class is the rough class of file that n8n gives a media type; "" where it gives none.
func Class(mediaType string) string {
	for _, class := range [...]struct{ prefix, name string }{
		{"application/json", "json"}, {"text/html", "html"}, {"image/", "image"}, {"audio/", "audio"},
		{"video/", "video"}, {"text/", "text"}, {"application/javascript", "text"}, {"application/pdf", "pdf"},
	} {
		if strings.HasPrefix(mediaType, class.prefix) {
			return class.name
		}
	}
	return ""
}

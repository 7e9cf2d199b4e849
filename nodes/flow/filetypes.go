package flow

import (
	"mime"
	"path"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// describe makes the description of binary data of a type and a file's name, as
// n8n's binary data has it: a rough class of the type, and the extension of the
// name or else of the type.
func describe(media, name string) item.Binary {
	b := item.Binary{MimeType: media, FileType: fileClass(media), FileName: name}
	var known bool
	if b.FileExtension, known = extensions[media]; !known {
		if list, err := mime.ExtensionsByType(media); err == nil && len(list) > 0 {
			b.FileExtension = strings.TrimPrefix(list[0], ".")
		}
	}
	if own := strings.TrimPrefix(path.Ext(name), "."); own != "" {
		b.FileExtension = own
	}
	return b
}

// extensions of the types that most webhooks get, so that they are the same on
// every machine.
var extensions = map[string]string{
	"application/json": "json", "text/plain": "txt", "application/octet-stream": "bin", "text/csv": "csv", "application/pdf": "pdf",
	"application/xml": "xml", "text/xml": "xml", "text/html": "html", "image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif",
	"image/webp": "webp", "image/svg+xml": "svg", "application/zip": "zip", "audio/mpeg": "mpga", "video/mp4": "mp4",
	"application/x-www-form-urlencoded": "", "multipart/form-data": "",
}

// fileClass is n8n's rough class of a type; empty where it has none.
func fileClass(media string) string {
	switch {
	case media == "application/json", media == "text/html":
		return strings.TrimPrefix(strings.TrimPrefix(media, "application/"), "text/")
	case media == "application/pdf":
		return "pdf"
	}
	switch class, _, _ := strings.Cut(media, "/"); class {
	case "image", "audio", "video", "text":
		return class
	}
	return ""
}

package binary

import (
	"path"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// DefaultType is the media type of what nothing is known about.
const DefaultType = "text/plain"

// Describe makes the description of data. name is the file's name or path and may be empty; mediaType what is said
// about it, empty where nothing is. Then the name's extension decides, and then the first bytes.
func Describe(data []byte, name, mediaType string) item.Binary {
	b := item.Binary{MimeType: mediaType, Bytes: int64(len(data))}
	extension := ""
	if b.MimeType == "" && name != "" {
		b.MimeType = TypeOf(name)
	}
	if b.MimeType == "" {
		b.MimeType, extension = Sniff(data)
	}
	if b.MimeType == "" {
		b.MimeType = DefaultType
	} else if extension == "" && mediaType != "" {
		extension = ExtensionOf(mediaType)
	}
	if name != "" {
		b.FileName = path.Base(name)
		if dir := path.Dir(name); dir != "." {
			b.Directory = dir
		}
		if ext := strings.TrimPrefix(path.Ext(strings.TrimLeft(b.FileName, ".")), "."); ext != "" {
			extension = ext
		}
	}
	b.FileExtension = extension
	b.FileType = Class(b.MimeType)
	return b
}

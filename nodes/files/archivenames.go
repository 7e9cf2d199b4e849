package files

import (
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes/binary"
)

// gzipName is the name of a gzip file: that of the file or the one given, with the file's own extension inside.
func gzipName(b item.Binary, given string) string {
	base := stem(nameOrNot(b))
	if given != "" {
		base = strings.Replace(given, ".gz", "", 1)
	}
	if b.FileExtension != "" && !strings.HasSuffix(base, "."+b.FileExtension) {
		base += "." + b.FileExtension
	}
	return base + ".gz"
}

// gunzipName is the name of what a gzip file holds; where the name tells no extension, the content does.
func gunzipName(b item.Binary, content []byte) string {
	name := strings.TrimSuffix(strings.TrimSuffix(nameOrNot(b), ".gz"), ".gzip")
	if strings.Contains(name, ".") {
		return name
	}
	_, extension := binary.Sniff(content)
	if extension == "" {
		extension = "txt"
	}
	return name + "." + extension
}

// nameOrNot is the name of a file; n8n writes "undefined" for one without.
func nameOrNot(b item.Binary) string {
	if b.FileName == "" {
		return "undefined"
	}
	return b.FileName
}

// stem is a name without what follows its first dot.
func stem(name string) string {
	name, _, _ = strings.Cut(name, ".")
	return name
}

package binary

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
)

// signature is a run of bytes at a place that tells a format.
type signature struct {
	at        int
	bytes     string
	mediaType string
	extension string
}

// signatures are tried in order.
var signatures = []signature{
	{0, "BM", "image/bmp", "bmp"},
	{0, "\x0b\x77", "audio/vnd.dolby.dd-raw", "ac3"},
	{0, "\x1f\xa0", "application/x-compress", "Z"},
	{0, "\x1f\x9d", "application/x-compress", "Z"},
	{0, "GIF", "image/gif", "gif"},
	{0, "\xff\xd8\xff", "image/jpeg", "jpg"},
	{0, "\x1f\x8b\x08", "application/gzip", "gz"},
	{0, "BZh", "application/x-bzip2", "bz2"},
	{0, "ID3", "audio/mpeg", "mp3"},
	{0, "FLV\x01", "video/x-flv", "flv"},
	{0, "MZ", "application/x-msdownload", "exe"},
	{0, "8BPS", "image/vnd.adobe.photoshop", "psd"},
	{28, "\x01vorbis", "audio/ogg", "ogg"},
	{28, "OpusHead", "audio/ogg", "opus"},
	{0, "OggS", "application/ogg", "ogx"},
	{0, "MThd", "audio/midi", "mid"},
	{0, "wOFF\x00\x01\x00\x00", "font/woff", "woff"},
	{0, "wOFFOTTO", "font/woff", "woff"},
	{0, "wOF2\x00\x01\x00\x00", "font/woff2", "woff2"},
	{0, "wOF2OTTO", "font/woff2", "woff2"},
	{0, "OTTO\x00", "font/otf", "otf"},
	{0, "\x00\x01\x00\x00\x00", "font/ttf", "ttf"},
	{0, "\x00\x00\x01\x00", "image/x-icon", "ico"},
	{0, "fLaC", "audio/flac", "flac"},
	{0, "\x28\xb5\x2f\xfd", "application/zstd", "zst"},
	{0, "\x7fELF", "application/x-elf", "elf"},
	{0, "\x00asm", "application/wasm", "wasm"},
	{0, "%PDF", "application/pdf", "pdf"},
	{0, "{\\rtf", "application/rtf", "rtf"},
	{0, "\xfd7zXZ\x00", "application/x-xz", "xz"},
	{0, "<?xml ", "application/xml", "xml"},
	{0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "7z"},
	{0, "Rar!\x1a\x07", "application/x-rar-compressed", "rar"},
	{0, "\x89PNG\r\n\x1a\n", "image/png", "png"},
	{0, "SQLi", "application/x-sqlite3", "sqlite"},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-cfb", "cfb"},
	{0, "II*\x00", "image/tiff", "tif"},
	{0, "MM\x00*", "image/tiff", "tif"},
	{0, "BEGIN:VCARD", "text/vcard", "vcf"},
	{0, "BEGIN:VCALENDAR", "text/calendar", "ics"},
	{257, "ustar", "application/x-tar", "tar"},
}

// Sniff finds the media type and the extension by the first bytes; both are empty where no format is known.
func Sniff(data []byte) (mediaType, extension string) {
	if rest, ok := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); ok {
		return Sniff(rest)
	}
	for _, s := range signatures {
		if len(data) > s.at && strings.HasPrefix(string(data[s.at:min(len(data), s.at+len(s.bytes))]), s.bytes) {
			return s.mediaType, s.extension
		}
	}
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return sniffZip(data)
	case len(data) >= 12 && string(data[:4]) == "RIFF":
		return sniffRIFF(string(data[8:12]))
	case len(data) >= 12 && string(data[4:8]) == "ftyp":
		return sniffMP4(strings.TrimSpace(strings.ReplaceAll(string(data[8:12]), "\x00", " ")))
	case len(data) >= 2 && data[0] == 0xff && data[1]&0xe0 == 0xe0:
		return sniffMPEG(data[1])
	}
	return "", ""
}

func sniffRIFF(kind string) (string, string) {
	switch kind {
	case "WEBP":
		return "image/webp", "webp"
	case "WAVE":
		return "audio/wav", "wav"
	case "AVI ":
		return "video/vnd.avi", "avi"
	}
	return "", ""
}

func sniffMP4(brand string) (string, string) {
	switch {
	case brand == "avif" || brand == "avis":
		return "image/avif", "avif"
	case brand == "mif1":
		return "image/heif", "heic"
	case brand == "heic" || brand == "heix":
		return "image/heic", "heic"
	case brand == "qt":
		return "video/quicktime", "mov"
	case brand == "M4A":
		return "audio/x-m4a", "m4a"
	case strings.HasPrefix(brand, "3g"):
		return "video/3gpp", "3gp"
	}
	return "video/mp4", "mp4"
}

// sniffMPEG reads the layer of an MPEG audio frame.
func sniffMPEG(second byte) (string, string) {
	switch {
	case second&0x16 == 0x10:
		return "audio/aac", "aac"
	case second&0x06 == 0x02:
		return "audio/mpeg", "mp3"
	case second&0x06 == 0x04:
		return "audio/mpeg", "mp2"
	case second&0x06 == 0x06:
		return "audio/mpeg", "mp1"
	}
	return "", ""
}

// maxTypeFile bounds the "mimetype" member of an archive that says what it is.
const maxTypeFile = 256

// zipMembers tell by their folder what an archive of XML is.
var zipMembers = map[string][2]string{
	"word/": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
	"ppt/":  {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"},
	"xl/":   {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
}

func sniffZip(data []byte) (string, string) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "application/zip", "zip"
	}
	for _, f := range archive.File {
		if f.Name == "mimetype" {
			if found := readType(f); found != "" {
				return found, ExtensionOf(found)
			}
		}
		if i := strings.IndexByte(f.Name, '/'); i > 0 {
			if t, ok := zipMembers[f.Name[:i+1]]; ok {
				return t[0], t[1]
			}
		}
	}
	return "application/zip", "zip"
}

func readType(f *zip.File) string {
	r, err := f.Open()
	if err != nil {
		return ""
	}
	text, err := io.ReadAll(io.LimitReader(r, maxTypeFile))
	if err != nil || ExtensionOf(string(text)) == "" {
		return ""
	}
	return strings.TrimSpace(string(text))
}

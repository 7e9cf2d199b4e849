package binary

import (
	"archive/zip"
	"bytes"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

func TestSizesAreShown(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int64]string{
		0: "0 B", 5: "5 B", 999: "999 B", 1000: "1 kB", 1232: "1.23 kB", 4096: "4.1 kB", 16142: "16.1 kB", 8150: "8.15 kB", 999_999: "1000 kB",
		1_000_000: "1 MB", 123_456_789: "123 MB", 2_000_000_000_000: "2 TB",
	} {
		if got := SizeText(bytes); got != want {
			t.Errorf("%d: %s, want %s", bytes, got, want)
		}
	}
}

func TestFilesAreDescribed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		data, name, mediaType string
		want                  item.Binary
	}{
		{"abc", "", "", item.Binary{MimeType: "text/plain", FileType: "text", Bytes: 3}},
		{"abc", "a.pdf", "", item.Binary{MimeType: "application/pdf", FileType: "pdf", FileExtension: "pdf", FileName: "a.pdf", Bytes: 3}},
		{"abc", "a.txt", "application/pdf", item.Binary{MimeType: "application/pdf", FileType: "pdf", FileExtension: "txt", FileName: "a.txt", Bytes: 3}},
		{"abc", "dir/sub/x.JPG", "", item.Binary{MimeType: "image/jpeg", FileType: "image", FileExtension: "JPG", FileName: "x.JPG", Directory: "dir/sub", Bytes: 3}},
		{"abc", ".hidden", "", item.Binary{MimeType: "text/plain", FileType: "text", FileName: ".hidden", Bytes: 3}},
		{"%PDF-1.4", "", "", item.Binary{MimeType: "application/pdf", FileType: "pdf", FileExtension: "pdf", Bytes: 8}},
		{"abc", "", "application/json; charset=utf-8", item.Binary{MimeType: "application/json; charset=utf-8", FileType: "json", FileExtension: "json", Bytes: 3}},
		{"abc", "", "application/x-unheard", item.Binary{MimeType: "application/x-unheard", Bytes: 3}},
	} {
		if got := Describe([]byte(c.data), c.name, c.mediaType); got != c.want {
			t.Errorf("%q %q %q: %+v", c.data, c.name, c.mediaType, got)
		}
	}
}

func TestFormatsAreFoundByTheirFirstBytes(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"": "", "x": "", "\x89PNG\r\n\x1a\n": "image/png", "\xff\xd8\xff\xe0": "image/jpeg", "GIF89a": "image/gif", "RIFF\x00\x00\x00\x00WEBPVP8 ": "image/webp",
		"RIFF\x00\x00\x00\x00WAVEfmt ": "audio/wav", "\x00\x00\x00\x18ftypqt  \x00": "video/quicktime", "\x00\x00\x00\x18ftypisom\x00": "video/mp4",
		"\xff\xfb\x90": "audio/mpeg", "\xef\xbb\xbf<?xml version": "application/xml", "PK\x03\x04": "application/zip", "ID3": "audio/mpeg",
	} {
		if got, _ := Sniff([]byte(data)); got != want {
			t.Errorf("%q: %q, want %q", data, got, want)
		}
	}
}

func TestArchivesOfXMLAreFoundByTheirMembers(t *testing.T) {
	t.Parallel()
	for member, want := range map[string]string{"xl/workbook.xml": "xlsx", "word/document.xml": "docx", "ppt/a.xml": "pptx", "other/a": "zip"} {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		if _, err := w.Create(member); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, got := Sniff(out.Bytes()); got != want {
			t.Errorf("%s: %q, want %q", member, got, want)
		}
	}
}

// Package binary describes binary data as n8n does: its media type from what is
// said, from the file's name or from its first bytes, the extension that goes
// with it, the rough class of file, and its size in words. It owns no content.
package binary

// Package charset turns bytes into text and text into bytes in the encodings
// that n8n's file steps name: the code pages of iconv, the Unicode forms, and
// base64, hex and binary. What cannot be written becomes a question mark, what
// cannot be read U+FFFD.
package charset

// Package pdf reads the text of PDF files and what they say about themselves.
package pdf

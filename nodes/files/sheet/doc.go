// Package sheet reads and writes tables as files: csv, html, rtf, ods, xls and
// xlsx, and turns them into the JSON values of items and back. How cells are
// typed, how headers are named and how numbers are shown follows SheetJS, which
// n8n uses, so that the same file gives the same items. It knows no steps.
package sheet

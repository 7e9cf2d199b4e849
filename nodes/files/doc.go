// Package files holds the step types that make, read and pack files: Convert to
// File, Extract from File, Spreadsheet File, Move Binary Data, Compression, and
// the steps that read and write files on disk inside of one folder. The content
// of files lies in the payload store; items name it.
package files

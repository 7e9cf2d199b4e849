// Package datetime holds the step type that formats dates and calculates with
// them. Version 2 follows Luxon, version 1 moment.js: their format tokens, their
// reading of texts, and their arithmetic across changes of a zone's offset.
//
// Formats of JavaScript's own Date are read as V8 does, in the zone of the
// process, which is UTC here and is called "Etc/UTC".
package datetime

// Package demo shows in a few seconds what the program is for: it starts the
// server as a child, is its client, load and viewer, kills it in the middle of a
// run and watches the run go on. Whatever it says it has checked.
package demo

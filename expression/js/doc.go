// Package js is the expression engine that knows all of JavaScript. It takes
// the compiled path of package expression for the common shapes and hands the
// rest to engines of package vm, where the prelude has defined what expressions
// can call.
//
// An expression runs in an engine that many share, one after another. Nothing
// in it can be changed: the built-in objects are frozen, and global variables
// that an expression makes by assignment are removed before the next. What it
// reads of the run are copies of its own. What it may not say at all (n8n's
// rules) the engine's own parser refuses; see vm/quickjs/guard.h.
//
// Bounds: time for an item, memory, the size of a result. An engine that broke
// one of them is thrown away.
package js

// Package vm runs JavaScript that nobody trusts. The engine is QuickJS-ng,
// compiled to WebAssembly with a door of our own (quickjs/host.c) and run by
// wazero: it has no file, network, clock or environment but what its [Host]
// gives, its memory is one block with a hard end, and it can be stopped at any
// instruction that repeats.
//
// An [Image] is the memory of an engine that has evaluated its scripts; a [VM]
// starts as a copy of it, so that a fresh one costs a fraction of a millisecond.
// A VM belongs to one goroutine at a time. After an error that is not the
// code's own (see [LimitError]) it is dead.
package vm

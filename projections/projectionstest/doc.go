// Package projectionstest holds what tests of read models share: a log in
// memory, made-up histories from a seed, and the suite that every backend of
// the projector has to pass.
//
// It is for tests; it imports projections and the floors below.
package projectionstest

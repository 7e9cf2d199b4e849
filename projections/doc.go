// Package projections keeps read models: tables for lists, searches and
// statistics, derived from the log and thrown away and rebuilt at will.
//
// A Projection is a set of pure functions from event to statements. The
// runtime, Projector, reads the log once for all projections, folds the
// statements of a batch, and writes the rows and the cursor that they stand on
// in one transaction. So a crash can lose a batch but never half of one, and
// nothing is applied twice.
//
// The log is the truth. When it and the tables do not fit together (a gap in a
// stream, another commit than the one remembered, a cursor beyond the end),
// the projection halts with an alarm and applies nothing more, see Halted.
//
// The package imports streams and the floors below it. Nothing here assumes
// one stream or an order between streams.
package projections

// Package events holds every fact that Jobsprint stores: the event types with
// their versions and upcasters, the envelope of a commit, the identifiers that
// decide where a commit lives, and the plain (uncompressed, unencrypted) part
// of the stored body.
//
// A commit is one to many events of one aggregate and the unit of storage: it
// is appended as a whole or not at all. Type names and field names are part of
// the stored format. They are never renamed, reordered by meaning or derived
// from Go names; a change of meaning is a new version with an upcaster, and
// testdata keeps golden bytes of every version ever written.
//
// The package does no I/O, reads no clock and draws no randomness. It imports
// only item.
package events

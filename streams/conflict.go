package streams

import (
	"errors"

	"github.com/nats-io/nats.go/jetstream"
)

// Codes of the server that all mean that another append was there first: on
// one replica it is always the first; on three it is mostly the second, and
// the third when a repeated message id is still in flight.
const (
	codeWrongLastSequence     = 10071
	codeWrongLastSequenceRace = 10164
	codeDuplicateInProcess    = 10158
)

// isConflict reports a lost race, whatever code the server gave it. Whether
// the winner is our own earlier attempt, only reading it can tell.
func isConflict(err error) bool {
	var api jetstream.JetStreamError
	if !errors.As(err, &api) || api.APIError() == nil {
		return false
	}
	switch api.APIError().ErrorCode {
	case codeWrongLastSequence, codeWrongLastSequenceRace, codeDuplicateInProcess:
		return true
	}
	return false
}

package commands

import "github.com/jobsprint/jobsprint/events"

// ledgerSize is how many commands an aggregate remembers.
const ledgerSize = 64

// ledger remembers the last commands of an aggregate, so that a repeat is
// recognised. It is part of the fold.
type ledger struct {
	ids     [ledgerSize]events.ID
	digests [ledgerSize]events.Hash
	next    int
}

func (l *ledger) note(e *events.Envelope) {
	if e.CommandID.IsZero() {
		return
	}
	l.ids[l.next%ledgerSize], l.digests[l.next%ledgerSize] = e.CommandID, e.CommandHash
	l.next++
}

// find reports whether the command was carried out. It returns an *Error when
// it was, with another body.
func (l *ledger) find(id events.ID, digest events.Hash) (bool, error) {
	for i := range min(l.next, ledgerSize) {
		if l.ids[i] != id {
			continue
		}
		if l.digests[i] != digest {
			return false, mismatch()
		}
		return true, nil
	}
	return false, nil
}

func mismatch() *Error {
	return &Error{Code: CodeIdempotencyMismatch,
		Message: "this Idempotency-Key was used before with another request; send a new key with a new request"}
}

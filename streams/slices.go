package streams

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
)

// firstSlice holds the runs from the beginning of time to the first boundary.
const firstSlice = "00000"

// keyWindow is how long an idempotency key is honoured.
const keyWindow = 24 * time.Hour

// sliceTable knows which slice a run lives in: the boundaries announced in
// DEFS, by time. It only grows, at its end.
type sliceTable struct {
	mu     sync.RWMutex
	bounds []events.SliceAnnounced // sorted by From
}

// of finds the slice of a run by the time in its id, and that of an
// idempotency key by the prefix of its id. Errors: events.ErrBadID,
// commands.ErrGone when it is older than the oldest slice kept.
func (s *sliceTable) of(id events.AggregateID) (slice string, err error) {
	if id.Kind == events.KindKey {
		return s.ofKey(id.ID)
	}
	at, err := events.TimeOf(id.ID)
	if err != nil {
		return "", err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for i := len(s.bounds) - 1; i >= 0; i-- {
		if !at.Before(s.bounds[i].From) {
			return s.bounds[i].Slice, nil
		}
	}
	return "", fmt.Errorf("%s: %w", id, commands.ErrGone)
}

func (s *sliceTable) ofKey(id string) (string, error) {
	slice, mac, ok := strings.Cut(id, "-")
	if !ok || mac == "" {
		return "", fmt.Errorf("%w: %.40q is not the id of an idempotency key", events.ErrBadID, id)
	}
	if !slices.Contains(s.names(), slice) {
		return "", fmt.Errorf("slice %s: %w", slice, commands.ErrGone)
	}
	return slice, nil
}

// names lists the slices, oldest first.
func (s *sliceTable) names() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]string, len(s.bounds))
	for i, b := range s.bounds {
		out[i] = b.Slice
	}
	return out
}

// between lists the slices that hold runs of some instant in [from, to],
// newest first.
func (s *sliceTable) between(from, to time.Time) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []string
	for i := len(s.bounds) - 1; i >= 0; i-- {
		if s.bounds[i].From.After(to) {
			continue
		}
		out = append(out, s.bounds[i].Slice)
		if !s.bounds[i].From.After(from) {
			break
		}
	}
	return out
}

// fold adds the boundaries of a commit of the slices aggregate. A slice that
// is already known is left as it is.
func (s *sliceTable) fold(r *events.Recorded) error {
	list, err := r.Events()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ev := range list {
		b, ok := ev.(events.SliceAnnounced)
		known := slices.ContainsFunc(s.bounds, func(o events.SliceAnnounced) bool { return o.Slice == b.Slice })
		if !ok || known {
			continue
		}
		if err := checkToken("slice", b.Slice); err != nil {
			return err
		}
		at, _ := slices.BinarySearchFunc(s.bounds, b, func(x, y events.SliceAnnounced) int { return x.From.Compare(y.From) })
		s.bounds = slices.Insert(s.bounds, at, b)
	}
	return nil
}

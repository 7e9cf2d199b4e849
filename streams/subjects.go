package streams

import (
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/events"
)

// maxToken bounds one part of a subject, in bytes.
const maxToken = 128

// checkToken refuses what cannot stand between two dots of a subject, or would
// be read as something else there. Errors: events.ErrBadID.
func checkToken(what, s string) error {
	if s == "" || len(s) > maxToken {
		return fmt.Errorf("%w: a %s of %d bytes", events.ErrBadID, what, len(s))
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '_':
		default:
			return fmt.Errorf("%w: %s %.40q may hold letters, digits, '-' and '_' only", events.ErrBadID, what, s)
		}
	}
	return nil
}

// place is where an aggregate lives.
type place struct {
	stream  string
	subject string
	slice   string // empty in DEFS
}

// placeOf finds an aggregate's stream and subject. The subject is bound into
// every commit's encryption and hash, so its form never changes. Errors:
// events.ErrBadID, commands.ErrGone.
func (s *sliceTable) placeOf(id events.AggregateID) (place, error) {
	if err := checkAggregate(id); err != nil {
		return place{}, err
	}
	if !id.Sliced() {
		subject := "ev.d." + partitionTokens[id.Partition()] + "." + id.Workspace + "." + id.Kind + "." + id.ID
		return place{stream: streamDefinitions, subject: subject}, nil
	}
	slice, err := s.of(id)
	if err != nil {
		return place{}, err
	}
	token := id.ID
	if id.Kind == events.KindKey {
		_, token, _ = strings.Cut(id.ID, "-")
	}
	subject := "ev." + slice + "." + partitionTokens[id.Partition()] + "." + id.Workspace + "." + id.Kind + "." + token
	return place{stream: runsStream(slice), subject: subject, slice: slice}, nil
}

func checkAggregate(id events.AggregateID) error {
	if err := checkToken("workspace", id.Workspace); err != nil {
		return err
	}
	if err := checkToken("kind of aggregate", id.Kind); err != nil {
		return err
	}
	return checkToken("id", id.ID)
}

var partitionTokens = func() (t [events.Partitions]string) {
	for i := range t {
		t[i] = fmt.Sprintf("%02d", i)
	}
	return t
}()

// aggregateOf reads an aggregate's id back from a subject of an event stream.
// Errors: events.ErrBadID.
func aggregateOf(subject string) (events.AggregateID, error) {
	p := strings.SplitN(subject, ".", 7)
	if len(p) != 6 || p[0] != "ev" {
		return events.AggregateID{}, fmt.Errorf("%w: %.100q is no subject of an event", events.ErrBadID, subject)
	}
	id := events.AggregateID{Kind: p[4], Workspace: p[3], ID: p[5]}
	if id.Kind == events.KindKey {
		id.ID = p[1] + "-" + p[5]
	}
	return id, nil
}

// streamSubjects lists what a stream stores; every filter is one of these or
// narrower.
func streamSubjects(name string) []string {
	switch {
	case name == streamDefinitions:
		return []string{"ev.d.>"}
	case name == streamTimers:
		return []string{timerSchedules, timersDue}
	case name == streamDead:
		return []string{deadSubjects}
	case strings.HasPrefix(name, prefixRuns):
		return []string{"ev." + strings.TrimPrefix(name, prefixRuns) + ".>"}
	case strings.HasPrefix(name, prefixPayloads):
		return []string{"pay." + strings.TrimPrefix(name, prefixPayloads) + ".>"}
	case strings.HasPrefix(name, "KV_"):
		return []string{"$KV." + strings.TrimPrefix(name, "KV_") + ".>"}
	}
	return nil
}

// Subjects beside those of events.
const (
	// timerSchedules holds the schedules, timersDue what they become.
	timerSchedules = "timer.set.>"
	timersDue      = "timer.due.>"
	deadSubjects   = "dead.>"
)

// timerSubject is timer.<state>.<pp>.<workspace>.<run>.<id>, state "set" or
// "due".
func timerSubject(state string, run events.AggregateID, id string) string {
	return "timer." + state + "." + partitionTokens[run.Partition()] + "." + run.Workspace + "." + run.ID + "." + id
}

// payloadSubject is pay.<slice>.<pp>.<workspace>.<run>.<address>.<chunk>;
// chunk may be "*".
func payloadSubject(slice string, run events.AggregateID, address, chunk string) string {
	return "pay." + slice + "." + partitionTokens[run.Partition()] + "." + run.Workspace + "." + run.ID + "." + address + "." + chunk
}

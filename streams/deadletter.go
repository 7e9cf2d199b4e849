package streams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/jobsprint/jobsprint/commands"
)

// maxReason bounds the text of a dead letter, in bytes.
const maxReason = 2 << 10

// DeadLetter is a message that a handler gave up on.
type DeadLetter struct {
	// Handler is the durable name of the handler.
	Handler string `json:"handler"`
	// Reason says what was wrong: the error, never the data. It is stored in
	// clear and cut at 2 KiB.
	Reason   string    `json:"reason"`
	Attempts int       `json:"attempts"`
	At       time.Time `json:"at"`
	// Stream, Seq and Subject name the message.
	Stream  string `json:"stream"`
	Seq     uint64 `json:"seq"`
	Subject string `json:"subject"`
	// Body is what its stream holds of the message: sealed when it is a
	// commit. It is not stored again: DeadLetter ignores it, and DeadLetters
	// fills it when the message is still there. A due timer, which leaves its
	// stream when it is acknowledged, is wholly in Subject.
	Body []byte `json:"-"`
}

// DeadLetter stores a dead letter; it is acknowledged when DeadLetter returns.
// A handler acks the delivery only after that. The same handler and message
// again is one letter, the first. Errors: events.ErrBadID for names that are
// no tokens, commands.ErrUnavailable.
func (l *Log) DeadLetter(ctx context.Context, d DeadLetter) error {
	if err := errors.Join(checkToken("handler", d.Handler), checkToken("stream", d.Stream)); err != nil {
		return err
	}
	d.Reason = cut(d.Reason, maxReason)
	d.At = d.At.UTC()
	body, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("dead letter of %s: %w", d.Handler, err)
	}
	subject := "dead." + d.Handler + "." + d.Stream + "." + strconv.FormatUint(d.Seq, 10)
	_, err = l.js.PublishMsg(ctx, &nats.Msg{Subject: subject, Data: body},
		jetstream.WithExpectStream(streamDead), jetstream.WithExpectLastSequencePerSubject(0))
	if err == nil || isConflict(err) {
		return nil
	}
	return unavailable(ctx, "store a dead letter", err)
}

// DeadLetters lists the newest dead letters first, at most limit of them.
// Errors: commands.ErrUnavailable.
func (l *Log) DeadLetters(ctx context.Context, limit int) ([]DeadLetter, error) {
	s, err := l.js.Stream(ctx, streamDead)
	if err != nil {
		return nil, unavailable(ctx, "list dead letters", err)
	}
	state := s.CachedInfo().State
	list := make([]DeadLetter, 0, max(0, min(limit, int(state.Msgs))))
	for seq := state.LastSeq; seq >= max(state.FirstSeq, 1) && len(list) < limit; seq-- {
		msg, err := s.GetMsg(ctx, seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return nil, unavailable(ctx, "list dead letters", err)
		}
		var d DeadLetter
		if err := json.Unmarshal(msg.Data, &d); err != nil {
			return nil, fmt.Errorf("dead letter %d: %w", seq, err)
		}
		list = append(list, d)
	}
	return list, l.fillBodies(ctx, list)
}

// fillBodies reads the messages that dead letters name, as far as they exist.
func (l *Log) fillBodies(ctx context.Context, list []DeadLetter) error {
	open := map[string]jetstream.Stream{}
	for i := range list {
		d := &list[i]
		s, ok := open[d.Stream]
		if !ok {
			var err error
			if s, err = l.js.Stream(ctx, d.Stream); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
				return unavailable(ctx, "list dead letters", err)
			}
			open[d.Stream] = s
		}
		if s == nil {
			continue
		}
		msg, err := s.GetMsg(ctx, d.Seq)
		if err == nil && msg.Subject == d.Subject {
			d.Body = msg.Data
		} else if err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
			return unavailable(ctx, "list dead letters", err)
		}
	}
	return nil
}

// unavailable gives an error of the client the meaning that callers know.
func unavailable(ctx context.Context, doing string, err error) error {
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", doing, context.Cause(ctx))
	case errors.Is(err, nats.ErrConnectionClosed):
		return fmt.Errorf("%s: %w", doing, ErrClosed)
	}
	return fmt.Errorf("%s: %w: %w", doing, commands.ErrUnavailable, err)
}

// cut shortens s to at most n bytes, at the end of a character.
func cut(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

package streams

import "github.com/jobsprint/jobsprint/events"

// Bounds of a ring. Decoded commits take about ten times their stored size, and
// a reader that is further behind reads from the stream. Many small events
// compress well and take more than that when they are decoded: each counts with
// eventBytes beside its share of the stored size.
const (
	ringCommits = 1024
	ringBytes   = 8 << 20
	eventBytes  = 256
)

func weight(c *events.Recorded) int { return c.Bytes + eventBytes*c.Len() }

// ring keeps the newest commits of a stream as they were appended, so that
// readers in this process need not read and decrypt them again. Its sequences
// are contiguous: a commit that does not follow the last one empties it. The
// sequencer that owns it guards it.
type ring struct {
	commits []*events.Recorded
	bytes   int
}

func (r *ring) push(c *events.Recorded) {
	if n := len(r.commits); n > 0 && r.commits[n-1].Position.Seq+1 != c.Position.Seq {
		r.clear()
	}
	r.commits = append(r.commits, c)
	r.bytes += weight(c)
	for len(r.commits) > ringCommits || r.bytes > ringBytes && len(r.commits) > 1 {
		r.bytes -= weight(r.commits[0])
		r.commits[0] = nil
		r.commits = r.commits[1:]
	}
}

func (r *ring) clear() {
	r.commits, r.bytes = nil, 0
}

// from copies at most n commits from a sequence on; none when the ring does
// not hold that sequence.
func (r *ring) from(seq uint64, n int) []*events.Recorded {
	if len(r.commits) == 0 {
		return nil
	}
	first := r.commits[0].Position.Seq
	if seq < first || seq-first >= uint64(len(r.commits)) {
		return nil
	}
	rest := r.commits[seq-first:]
	return append([]*events.Recorded(nil), rest[:min(n, len(rest))]...)
}

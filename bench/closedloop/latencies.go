package closedloop

import (
	"math/bits"
	"time"
)

// A latency of n ns falls into a bucket by its highest subBits+1 bits, so that
// a bucket is at most 1/128 of its value wide: 29 KiB hold any number of them.
const (
	subBits = 7
	buckets = (65 - subBits) << subBits
)

// latencies is a histogram. The zero value is empty.
type latencies struct {
	counts [buckets]uint32
	n      int64
	max    time.Duration
}

func (l *latencies) add(d time.Duration) {
	d = max(d, 0)
	l.counts[bucketOf(uint64(d))]++
	l.n++
	l.max = max(l.max, d)
}

func (l *latencies) merge(m *latencies) {
	for i, n := range m.counts {
		l.counts[i] += n
	}
	l.n += m.n
	l.max = max(l.max, m.max)
}

// quantile gives the latency that a share q of all did not exceed, rounded up
// to its bucket's end; 0 when there are none.
func (l *latencies) quantile(q float64) time.Duration {
	if l.n == 0 {
		return 0
	}
	rank := int64(q*float64(l.n) + 0.999999)
	rank = min(max(rank, 1), l.n)
	for i, n := range l.counts {
		if rank -= int64(n); rank <= 0 {
			return min(time.Duration(endOf(i)), l.max)
		}
	}
	return l.max
}

func bucketOf(n uint64) int {
	if n < 1<<subBits {
		return int(n)
	}
	shift := bits.Len64(n) - subBits - 1
	return (shift+1)<<subBits + int(n>>shift) - 1<<subBits
}

// endOf is the largest value of a bucket.
func endOf(bucket int) uint64 {
	row := bucket >> subBits
	if row == 0 {
		return uint64(bucket)
	}
	shift := row - 1
	return (uint64(bucket&(1<<subBits-1))+1<<subBits+1)<<shift - 1
}

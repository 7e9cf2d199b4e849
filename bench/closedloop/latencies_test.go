package closedloop

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestBucketsTouchAndAreNarrow(t *testing.T) {
	t.Parallel()
	for bucket := range buckets - 1 {
		end := endOf(bucket)
		if bucketOf(end) != bucket || bucketOf(end+1) != bucket+1 {
			t.Fatalf("bucket %d ends at %d, which is in %d; the next value is in %d", bucket, end, bucketOf(end), bucketOf(end+1))
		}
		if begin := endOf(max(bucket-1, 0)); bucket > 0 && float64(end-begin) > 1+float64(end)/128 {
			t.Fatalf("bucket %d reaches from %d to %d", bucket, begin, end)
		}
	}
	if got := bucketOf(math.MaxUint64); got != buckets-1 {
		t.Errorf("the largest value is in bucket %d of %d", got, buckets)
	}
}

func TestQuantilesAgreeWithASortedList(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var one, other latencies
	all := make([]time.Duration, 10_000)
	for i := range all {
		all[i] = time.Duration(math.Exp(r.Float64() * 20))
		if i%2 == 0 {
			one.add(all[i])
		} else {
			other.add(all[i])
		}
	}
	one.merge(&other)
	slices.Sort(all)
	for _, q := range []float64{0.0001, 0.5, 0.95, 0.99, 1} {
		want := all[max(int(math.Ceil(q*float64(len(all))))-1, 0)]
		if got := one.quantile(q); got < want || float64(got) > float64(want)*1.01+1 {
			t.Errorf("quantile %v: %v, want %v", q, got, want)
		}
	}
	if one.max != all[len(all)-1] || one.n != int64(len(all)) {
		t.Errorf("max %v of %d", one.max, one.n)
	}
}

func TestNoLatenciesHaveNoQuantile(t *testing.T) {
	t.Parallel()
	var l latencies
	if got := l.quantile(0.5); got != 0 {
		t.Errorf("got %v", got)
	}
	l.add(-time.Second) // a clock that jumped
	if got := l.quantile(0.5); got != 0 || l.n != 1 {
		t.Errorf("got %v of %d", got, l.n)
	}
}

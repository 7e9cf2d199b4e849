package streams_test

import (
	"context"
	"testing"

	"github.com/jobsprint/jobsprint/streams"
	"github.com/jobsprint/jobsprint/streams/streamtest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	streamtest.Exercise(t, func(dir string) (streamtest.Store, error) {
		l, err := streams.Open(context.Background(), streams.Config{Dir: dir})
		if err != nil {
			return nil, err
		}
		return l, nil
	})
}

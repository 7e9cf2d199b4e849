package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/bench"
	"github.com/jobsprint/jobsprint/bench/process"
	"github.com/jobsprint/jobsprint/bench/served"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
)

// Goals of a run of 10,000 items.
const (
	goalItemsTime = time.Second
	goalItemsRSS  = 200 // MB
	itemsWait     = 2 * time.Minute
)

// measureItems starts one run of many items through three steps on a server
// that has done nothing else, and waits for its end.
func measureItems(ctx context.Context, o options) error {
	return withJobsprint(ctx, o, func(s *served.Server, c *client.Client) error {
		w, err := served.Install(ctx, c, bench.Items)
		if err != nil {
			return err
		}
		input := manyItems(o.items)
		begun := time.Now()
		started, err := c.StartRun(ctx, w.ID, wire.StartRun{Input: input}, itemsWait)
		took := time.Since(begun)
		if err != nil {
			return err
		}
		memory, err := s.Memory()
		if err != nil {
			return err
		}
		if err := checkItems(ctx, c, started, o.items); err != nil {
			return err
		}
		o.itemsVerdict(took, memory)
		return nil
	})
}

func (o options) itemsVerdict(took time.Duration, m process.Memory) {
	what := fmt.Sprintf("%d items through 3 steps", o.items)
	o.verdict(what, fmt.Sprintf("%d ms from request to recorded end", took.Milliseconds()), "under "+goalItemsTime.String()+" for 10,000", took < goalItemsTime)
	o.verdict("its memory", fmt.Sprintf("peak %d MB", m.Peak>>20), fmt.Sprintf("under %d MB for 10,000", goalItemsRSS), m.Peak>>20 < goalItemsRSS)
}

// manyItems makes items of about 150 bytes.
func manyItems(n int) item.Value {
	list := make([]item.Value, n)
	text := item.String("A line of text such as orders have: it says what was bought, and by whom.")
	for i := range list {
		list[i] = item.NewObject(5).Set("id", item.Int(i)).Set("name", item.String(fmt.Sprintf("Article %d", i))).
			Set("price", item.Number(float64(i%500)+0.5)).Set("count", item.Int(i%10)).Set("text", text).Value()
	}
	return item.Array(list)
}

// checkItems makes sure that the run has done what it was measured for.
func checkItems(ctx context.Context, c *client.Client, started wire.StartedRun, n int) error {
	run := started.Run
	switch {
	case run == nil || !run.Ended():
		return fmt.Errorf("run %s did not end within %s", started.ID, itemsWait)
	case run.Status != wire.RunSuccess || run.Steps != bench.ItemsSteps:
		return fmt.Errorf("run %s ended as %s with %d steps: %s", started.ID, run.Status, run.Steps, run.Error)
	}
	page, err := c.RunItems(ctx, started.ID, client.ItemsQuery{RunIndex: -1, Offset: n - 1, Limit: 1})
	if err != nil {
		return err
	}
	items, err := item.ParseItems(page.Items)
	if err != nil {
		return err
	}
	last := n - 1
	want := item.Number((float64(last%500) + 0.5) * float64(last%10))
	if page.Total != n || len(items) != 1 || !item.Equal(items[0].JSON.Get("total"), want) {
		return fmt.Errorf("the last step has %d items, the last of them %s; want %d, with the total %s", page.Total, page.Items, n, want.JSON())
	}
	return nil
}

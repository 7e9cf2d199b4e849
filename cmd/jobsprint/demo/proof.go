package demo

import (
	"context"
	"fmt"
)

// historyPage is how many events of a run are read at a time.
const historyPage = 500

// compareHistory holds what the stream told, across the kill, against the
// stored history of each run: no event missing or repeated, and no step
// recorded twice.
func (d *demo) compareHistory(ctx context.Context) error {
	events := 0
	for _, r := range d.watch.runs {
		stored, err := d.client.RunEvents(ctx, r.ID, "", historyPage)
		if err != nil {
			return fmt.Errorf("read the history of run %s: %w", r.ID, err)
		}
		if len(stored.Items) != len(r.places) || stored.Next != "" {
			return fmt.Errorf("the stream told %d events of run %s, and %d are stored", len(r.places), r.ID, len(stored.Items))
		}
		for i, e := range stored.Items {
			if r.places[i] != (place{e.Revision, e.Index}) {
				return fmt.Errorf("event %d of run %s came in another order than it is stored", i, r.ID)
			}
		}
		if err := r.onceEach(); err != nil {
			return err
		}
		events += len(r.places)
	}
	d.view.complete(events, len(d.watch.runs))
	return nil
}

// onceEach makes sure that no step's result was recorded twice.
func (r *run) onceEach() error {
	seen := map[stepOf]bool{}
	for _, s := range r.completed {
		if seen[s] {
			return fmt.Errorf("run %s has recorded step %q twice", r.ID, s.Step)
		}
		seen[s] = true
	}
	return nil
}

// effect is one effect: what the log says of it, and what the shop does.
type effect struct {
	Run      string `json:"run"`
	Name     string `json:"-"`
	Step     string `json:"step"`
	Key      string `json:"key"`
	Requests int    `json:"requests"`
}

// countEffects holds the effects that the log knows against those that the shop
// has seen.
func (d *demo) countEffects(context.Context) error {
	d.view.chapter("Each effect happened once")
	calls, happened := d.shop.ledger()
	byKey := map[string]call{}
	for _, c := range calls {
		byKey[c.Key] = c
	}
	var list []effect
	for _, r := range d.watch.runs {
		for _, at := range r.completed {
			key, ok := r.scheduled[at]
			if !ok {
				continue
			}
			list = append(list, effect{Run: r.ID, Name: r.Name, Step: at.Step, Key: key, Requests: byKey[key].Requests})
		}
	}
	d.view.effects(list, len(happened), d.killed)
	return checkEffects(list, byKey, happened, d.killed)
}

// checkEffects gives an error unless every effect that was sent has happened,
// once, and only the one in flight at the kill was asked for again.
func checkEffects(list []effect, byKey map[string]call, happened map[string]int, killed string) error {
	for _, e := range list {
		switch c, ok := byKey[e.Key]; {
		case !ok:
			return fmt.Errorf("the shop has not seen the effect of step %q in run %s", e.Step, e.Run)
		case happened[c.Effect] != 1:
			return fmt.Errorf("%q happened %d times", c.Effect, happened[c.Effect])
		case c.Requests != 1 && e.Key != killed:
			return fmt.Errorf("%q was asked for %d times although it was not in flight at the kill", c.Effect, c.Requests)
		case c.Requests != 2 && e.Key == killed:
			return fmt.Errorf("%q was in flight at the kill and was asked for %d times, not twice", c.Effect, c.Requests)
		}
	}
	if want := 3 * len(fulfilled); len(list) != want || len(byKey) != want || len(happened) != want {
		return fmt.Errorf("%d effects should have been sent; the log knows %d, the shop %d under %d keys", want, len(list), len(happened), len(byKey))
	}
	return nil
}

// replayAll computes every run again from its record.
func (d *demo) replayAll(ctx context.Context) error {
	d.view.chapter("Replay: compute every run again from its record, and compare")
	for _, r := range d.watch.runs {
		result, err := d.client.Replay(ctx, r.ID)
		if err != nil {
			return fmt.Errorf("replay run %s: %w", r.ID, err)
		}
		d.view.replayed(r, result)
		if !result.Equal {
			return fmt.Errorf("the replay of run %s differs from its record in %d places", r.ID, len(result.Differences))
		}
	}
	return nil
}

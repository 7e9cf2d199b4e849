// Package core lists the step types that need no network of their own: they
// also run in a browser.
package core

import (
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/data"
	"github.com/jobsprint/jobsprint/nodes/flow"
)

// Definitions lists the step types.
func Definitions() []nodes.Definition {
	return []nodes.Definition{
		data.Set(),
		flow.ManualTrigger(),
		flow.NoOp(),
		flow.StickyNote(),
		flow.Webhook(),
	}
}

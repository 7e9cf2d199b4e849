// Package core lists the step types that need no network of their own: they
// also run in a browser.
package core

import (
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/code"
	"github.com/jobsprint/jobsprint/nodes/data"
	"github.com/jobsprint/jobsprint/nodes/datetime"
	"github.com/jobsprint/jobsprint/nodes/debug"
	"github.com/jobsprint/jobsprint/nodes/flow"
	"github.com/jobsprint/jobsprint/nodes/markup"
	"github.com/jobsprint/jobsprint/nodes/merge"
	"github.com/jobsprint/jobsprint/nodes/secure"
	"github.com/jobsprint/jobsprint/nodes/training"
	"github.com/jobsprint/jobsprint/nodes/transform"
)

// Definitions lists the step types.
func Definitions() []nodes.Definition {
	return []nodes.Definition{
		code.Code(),
		code.Function(),
		code.FunctionItem(),
		data.Set(),
		datetime.DateTime(),
		flow.ErrorTrigger(),
		flow.ExecuteWorkflow(),
		flow.ExecuteWorkflowTrigger(),
		debug.DebugHelper(),
		debug.ExecutionData(),
		flow.Filter(),
		flow.If(),
		flow.LoopOverItems(),
		flow.ManualTrigger(),
		flow.NoOp(),
		flow.RespondToWebhook(),
		flow.StickyNote(),
		flow.StopAndError(),
		flow.Switch(),
		flow.Wait(),
		flow.Webhook(),
		merge.CompareDatasets(),
		merge.Merge(nil),
		markup.XML(),
		secure.Crypto(),
		secure.JWT(),
		secure.TOTP(),
		training.CustomerDatastore(),
		training.CustomerMessenger(),
		transform.Aggregate(),
		transform.ItemLists(),
		transform.Limit(),
		transform.RemoveDuplicates(),
		transform.RenameKeys(),
		transform.Sort(),
		transform.SplitOut(),
		transform.Summarize(),
	}
}

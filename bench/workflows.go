// Package bench holds the workflows that the benches run. README.md says what
// is measured, how to repeat it, and what was reached.
package bench

import _ "embed" // the workflow files

// Workflows in n8n's format.
var (
	// Chain is a webhook (POST w1), ten set steps that each build on the one
	// before, and the last one's item as the answer.
	//go:embed testdata/w1.json
	Chain []byte
	// One is a webhook (POST one), one set step, and its item as the answer.
	//go:embed testdata/one.json
	One []byte
	// Items is a manual trigger and three set steps, for many items.
	//go:embed testdata/items.json
	Items []byte
)

// Request and what its answer must contain.
const (
	// Body is what Chain and One are sent.
	Body = `{"name":"Ada","amount":12.5,"tags":["a","b"],"address":{"street":"Main","city":"London"}}`
	// ChainAnswer is what the tenth step of Chain has made of Body.
	ChainAnswer = `"f10":"Ada-1-2-3-4-5-6-7-8-9-10"`
	// OneAnswer is what the step of One has made of Body.
	OneAnswer = `"greeting":"Hello Ada"`
	// ChainSteps and ItemsSteps are the step runs of one run.
	ChainSteps = 11
	ItemsSteps = 4
)

// Package examples holds workflows that the project ships, in n8n's JSON format.
// The demo runs them, and people start from them. It imports nothing.
package examples

import _ "embed"

// OrderRouting takes an order by webhook, rates it, handles large and small ones
// on branches of their own, merges these and answers the caller:
// POST /webhook/orders with {"customer":"…","items":[…],"total":120}.
//
//go:embed order-routing.json
var OrderRouting []byte

// FetchAndWait takes an order by webhook, reserves stock and charges by HTTP,
// waits, ships by HTTP and answers: POST /webhook/fulfil with
// {"order":"…","total":120,"shop":"http://…"}, where shop is the base address
// that it calls.
//
//go:embed fetch-and-wait.json
var FetchAndWait []byte

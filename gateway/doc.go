// Package gateway is Jobsprint's HTTP side: commands and queries under /v1,
// live events under /v1/stream, webhooks under /webhook, health and metrics.
//
// A handler parses, calls one command or query, and writes. Everything that is
// refused leaves as application/problem+json through one writer and one table of
// codes. What the gateway needs from other rooms is declared in ports.go.
//
// A Gateway is an http.Handler without a listener of its own: the server passes
// it to NewServer, and a command line that holds the data folder itself calls it
// directly.
package gateway

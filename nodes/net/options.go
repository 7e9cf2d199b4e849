// Package net holds the step types that use the network.
package net

import (
	"time"
)

// Defaults of Options.
const (
	DefaultTimeout          = 300 * time.Second
	DefaultMaxResponseBytes = 64 << 20
	DefaultMaxRedirects     = 21
)

// Options say how steps may use the network. Zero fields mean the default.
type Options struct {
	// Allow lists what may be reached although it is not public: host names,
	// "host:port" pairs, addresses, or CIDR ranges. Empty: public addresses
	// only.
	Allow []string
	// Offline refuses every request before a name is looked up, whatever Allow
	// says.
	Offline bool
	// Timeout bounds a request where its step says nothing; default 300 s.
	Timeout time.Duration
	// MaxResponseBytes bounds a response's body; default 64 MiB.
	MaxResponseBytes int64
	// MaxRedirects bounds how often one request is redirected where its step
	// says nothing; default 21.
	MaxRedirects int
	// UserAgent is sent where the step gives none; default "jobsprint".
	UserAgent string
}

func (o Options) withDefaults() Options {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.MaxResponseBytes <= 0 {
		o.MaxResponseBytes = DefaultMaxResponseBytes
	}
	if o.MaxRedirects <= 0 {
		o.MaxRedirects = DefaultMaxRedirects
	}
	if o.UserAgent == "" {
		o.UserAgent = "jobsprint"
	}
	return o
}

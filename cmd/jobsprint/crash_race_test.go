//go:build race

package main

// crashPause is longer with the race detector: runs begin more slowly, and as
// many are to be in flight.
const crashPause = "2"

//go:build !race

package main

// crashPause is how long each run waits between its effects, in seconds.
const crashPause = "0.4"

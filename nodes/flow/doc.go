// Package flow holds the step types that begin a run, choose its way, join
// branches, wait, answer and stop.
package flow

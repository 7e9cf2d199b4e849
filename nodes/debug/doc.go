// Package debug holds the step types that help to try workflows and to find their
// runs.
package debug

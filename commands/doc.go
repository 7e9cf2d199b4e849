// Package commands holds the commands that change Jobsprint's aggregates: for
// each its type, who may give it, and the decision as a pure function from
// loaded state to new events. It declares the store that it needs; package
// streams provides it.
package commands

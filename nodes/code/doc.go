// Package code holds the step types that run code of one's own: Code and the
// older Function and FunctionItem. The code itself is run by the expression
// engine, where that is a [expression.CodeEngine]; this package decides what the
// code sees of its step and what its results mean.
package code

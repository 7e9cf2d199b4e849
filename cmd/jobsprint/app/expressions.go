package app

import "github.com/jobsprint/jobsprint/expression"

// Expressions is the engine of the program: steps and the command "eval"
// evaluate with the same.
func Expressions() expression.Engine { return expression.NewCompiled() }

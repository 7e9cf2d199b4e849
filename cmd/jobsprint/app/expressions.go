package app

import (
	"sync"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/expression/js"
)

var expressions = sync.OnceValue(func() *js.Engine { return js.New(js.Options{}) })

// Expressions is the engine of the program: steps and the command "eval"
// evaluate with the same.
func Expressions() expression.Engine { return expressions() }

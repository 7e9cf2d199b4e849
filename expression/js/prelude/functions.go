package prelude

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/jobsprint/jobsprint/item"
)

//go:embed functions.json
var functions []byte

// Function describes a function that expressions can call.
type Function struct {
	// Type is the type that has it: "String", "Number", "Boolean", "Array",
	// "Object" or "Date"; "Global" for functions that stand alone.
	Type string `json:"type"`
	Name string `json:"name"`
	Args []Arg  `json:"args"`
	// Returns names the type of the result.
	Returns  string    `json:"returns"`
	Doc      string    `json:"doc"`
	Examples []Example `json:"examples"`
}

// Arg is an argument of a function.
type Arg struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Optional bool   `json:"optional,omitempty"`
	Rest     bool   `json:"rest,omitempty"` // any number of them
	Doc      string `json:"doc"`
}

// Example shows what a call comes to in the time zone America/New_York; a test
// evaluates every one.
type Example struct {
	Expression string     `json:"expression"`
	Result     item.Value `json:"result"` // Undefined where it is missing
}

// Functions lists the functions, in the order of a reference.
var Functions = sync.OnceValue(func() []Function {
	var list []Function
	if err := json.Unmarshal(functions, &list); err != nil {
		panic(fmt.Sprintf("prelude: functions.json: %v", err)) // embedded
	}
	return list
})

// Package prelude holds the JavaScript that expressions can call: the extension
// functions, the globals and the view of the run, over Luxon and JMESPath. An
// engine evaluates the scripts in their order after it has set the global
// __host, and takes the global __n8n afterwards.
//
// __n8n has names (of the extension functions: X.name(a) is written out as
// call(X, "name", [a]) for them), call, begin, leave, isError and describeError.
// begin is called before each expression for an item; begin(true) says that the
// batch is the same as before and that the expression changes nothing that it
// reads, so that copies are kept. $if(a, b, c) is written out as a ? b : c by
// the engine, and false where c is left out. Beyond reading the run, __host has
// transliterate, digest, random and now.
package prelude

import (
	"embed"
	"fmt"
)

//go:embed *.js
var files embed.FS

// order is the order in which the scripts depend on one another.
var order = []string{
	"luxon.min.js", "jmespath.min.js", "clock.js", "errors.js", "extend.js", "number.js", "object.js", "array.js",
	"base64.js", "string.js", "text.js", "date.js", "globals.js", "data.js", "exports.js",
}

// Script is one script of the prelude.
type Script struct {
	Name   string
	Source string
}

// Scripts are the scripts in the order in which they are evaluated.
func Scripts() []Script {
	scripts := make([]Script, 0, len(order))
	for _, name := range order {
		source, err := files.ReadFile(name)
		if err != nil {
			panic(fmt.Sprintf("prelude: %v", err)) // embedded
		}
		scripts = append(scripts, Script{name, string(source)})
	}
	return scripts
}

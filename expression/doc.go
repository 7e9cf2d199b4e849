// Package expression evaluates the expressions that stand in step parameters,
// in n8n's form: a text that begins with "=" holds JavaScript between {{ and
// }}. It declares what an engine is and brings one, the compiled path, which
// understands the common shapes without JavaScript and compiles for the
// browser. Engines that need JavaScript stand in packages below this one.
//
// An expression sees only what its batch holds: items, the outputs of earlier
// steps, and a fixed environment. It reads no clock, file, network or
// environment variable. What an engine does not know is an error that points
// at the place, never a silent empty value.
package expression

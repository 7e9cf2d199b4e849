// Package nodes is the contract of a step type: what it says about itself (its
// Definition, plain data from which editor forms, documentation and checks are
// made), how its parameters are compiled, and how it runs. The types stand in
// packages below, one file or folder each, and package catalogue lists them.
//
// A step type gets everything through its call: items, parameters, time,
// randomness and the keys of its effects. It keeps no state between calls.
package nodes

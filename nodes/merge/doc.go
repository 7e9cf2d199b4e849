// Package merge holds the step types that bring two or more lists of items
// together: merge in all its modes, and the comparison of two lists. Items are
// matched by hashes of their fields, so that long lists cost their length.
package merge

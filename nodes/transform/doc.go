// Package transform holds the step types that change a list of items as a
// whole: cut, split, gather, sort, rename, remove duplicates and summarize. The
// older type that does all of this in one is made of the same parts.
package transform

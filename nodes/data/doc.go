// Package data holds the step types that make and change items.
package data

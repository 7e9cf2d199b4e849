// Package condition decides whether an item meets conditions, in n8n's two
// forms: the filter of current type versions, whose operators belong to a type
// and check it, and the older lists of comparisons, which follow JavaScript.
package condition

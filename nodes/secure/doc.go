// Package secure holds the step types around secrets: hashes, signatures, random
// values, tokens and one-time codes.
package secure

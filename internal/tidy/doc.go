// Package tidy checks the repository's own source: who may import whom, how long files and functions are, what
// has a comment, and what the pure rooms must not do. Its tests are the checks; each names file, line and the
// way out. The checkers are plain functions over parsed files, so that other tests can show that each can fail.
//
// It reads files and runs the go command, and imports nothing of the project.
package tidy

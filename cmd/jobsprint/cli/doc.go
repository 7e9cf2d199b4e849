// Package cli is the command line. Each command is one file: a struct whose
// fields are its options, Help with examples, and Run. Results go to stdout,
// notices and progress to stderr. A command that needs data uses the typed
// client, against the server that runs on the folder or, when none does, against
// the same HTTP handler in its own process.
//
// Exit codes: 0 done, 1 failed, 2 bad usage or a bad file, 3 a replay differs.
package cli

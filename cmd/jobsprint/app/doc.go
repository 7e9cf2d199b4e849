// Package app puts the rooms together. An App is the whole program behind the
// command line: the log, the read models, the engine, its handlers and the HTTP
// side, started in the order in which each needs the one before and ended in
// reverse. The server, commands that open a data folder themselves, and tests
// (with port 0 and a temporary folder) use the same App.
package app

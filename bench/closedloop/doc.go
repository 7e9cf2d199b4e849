// Package closedloop loads an HTTP server on this machine: each virtual user
// sends a request, waits for the whole answer, and sends the next. It reports
// rate, latencies and the processor time that the load itself took, since load
// and server share the machine.
//
// It uses nothing but the standard library, and refuses every address that is
// not a loopback one.
package closedloop

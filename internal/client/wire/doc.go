// Package wire holds the shapes of the JSON that the HTTP API under /v1 takes
// and gives. The gateway writes them and the client reads them, so that both
// cannot drift apart. Times are RFC 3339 with nanoseconds, in UTC; a field that
// is absent has its zero value. It imports item only.
package wire

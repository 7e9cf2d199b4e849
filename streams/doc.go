// Package streams is the event store and all else that touches JetStream.
// Nothing above it imports nats.go.
package streams

// Package streams is the event store, and all else that touches JetStream: the
// embedded server, streams and their settings, keys and encryption, payloads,
// timers, durable consumers, dead letters. Nothing above it imports nats.go.
// It may import item, events and commands.
//
// # Where a commit goes
//
// A commit is one message. Definitions live in the stream DEFS under
// ev.d.<partition>.<workspace>.<kind>.<id>, runs in RUNS_<slice> under
// ev.<slice>.<partition>.<workspace>.run.<id>, claims of idempotency keys
// beside them under …key.<hmac>. The slice follows from the time in the run's
// id and a table of boundaries, itself an aggregate in DEFS. Every append
// names the sequence that it expects to be the last of its subject: of two
// writers that saw the same head, one loses, with commands.ErrConflict.
//
// # The sequencer and the watermark
//
//	Append ── encode ──▶ sequencer ──▶ JetStream
//	                        │  ▲           │
//	                        │  └── acks ───┘   in the stream's order
//	                        ▼
//	                 ring, watermark ──▶ Append returns, tails wake
//
// Each event stream has one sequencer. It publishes without waiting and takes
// the acknowledgements in the stream's order. The watermark is the last
// acknowledged sequence; Load, Tail, Head and ReadAt show nothing above it, so
// that nobody acts on a commit whose author may still be told that it failed.
// The newest commits stay in memory as they were appended, where tails find
// them without reading and decrypting.
//
// Acknowledged means written by the server, which syncs every SyncInterval:
// killing the process loses nothing, losing power up to that interval. A
// journal that closes this gap belongs into sequencer.accepted, between the
// acknowledgement and the watermark: there every commit passes once, in order,
// and nothing above sees it before the watermark has moved. An answer that was
// lost shows there as a skipped sequence, which a journal reads back first.
//
// # Repeats
//
// The message id is derived from command id, revision and subject. A repeat is
// answered by the server as a duplicate, or, since one replica looks at the
// expected sequence first, as a race lost against its own first attempt. Both
// ways the holder of the wanted revision is read back, and if it is the same
// command, that commit is the answer. A lost race has several codes and the
// winner may not be readable at once; isConflict and Log.winner are the only
// places that know.
//
// # Keys
//
// The master key (a file outside the store) wraps random secrets in the bucket
// KEYS: one for the definitions of a workspace, one for each workspace in each
// slice. All other keys are derived from these by HKDF. A commit whose secret
// was erased comes back redacted, and still verifies.
package streams

package streams

import (
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Names of the streams. A slice's streams are named by it.
const (
	streamDefinitions = "DEFS"
	streamTimers      = "TIMERS"
	streamDead        = "DEAD"
	streamKeys        = "KV_" + bucketKeys
	streamEngine      = "KV_" + bucketEngine
	prefixRuns        = "RUNS_"
	prefixPayloads    = "PAY_"

	bucketKeys   = "KEYS"
	bucketEngine = "ENGINE"
)

func runsStream(slice string) string     { return prefixRuns + slice }
func payloadsStream(slice string) string { return prefixPayloads + slice }

const (
	// duplicateWindow is how long a message id is remembered. It serves exact
	// retries only: a million ids held cost 307 MiB.
	duplicateWindow = 30 * time.Second
	// replicas is 1 on the embedded server, which has no peers.
	replicas = 1
	// maxConsumers is the budget of one stream: 16 of the engine, 1 reader, 8
	// handlers, 4 spare, counted by a test of the rooms above.
	maxConsumers = 32

	maxTimerBytes   = 64 << 10
	maxPayloadChunk = 1 << 20
	maxKeyBytes     = 64 << 10
)

// streamConfig is the settings table: what each stream must look like. The
// name must be one of the names above.
//
// DiscardNew everywhere, since JetStream's default drops the oldest messages
// when a limit is met; no limit by age for the same reason. Messages cannot
// be deleted one by one, and whole subjects can be purged only where a legal
// erasure needs it: run slices and their payloads. DEFS denies both.
func streamConfig(name string) jetstream.StreamConfig {
	c := jetstream.StreamConfig{
		Name:        name,
		Subjects:    streamSubjects(name),
		Retention:   jetstream.LimitsPolicy,
		Discard:     jetstream.DiscardNew,
		Storage:     jetstream.FileStorage,
		Replicas:    replicas,
		Duplicates:  duplicateWindow,
		AllowDirect: true,
		DenyDelete:  true,
		DenyPurge:   true,

		MaxConsumers: maxConsumers, MaxMsgs: -1, MaxBytes: -1, MaxMsgsPerSubject: -1,
		MaxMsgSize: DefaultMaxPayloadBytes,
	}
	switch {
	case name == streamTimers:
		timerSettings(&c)
	case name == streamKeys, name == streamEngine:
		bucketSettings(&c)
	case strings.HasPrefix(name, prefixPayloads):
		c.DenyPurge, c.MaxMsgSize = false, maxPayloadChunk
	case strings.HasPrefix(name, prefixRuns):
		c.DenyPurge = false
	}
	return c
}

// timerSettings: a schedule replaces the one before it on its subject, which
// the server does by a rollup and which needs DenyPurge off: hence a stream of
// its own. A due timer goes with its acknowledgement; schedules have no
// consumer and stay until they fire. The server refuses DiscardNew here;
// since the stream has no limits, nothing is discarded either way.
func timerSettings(c *jetstream.StreamConfig) {
	c.Retention, c.Discard = jetstream.WorkQueuePolicy, jetstream.DiscardOld
	c.AllowMsgSchedules, c.AllowRollup, c.AllowMsgTTL = true, true, true
	c.DenyPurge, c.DenyDelete = false, false
	c.MaxMsgSize = maxTimerBytes
}

// bucketSettings: a key-value bucket keeps one message a key, and erasing a
// key is a rollup.
func bucketSettings(c *jetstream.StreamConfig) {
	c.MaxMsgsPerSubject, c.AllowRollup, c.DenyPurge = 1, true, false
	c.MaxMsgSize = maxKeyBytes
}

// fixedStreams lists the streams that do not belong to a slice. The keys come
// first: nothing can be stored without them.
func fixedStreams() []string {
	return []string{streamKeys, streamEngine, streamDefinitions, streamTimers, streamDead}
}

// sliceStreams lists the streams of one slice.
func sliceStreams(slice string) []string {
	return []string{runsStream(slice), payloadsStream(slice)}
}

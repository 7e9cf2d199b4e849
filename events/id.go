package events

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Aggregate kinds. They are tokens of the subject under which commits are
// stored, so they never change.
const (
	KindWorkflow = "workflow"
	KindRoute    = "route"
	KindSlices   = "slices"
	KindRun      = "run"
	KindKey      = "key"
	KindStatic   = "static"
	KindHistory  = "history"
	KindTables   = "tables"
	KindTable    = "table"
)

// Workspace tokens: opaque ids in subjects, never names that people choose.
const (
	// GlobalWorkspace holds the aggregates that belong to no workspace.
	GlobalWorkspace = "_"
	// DefaultWorkspace is the one workspace that exists from the start.
	DefaultWorkspace = "w0"
)

// Partitions is the number of partitions that ids are spread over.
const Partitions = 64

// ErrBadID reports an id that is not of the form that its place demands.
var ErrBadID = errors.New("bad id")

// AggregateID names one aggregate: the unit of consistency, with one chain of
// commits.
type AggregateID struct {
	Kind      string
	Workspace string
	ID        string
}

// Run returns the id of a run in a workspace.
func Run(workspace, id string) AggregateID {
	return AggregateID{Kind: KindRun, Workspace: workspace, ID: id}
}

// Workflow returns the id of a workflow definition in a workspace.
func Workflow(workspace, id string) AggregateID {
	return AggregateID{Kind: KindWorkflow, Workspace: workspace, ID: id}
}

// Route returns the id of the route with the given hash; see RouteID.
func Route(workspace, id string) AggregateID {
	return AggregateID{Kind: KindRoute, Workspace: workspace, ID: id}
}

// Static returns the id of a workflow's static data.
func Static(workspace, workflow string) AggregateID {
	return AggregateID{Kind: KindStatic, Workspace: workspace, ID: workflow}
}

// History returns the id of what a workflow's steps remember from run to run.
func History(workspace, workflow string) AggregateID {
	return AggregateID{Kind: KindHistory, Workspace: workspace, ID: workflow}
}

// Tables returns the id of a workspace's list of data tables.
func Tables(workspace string) AggregateID {
	return AggregateID{Kind: KindTables, Workspace: workspace, ID: HashID("tables", workspace)}
}

// Table returns the id of the rows of a data table.
func Table(workspace, id string) AggregateID {
	return AggregateID{Kind: KindTable, Workspace: workspace, ID: id}
}

// Slices returns the id of the table of slice boundaries.
func Slices() AggregateID {
	return AggregateID{Kind: KindSlices, Workspace: GlobalWorkspace, ID: HashID("slices")}
}

// Sliced reports whether commits of the aggregate live in a RUNS slice, which
// ends as a whole, rather than in DEFS, which is kept for ever.
func (a AggregateID) Sliced() bool { return a.Kind == KindRun || a.Kind == KindKey }

// Partition is the aggregate's partition, 0 to Partitions-1.
func (a AggregateID) Partition() int { return Partition(a.ID) }

// String gives "kind/workspace/id", for logs and messages.
func (a AggregateID) String() string { return a.Kind + "/" + a.Workspace + "/" + a.ID }

// Partition is the low six bits of the id's last byte, which its last two
// hexadecimal digits hold. Ids of any other form are in partition 0.
func Partition(id string) int {
	if len(id) < 2 {
		return 0
	}
	b, err := hex.DecodeString(id[len(id)-2:])
	if err != nil {
		return 0
	}
	return int(b[0] & (Partitions - 1))
}

// PartitionToken is the partition as it stands in a subject: two digits.
func PartitionToken(id string) string { return fmt.Sprintf("%02d", Partition(id)) }

// HashID is an id for an aggregate that is addressed by what it is: 32
// hexadecimal digits of SHA-256 over the length-prefixed parts.
func HashID(parts ...string) string {
	sum := hashParts(parts)
	return hex.EncodeToString(sum[:16])
}

// RouteID is the id of the route aggregate for a method and a path. Two paths
// that differ only in the names of their parameters are the same route.
func RouteID(workspace, method, path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if strings.HasPrefix(s, ":") {
			segments[i] = ":"
		}
	}
	return HashID("route", workspace, method, strings.Join(segments, "/"))
}

// NewTimeID makes a UUID version 7 from a time and 10 random bytes.
func NewTimeID(at time.Time, random [10]byte) string {
	var b [16]byte
	ms := uint64(at.UnixMilli())
	b[0], b[1], b[2] = byte(ms>>40), byte(ms>>32), byte(ms>>24)
	b[3], b[4], b[5] = byte(ms>>16), byte(ms>>8), byte(ms)
	copy(b[6:], random[:])
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	return formatUUID(b)
}

// DeriveRunID is the id of a run that follows from something recorded: the
// time of the commit that caused it, the partition of its root run (so that
// both have one owner), and all other bits from cause and target. The same
// cause and target always give the same id.
func DeriveRunID(at time.Time, root, cause, target string) string {
	sum := hashParts([]string{"run", cause, target})
	var random [10]byte
	copy(random[:], sum[:])
	if root != "" {
		random[9] = random[9]&^(Partitions-1) | byte(Partition(root))
	}
	return NewTimeID(at, random)
}

// TimeOf reads the time inside a UUID version 7, to the millisecond. It
// returns ErrBadID for anything else, since a run without a time in its id
// could not be found again.
func TimeOf(id string) (time.Time, error) {
	b, err := parseUUID(id)
	if err != nil || b[6]>>4 != 7 || b[8]>>6 != 2 {
		return time.Time{}, fmt.Errorf("%w: %q is not a UUID version 7", ErrBadID, id)
	}
	var ms int64
	for _, x := range b[:6] {
		ms = ms<<8 | int64(x)
	}
	return time.UnixMilli(ms).UTC(), nil
}

// parseUUID takes the one canonical form: an id is compared and stored as text.
func parseUUID(id string) ([16]byte, error) {
	if len(id) != 36 || strings.ToLower(id) != id {
		return [16]byte{}, ErrBadID
	}
	return uuid.Parse(id)
}

func formatUUID(b [16]byte) string { return uuid.UUID(b).String() }

func hashParts(parts []string) [32]byte {
	h := sha256.New()
	for _, p := range parts {
		n := uint64(len(p))
		h.Write([]byte{byte(n >> 56), byte(n >> 48), byte(n >> 40), byte(n >> 32), byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		h.Write([]byte(p))
	}
	return [32]byte(h.Sum(nil))
}

package projections

import (
	"fmt"

	"github.com/jobsprint/jobsprint/events"
)

// The states of a generation, as the books hold them.
const (
	stateBuilding = "building"
	stateLive     = "live"
	stateDropped  = "dropped"
)

// generation is one filling of a projection's tables. The tables are made by
// the runtime from the projection's schema, not by migrations: their names
// hold the generation's number, several exist at once during a rebuild, and a
// change of schema is never a migration of rows but a new generation filled
// from the log. Views with the plain names show the live one.
//
// All but the constant fields belong to whoever holds Projector.applying.
type generation struct {
	id      int64
	model   *model
	version int
	at      map[string]place
	halted  *Halted
	texts   map[string]string // SQL by what it does
}

func newGeneration(id int64, m *model, version int) *generation {
	return &generation{id: id, model: m, version: version, at: map[string]place{}, texts: map[string]string{}}
}

// current reports that the code of this build can fill the generation.
func (g *generation) current() bool { return g.version == g.model.Version }

func (g *generation) physical(table string) string { return fmt.Sprintf("%s_g%d", table, g.id) }

// cursor is where the generation has read to.
func (g *generation) cursor() events.Cursor { return cursorOf(g.at) }

func cursorOf(at map[string]place) events.Cursor {
	list := make([]events.Position, 0, len(at))
	for s, p := range at {
		list = append(list, events.Position{Stream: s, Seq: p.seq})
	}
	return events.NewCursor(list...)
}

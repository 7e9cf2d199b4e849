package demo

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/demo/child"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// The lines for a program. Kind says which one it is.
type (
	startedLine struct {
		Kind     string    `json:"kind"` // run.started
		Run      string    `json:"run"`
		Workflow string    `json:"workflow"`
		Name     string    `json:"name"`
		Order    string    `json:"order"`
		At       time.Time `json:"at"`
	}
	completedLine struct {
		Kind       string          `json:"kind"` // step.completed
		Run        string          `json:"run"`
		Step       string          `json:"step"`
		RunIndex   int             `json:"runIndex"`
		Attempt    int             `json:"attempt"`
		DurationUS int64           `json:"durationUS"`
		Items      int             `json:"items"`
		Output     json.RawMessage `json:"output,omitempty"` // the json of the first item
	}
	endedLine struct {
		Kind       string `json:"kind"` // run.ended
		Run        string `json:"run"`
		Status     string `json:"status"`
		Steps      int    `json:"steps"`
		DurationMS int64  `json:"durationMS"`
		Error      string `json:"error,omitempty"`
	}
	killedLine struct {
		Kind   string `json:"kind"` // server.killed
		PID    int    `json:"pid"`
		Signal string `json:"signal"`
		Run    string `json:"run"`
		Step   string `json:"step"` // in flight
		Key    string `json:"key"`
	}
	restartedLine struct {
		Kind    string `json:"kind"` // server.restarted
		PID     int    `json:"pid"`
		ReadyMS int64  `json:"readyMS"`
		// LastEventID is where the live stream is resumed.
		LastEventID string `json:"lastEventId"`
	}
	effectsLine struct {
		Kind string `json:"kind"` // effects
		// Sent counts the effects of the log, Seen those that happened, and
		// Requests what the shop was asked for; Repeated are the effects that
		// it was asked for more than once.
		Sent     int      `json:"sent"`
		Seen     int      `json:"seen"`
		Requests int      `json:"requests"`
		Repeated []effect `json:"repeated"`
		Effects  []effect `json:"effects"`
	}
	replayLine struct {
		Kind       string `json:"kind"` // replay
		Run        string `json:"run"`
		Equal      bool   `json:"equal"`
		Events     int    `json:"events"`
		Recomputed int    `json:"recomputed"`
		FromRecord int    `json:"fromRecord"`
	}
)

func (v *view) serverKilled(c *child.Process, r *run, step, key string) {
	v.row(iostreams.Red, "✗", "", "kill -9", "", "")
	v.say("   Process %d is gone. %q of order %s was in flight: the shop has charged, and the server will never", c.PID(), step, r.Name)
	v.say("   know from that connection. Order %s was waiting.", fulfilled[0].name)
	v.emit(killedLine{Kind: "server.killed", PID: c.PID(), Signal: "SIGKILL", Run: r.ID, Step: step, Key: key})
}

func (v *view) serverRestarted(c *child.Process, down time.Duration, lastID string) {
	v.say("   ready after %s: process %d, %s; it was away for %s", iostreams.Took(c.Ready), c.PID(), c.Address, iostreams.Took(down))
	v.say("   %s", v.Paint(iostreams.Dim, "the stream resumes with Last-Event-ID: "+cut(lastID, plainWidth-45)))
	v.emit(restartedLine{Kind: "server.restarted", PID: c.PID(), ReadyMS: c.Ready.Milliseconds(), LastEventID: lastID})
}

func (v *view) callersLeft() {
	v.say("   Who had sent %s and %s lost the connection at the kill and got no answer. Their runs did not mind.", fulfilled[0].name, fulfilled[1].name)
}

func (v *view) complete(events, runs int) {
	v.say("   The stream told all %d events of the %d runs, across the kill, without gap or repeat, and no step is recorded twice.", events, runs)
}

func (v *view) effects(list []effect, seen int, killed string) {
	line := effectsLine{Kind: "effects", Sent: len(list), Seen: seen, Repeated: []effect{}, Effects: list}
	for _, e := range list {
		line.Requests += e.Requests
		style, note := iostreams.Green, ""
		if e.Requests > 1 {
			line.Repeated = append(line.Repeated, e)
			style = iostreams.Yellow
		}
		if e.Key == killed {
			note = ": in flight at the kill"
		}
		v.say("   %s %s %s  %s  %s", v.Paint(iostreams.Green, "✓"), pad(e.Name, nameWidth), pad(e.Step, stepWidth), short(e.Key),
			v.Paint(style, requests(e.Requests)+note))
	}
	v.say("   The server sent %d effects, and %d happened at the shop, which got %d requests for them.", line.Sent, line.Seen, line.Requests)
	if len(line.Repeated) > 0 {
		v.say("   The one in flight was sent again: no engine can know whether it had arrived. It carried the same")
		v.say("   Idempotency-Key, so the shop knew it and did not charge twice. A shop that ignores the key would have.")
	}
	v.emit(line)
}

func requests(n int) string {
	if n == 1 {
		return "1 request"
	}
	return strconv.Itoa(n) + " requests"
}

func (v *view) replayed(r *run, result wire.Replay) {
	verdict := v.Paint(iostreams.Green, "equal")
	if !result.Equal {
		verdict = v.Paint(iostreams.Red, "different")
	}
	v.say("   %s %s  %s: %d events, %d steps computed again, %d effects and waits taken from the record",
		pad(r.Name, nameWidth), v.Paint(iostreams.Dim, r.ID), verdict, result.Events, result.Recomputed, result.FromRecord)
	v.emit(replayLine{Kind: "replay", Run: r.ID, Equal: result.Equal, Events: result.Events, Recomputed: result.Recomputed, FromRecord: result.FromRecord})
}

func (v *view) tryNext(took time.Duration) {
	v.say("\n%s", v.Paint(iostreams.Bold, "All of it was true, in "+iostreams.Took(took)+". The process and its folder are gone. Try next:"))
	for _, line := range [][2]string{
		{"jobsprint serve", "a server on a folder that stays"},
		{"jobsprint import examples/order-routing.json --activate", "or a workflow that you have exported from n8n"},
		{`curl -d '{"customer":"Ada","items":[],"total":320}' -H 'Content-Type: application/json' http://127.0.0.1:8780/webhook/orders`, ""},
		{"jobsprint runs list", "then: runs show, runs watch, replay"},
		{"jobsprint --help", ""},
	} {
		v.say("%s", strings.TrimRight("   "+pad(line[0], 56)+"  "+v.Paint(iostreams.Dim, line[1]), " "))
	}
}

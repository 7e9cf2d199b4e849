package demo

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/demo/child"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// view tells what happens: lines for a person, or JSON lines for a program.
type view struct {
	*iostreams.Streams
	jsonl    bool
	begun    time.Time
	chapters int
}

func newView(o Options) *view {
	return &view{Streams: o.Streams, jsonl: o.Output == OutputJSONL, begun: time.Now()}
}

// plainWidth is the width of a line where there is no terminal, in columns.
const plainWidth = 120

// pace is how long each line stays the last one on a terminal, so that a person
// can follow; the times in the lines are those at which things happened.
const pace = 40 * time.Millisecond

// Widths of the columns, in characters.
const (
	nameWidth = 6
	stepWidth = 19
	tookWidth = 8
)

// say prints a line for a person.
func (v *view) say(format string, args ...any) {
	if !v.jsonl {
		_, _ = fmt.Fprintf(v.Out, format+"\n", args...)
	}
}

// emit prints a line for a program.
func (v *view) emit(line any) {
	if v.jsonl {
		_ = v.JSONLine(line) // like the lines for a person: the demo goes on without a reader
	}
}

func (v *view) opening() {
	v.say("%s", v.Paint(iostreams.Bold, "Jobsprint demo"))
	v.say("A server runs two workflows, is killed in the middle of them, and goes on.")
	v.chapter("Start the server as a process of its own, in a temporary folder")
}

func (v *view) chapter(text string) {
	v.chapters++
	v.say("\n%s", v.Paint(iostreams.Bold, fmt.Sprintf("%d. %s", v.chapters, text)))
}

// row prints what happened to an order now.
func (v *view) row(style iostreams.Style, sign, name, what, took, detail string) {
	v.rowAt(time.Now(), style, sign, name, what, took, detail)
}

// rowAt prints what happened to an order, with the time since the beginning.
func (v *view) rowAt(at time.Time, style iostreams.Style, sign, name, what, took, detail string) {
	if v.jsonl {
		return
	}
	head := fmt.Sprintf("%7.3f s  ", at.Sub(v.begun).Seconds())
	middle := fmt.Sprintf(" %s %s %s  ", pad(name, nameWidth), pad(what, stepWidth), padLeft(took, tookWidth))
	width := plainWidth
	if v.OutTerminal {
		width = v.Width()
	}
	room := width - utf8.RuneCountInString(head+sign+middle)
	line := v.Paint(iostreams.Dim, head) + v.Paint(style, sign) + middle + cut(iostreams.Plain(detail), room)
	v.say("%s", strings.TrimRight(line, " "))
	if v.OutTerminal {
		time.Sleep(pace)
	}
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

func padLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text))) + text
}

// cut shortens a text to a width; what is left is never less than a few words.
func cut(text string, width int) string {
	width = max(width, 16)
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:width-1]) + "…"
}

func (v *view) serverStarted(c *child.Process, dir string) {
	v.say("   ready after %s: process %d, %s, all in %s", iostreams.Took(c.Ready), c.PID(), c.Address, dir)
}

func (v *view) activated(w wire.Workflow) {
	v.say("   %s %s  %s", v.Paint(iostreams.Green, "✓"), w.Name, v.Paint(iostreams.Dim, w.ID))
}

func (v *view) sent(o order) {
	v.row(iostreams.Cyan, "→", o.name, "POST /webhook/"+o.path, "", o.body)
}

func (v *view) answered(a answer) {
	v.row(iostreams.Cyan, "←", a.order, fmt.Sprintf("answer %d", a.status), iostreams.Took(a.took), a.body)
}

// fact tells an event of a run.
func (v *view) fact(f *fact, r *run) {
	switch f.Type {
	case runStarted:
		v.rowAt(f.Seen, iostreams.Bold, "▶", f.Name, "run of "+r.Workflow, "", r.ID)
		v.emit(startedLine{Kind: f.Type, Run: r.ID, Workflow: f.data.Workflow, Name: r.Workflow, Order: r.Name, At: f.At})
	case stepScheduled:
		detail := "in flight, Idempotency-Key " + short(f.data.Key)
		if f.data.InDoubt {
			detail = "sent again with the same Idempotency-Key " + short(f.data.Key) + ": nobody knows whether it arrived"
		}
		v.rowAt(f.Seen, iostreams.Yellow, "…", f.Name, f.data.Step, "", detail)
	case stepWaiting:
		v.rowAt(f.Seen, iostreams.Yellow, "…", f.Name, f.data.Step, "", "waits until "+time.UnixMilli(f.data.UntilMS).Format("15:04:05.000"))
	case stepFailed:
		v.rowAt(f.Seen, iostreams.Red, "✗", f.Name, f.data.Step, took(f.data.DurationUS), f.data.Error.message())
	case stepCompleted:
		output := f.output(r)
		v.rowAt(f.Seen, iostreams.Green, "✓", f.Name, f.data.Step, took(f.data.DurationUS), output.text())
		v.emit(completedLine{
			Kind: f.Type, Run: r.ID, Step: f.data.Step, RunIndex: f.data.RunIndex, Attempt: f.data.Attempt,
			DurationUS: f.data.DurationUS, Items: output.items, Output: output.first,
		})
	case runEnded:
		v.rowAt(f.Seen, endStyle(f.data.Status), "■", f.Name, f.data.Status, iostreams.Took(r.ended.Sub(r.started)), f.data.Error.message())
		v.emit(endedLine{Kind: f.Type, Run: r.ID, Status: f.data.Status, Steps: len(r.completed), DurationMS: r.ended.Sub(r.started).Milliseconds(), Error: f.data.Error.message()})
	}
}

func endStyle(status string) iostreams.Style {
	if status == wire.RunSuccess {
		return iostreams.Green
	}
	return iostreams.Red
}

func (e *eventError) message() string {
	if e == nil {
		return ""
	}
	return e.Message
}

func took(us int64) string { return iostreams.Took(time.Duration(us) * time.Microsecond) }

// short is the end of a key or id, enough to tell it from others.
func short(key string) string {
	if len(key) <= 8 {
		return key
	}
	return "…" + key[len(key)-8:]
}

// output is what a step emitted, in short.
type output struct {
	branch, branches int // the first output with items, of how many
	items            int
	first            json.RawMessage // the json of the first item
}

func (f *fact) output(r *run) output {
	o := output{branches: len(f.data.Outputs)}
	for i, list := range f.data.Outputs {
		if list.Pass && i < len(r.input) { // what came in is not stored twice
			list.Items = r.input[i].Items
		}
		n := max(list.Count, len(list.Items))
		if n > 0 && o.items == 0 {
			o.branch = i
			if len(list.Items) > 0 {
				o.first = list.Items[0].JSON
			}
		}
		o.items += n
	}
	return o
}

// text shows an output to a person: of a webhook's request, only its body.
func (o output) text() string {
	text := string(o.first)
	var request struct{ Headers, Body json.RawMessage }
	if json.Unmarshal(o.first, &request) == nil && request.Headers != nil && request.Body != nil {
		text = string(request.Body)
	}
	if o.branches > 1 {
		text = fmt.Sprintf("output %d of %d: %s", o.branch+1, o.branches, text)
	}
	if o.items > 1 {
		text = fmt.Sprintf("%d items, first %s", o.items, text)
	}
	return text
}

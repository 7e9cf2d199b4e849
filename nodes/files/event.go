package files

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/files/ics"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

// eventMaker writes a calendar with one event for each item.
type eventMaker struct {
	start, end nodes.Param[item.Value]
	allDay     nodes.Param[bool]
	title      nodes.Param[string]
	more       nodes.Param[item.Value]
}

func newEventMaker(c *nodes.Compile) *eventMaker {
	return &eventMaker{
		start:  nodes.Any(c, "start", item.String("")),
		end:    nodes.Any(c, "end", item.String("")),
		allDay: nodes.Flag(c, "allDay", false),
		title:  nodes.Text(c, "title", ""),
		more:   nodes.Any(c, "additionalFields", item.Undefined),
	}
}

func (m *eventMaker) run(c *nodes.Call, items []item.Item, name nodes.Param[string]) (nodes.Result, error) {
	return perItem(c, items, func(i int) ([]item.Item, error) {
		e, fileName, err := m.event(c, i)
		if err != nil {
			return nil, err
		}
		return keep(c, i, ics.Write(e), fileName, "text/calendar", name, item.PairOf(i))
	})
}

func (m *eventMaker) event(c *nodes.Call, i int) (e ics.Event, fileName string, err error) {
	if e.AllDay, err = m.allDay.At(c, i); err != nil {
		return e, "", err
	}
	if e.Title, err = m.title.At(c, i); err != nil {
		return e, "", err
	}
	if e.Title == "" {
		e.Title = "undefined" // what n8n writes
	}
	wrong := 0
	if e.Start, err = eventTime(c, i, m.start, &wrong); err != nil {
		return e, "", err
	}
	if e.End, err = eventTime(c, i, m.end, &wrong); err != nil {
		return e, "", err
	}
	if e.AllDay {
		e.End = e.End.AddDate(0, 0, 1)
	}
	more, err := m.more.At(c, i)
	if err != nil {
		return e, "", err
	}
	wrong += addDetails(&e, more)
	e.Stamp = c.Now().Truncate(time.Minute)
	if e.UID == "" {
		e.UID = eventID(c, i)
	}
	if fileName = more.Get("fileName").ToString(); more.Get("fileName").IsNullish() || fileName == "" {
		fileName = "event.ics"
	}
	if wrong > 0 {
		return e, "", fail(i, "%d errors occurred", wrong)
	}
	return e, fileName, nil
}

// eventTime reads a time; without a zone it is one of UTC, as in n8n where its process runs in UTC. A time that cannot
// be read counts as six errors, one for each of its parts.
func eventTime(c *nodes.Call, i int, p nodes.Param[item.Value], wrong *int) (time.Time, error) {
	v, err := p.At(c, i)
	if err != nil {
		return time.Time{}, err
	}
	t, ok := typing.Time(v, time.UTC)
	if !ok {
		*wrong += 6
	}
	return t, nil
}

// eventID is an id of 21 characters that is the same whenever the step is repeated.
func eventID(c *nodes.Call, i int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %d", c.Run, c.Batch.Step, c.Batch.RunIndex, i))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:21]
}

// addDetails takes the additional fields and gives how many of them are wrong.
func addDetails(e *ics.Event, more item.Value) (wrong int) {
	text := func(name string) string {
		if v := more.Get(name); !v.IsNullish() {
			return v.ToString()
		}
		return ""
	}
	e.UID, e.CalendarName, e.Description, e.URL = text("uid"), text("calName"), text("description"), text("url")
	e.Location, e.Status, e.BusyStatus, e.RecurrenceRule = text("location"), text("status"), text("busyStatus"), text("recurrenceRule")
	if n := more.Get("sequence").ToNumber(); n == n {
		e.Sequence = int(n)
	}
	if v := more.Get("organizerUi").Get("organizerValues"); v.Kind() == item.KindObject {
		p := personOf(v)
		e.Organizer = &p
		wrong += badEmail(p)
	}
	list, _ := more.Get("attendeesUi").Get("attendeeValues").Elems()
	for _, v := range list {
		p := personOf(v)
		e.Attendees = append(e.Attendees, p)
		wrong += badEmail(p)
	}
	if v := more.Get("geolocationUi").Get("geolocationValues"); v.Kind() == item.KindObject {
		wrong += 2 // n8n hands its texts to what wants numbers, and fails
	}
	return wrong
}

func personOf(v item.Value) ics.Person {
	p := ics.Person{RSVP: v.Get("rsvp").Truthy()}
	if name := v.Get("name"); !name.IsNullish() {
		p.Name = name.ToString()
	}
	if email := v.Get("email"); !email.IsNullish() {
		p.Email = email.ToString()
	}
	return p
}

func badEmail(p ics.Person) int {
	if p.Email == "" || strings.Contains(strings.Trim(p.Email, "@"), "@") {
		return 0
	}
	return 1
}

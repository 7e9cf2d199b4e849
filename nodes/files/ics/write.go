package ics

import (
	"fmt"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// Person is somebody who takes part.
type Person struct {
	Name, Email string
	RSVP        bool
}

// Event is an event to write. Empty members are left out.
type Event struct {
	UID, Title, CalendarName string
	Stamp, Start, End        time.Time
	AllDay                   bool
	Sequence                 int
	Description, URL         string
	Location, Status         string
	Organizer                *Person
	BusyStatus               string
	Attendees                []Person
	RecurrenceRule           string
}

const (
	utcForm = "20060102T150405Z"
	dayForm = "20060102"
)

// Write writes a calendar with one event.
func Write(e Event) []byte {
	var b strings.Builder
	add := func(name, value string) {
		if value != "" {
			b.WriteString(fold(name+value) + "\r\n")
		}
	}
	add("BEGIN:", "VCALENDAR")
	add("VERSION:", "2.0")
	add("CALSCALE:", "GREGORIAN")
	add("PRODID:", "adamgibbons/ics")
	add("METHOD:", "PUBLISH")
	add("X-WR-CALNAME:", e.CalendarName)
	add("X-PUBLISHED-TTL:", "PT1H")
	add("BEGIN:", "VEVENT")
	b.WriteString("UID:" + e.UID + "\r\n")
	add("SUMMARY:", escape(e.Title))
	add("DTSTAMP:", e.Stamp.UTC().Format(utcForm))
	if e.AllDay {
		add("DTSTART;VALUE=DATE:", e.Start.UTC().Format(dayForm))
		if e.Start.UTC().Format(dayForm) != e.End.UTC().Format(dayForm) {
			add("DTEND;VALUE=DATE:", e.End.UTC().Format(dayForm))
		}
	} else {
		add("DTSTART:", e.Start.UTC().Format(utcForm))
		add("DTEND:", e.End.UTC().Format(utcForm))
	}
	if e.Sequence != 0 {
		add("SEQUENCE:", fmt.Sprint(e.Sequence))
	}
	add("DESCRIPTION:", escape(e.Description))
	add("URL:", e.URL)
	add("LOCATION:", escape(e.Location))
	add("STATUS:", e.Status)
	if e.Organizer != nil {
		add("ORGANIZER;", person(*e.Organizer, "Organizer"))
	}
	add("X-MICROSOFT-CDO-BUSYSTATUS:", e.BusyStatus)
	for _, p := range e.Attendees {
		add("ATTENDEE;RSVP="+strings.ToUpper(fmt.Sprint(p.RSVP))+";", person(p, "Unnamed attendee"))
	}
	if e.RecurrenceRule != "" {
		b.WriteString("RRULE:" + e.RecurrenceRule + "\r\n")
	}
	add("END:", "VEVENT")
	add("END:", "VCALENDAR")
	return []byte(b.String())
}

func person(p Person, nameless string) string {
	name := p.Name
	if name == "" {
		name = nameless
	}
	text := "CN=" + name
	if p.Email != "" {
		text += ":mailto:" + p.Email
	}
	return text
}

var escapes = strings.NewReplacer(`\`, `\\`, "\r\n", `\n`, "\n", `\n`, ";", `\;`, ",", `\,`)

func escape(s string) string { return escapes.Replace(s) }

// fold breaks a line after 75 characters, and what follows after 74.
func fold(s string) string {
	var parts []string
	for width := 75; item.UTF16Len(s) > width; width = 74 {
		parts = append(parts, item.Slice(s, 0, width))
		s = item.Slice(s, width, item.UTF16Len(s))
	}
	return strings.Join(append(parts, s), "\r\n\t")
}

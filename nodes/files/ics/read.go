package ics

import (
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// MaxLines bounds the lines of one calendar.
const MaxLines = 1_000_000

// Error is what is wrong with a calendar.
type Error string

// Error is the message.
func (e Error) Error() string { return string(e) }

// line is one property: its name, its parameters and its value.
type line struct {
	name   string
	params map[string]string
	value  string
}

// component is what stands between BEGIN and END.
type component struct {
	name  string
	lines []line
	parts []component
}

func (c *component) all(name string) []component {
	var list []component
	for _, p := range c.parts {
		if p.name == name {
			list = append(list, p)
		}
	}
	return list
}

// Read reads the first calendar of a text; an empty object where there is none. Errors: Error.
func Read(text string) (item.Value, error) {
	root, err := parse(text)
	if err != nil {
		return item.Undefined, err
	}
	calendars := root.all("VCALENDAR")
	if len(calendars) == 0 {
		return item.NewObject(0).Value(), nil
	}
	return calendar(&calendars[0]), nil
}

func parse(text string) (*component, error) {
	lines := unfold(text)
	if len(lines) > MaxLines {
		return nil, Error("a calendar may have " + strconv.Itoa(MaxLines) + " lines at most")
	}
	stack := []component{{}}
	for _, raw := range lines {
		if strings.TrimSpace(raw) == "" {
			continue
		}
		l, ok := parseLine(raw)
		if !ok {
			return nil, Error("Line not valid: " + raw)
		}
		switch {
		case l.name == "BEGIN":
			stack = append(stack, component{name: l.value})
		case l.name == "END":
			if n := len(stack); n > 1 {
				stack[n-2].parts = append(stack[n-2].parts, stack[n-1])
				stack = stack[:n-1]
			}
		default:
			top := &stack[len(stack)-1]
			top.lines = append(top.lines, l)
		}
	}
	for n := len(stack); n > 1; n-- { // what was not ended ends with the text
		stack[n-2].parts = append(stack[n-2].parts, stack[n-1])
	}
	return &stack[0], nil
}

// unfold joins the lines that go on in the next one, which begins with a space or a tab then.
func unfold(text string) []string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	var lines []string
	for _, l := range strings.Split(text, "\n") {
		if len(lines) > 0 && l != "" && (l[0] == ' ' || l[0] == '\t') {
			lines[len(lines)-1] += l[1:]
			continue
		}
		lines = append(lines, l)
	}
	return lines
}

// parseLine splits a property; quotes in its parameters may hold any sign.
func parseLine(raw string) (l line, ok bool) {
	l.params = map[string]string{}
	quoted, start := false, 0
	add := func(part string) {
		if start == 0 {
			l.name = strings.ToUpper(part)
			return
		}
		key, value, _ := strings.Cut(part, "=")
		l.params[strings.ToUpper(key)] = strings.Trim(value, `"`)
	}
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ';':
			add(raw[start:i])
			start = i + 1
		case c == ':':
			add(raw[start:i])
			l.value = raw[i+1:]
			return l, l.name != ""
		}
	}
	return l, false
}

// rule says where the value of a property goes and how it is read.
type rule struct {
	key  string
	read func(l line, z zones) item.Value
}

func plain(l line, _ zones) item.Value { return item.String(l.value) }

func list(l line, _ zones) item.Value {
	var values []item.Value
	for _, part := range strings.Split(l.value, ",") {
		values = append(values, item.String(part))
	}
	return item.Array(values)
}

var calendarRules = map[string]rule{"VERSION": {"version", plain}, "PRODID": {"prodId", plain}, "METHOD": {"method", plain}}

var eventRules = map[string]rule{
	"UID": {"uid", plain}, "DTSTAMP": {"stamp", readDate}, "CREATED": {"created", readDate}, "LAST-MODIFIED": {"lastModified", readDate},
	"DTSTART": {"start", readDate}, "DTEND": {"end", readDate}, "DURATION": {"duration", readDuration}, "SUMMARY": {"summary", plain},
	"DESCRIPTION": {"description", plain}, "LOCATION": {"location", plain}, "STATUS": {"status", plain}, "CATEGORIES": {"categories", list},
	"CLASS": {"class", plain}, "TRANSP": {"timeTransparent", plain}, "URL": {"url", plain}, "GEO": {"geo", plain}, "PRIORITY": {"priority", plain},
	"COMMENT": {"comment", plain}, "ATTACH": {"attach", plain}, "RECURRENCE-ID": {"recurrenceId", plain}, "RRULE": {"recurrenceRule", readRule},
	"ORGANIZER": {"organizer", readOrganizer},
}

var alarmRules = map[string]rule{
	"ACTION": {"action", plain}, "DESCRIPTION": {"description", plain}, "DURATION": {"duration", readDuration}, "REPEAT": {"repeat", readNumber},
	"SUMMARY": {"summary", plain}, "TRIGGER": {"trigger", readTrigger},
}

var zoneRules = map[string]rule{
	"DTSTART": {"start", readMoment}, "TZOFFSETFROM": {"offsetFrom", plain}, "TZOFFSETTO": {"offsetTo", plain}, "TZNAME": {"name", plain},
	"RRULE": {"recurrenceRule", readRule}, "RDATE": {"recurrenceDate", readDate}, "COMMENT": {"comment", plain},
}

// apply puts the properties that the rules know into an object, in their order.
func apply(o *item.ObjectBuilder, c *component, rules map[string]rule, z zones) {
	for _, l := range c.lines {
		if r, ok := rules[l.name]; ok {
			if v := r.read(l, z); !v.IsUndefined() {
				o.Set(r.key, v)
			}
		}
	}
}

func calendar(c *component) item.Value {
	o := item.NewObject(6)
	apply(o, c, calendarRules, nil)
	z := zonesOf(c)
	if list := mapParts(c.all("VTIMEZONE"), zone); len(list) > 0 {
		o.Set("timezones", item.Array(list))
	}
	if list := mapParts(c.all("VEVENT"), func(e *component) item.Value { return event(e, z) }); len(list) > 0 {
		o.Set("events", item.Array(list))
	}
	return o.Value()
}

func mapParts(parts []component, read func(*component) item.Value) []item.Value {
	out := make([]item.Value, len(parts))
	for i := range parts {
		out[i] = read(&parts[i])
	}
	return out
}

func zone(c *component) item.Value {
	var props []item.Value
	for _, kind := range []string{"STANDARD", "DAYLIGHT"} {
		for _, part := range c.all(kind) {
			o := item.NewObject(7).Set("type", item.String(kind))
			apply(o, &part, zoneRules, nil)
			props = append(props, o.Value())
		}
	}
	o := item.NewObject(4).Set("props", item.Array(props))
	apply(o, c, map[string]rule{"TZID": {"id", plain}, "LAST-MODIFIED": {"lastModified", readMoment}, "TZURL": {"url", plain}}, nil)
	return o.Value()
}

func event(c *component, z zones) item.Value {
	o := item.NewObject(len(c.lines))
	apply(o, c, eventRules, z)
	if list := mapParts(c.all("VALARM"), func(a *component) item.Value { return alarm(a, z) }); len(list) > 0 {
		o.Set("alarms", item.Array(list))
	}
	if list := attendees(c); len(list) > 0 {
		o.Set("attendees", item.Array(list))
	}
	return o.Value()
}

func alarm(c *component, z zones) item.Value {
	o := item.NewObject(len(c.lines))
	apply(o, c, alarmRules, z)
	if list := attendees(c); len(list) > 0 {
		o.Set("attendees", item.Array(list))
	}
	var attached []item.Value
	for _, l := range c.lines {
		if l.name == "ATTACH" {
			attached = append(attached, item.NewObject(2).Set("type", item.String("uri")).Set("url", item.String(l.value)).Value())
		}
	}
	if len(attached) > 0 {
		o.Set("attachments", item.Array(attached))
	}
	return o.Value()
}

// attendees are people, with what their parameters say.
func attendees(c *component) []item.Value {
	var list []item.Value
	for _, l := range c.lines {
		if l.name != "ATTENDEE" {
			continue
		}
		o := item.NewObject(6).Set("email", item.String(address(l.value)))
		for _, p := range []struct{ param, key string }{
			{"DELEGATED-FROM", "delegatedFrom"}, {"MEMBER", "member"}, {"CN", "name"}, {"PARTSTAT", "partstat"}, {"ROLE", "role"}, {"SENT-BY", "sentBy"},
		} {
			if text, ok := l.params[p.param]; ok {
				o.Set(p.key, item.String(address(text)))
			}
		}
		list = append(list, o.Value())
	}
	return list
}

// address takes "mailto:" away.
func address(s string) string {
	if len(s) >= 7 && strings.EqualFold(s[:7], "mailto:") {
		return s[7:]
	}
	return s
}

func readOrganizer(l line, _ zones) item.Value {
	o := item.NewObject(4)
	for _, p := range []struct{ param, key string }{{"CN", "name"}, {"DIR", "dir"}, {"SENT-BY", "sentBy"}} {
		if text, ok := l.params[p.param]; ok {
			o.Set(p.key, item.String(address(text)))
		}
	}
	return o.Set("email", item.String(address(l.value))).Value()
}

func readNumber(l line, _ zones) item.Value {
	n, err := strconv.Atoi(l.value)
	if err != nil {
		return item.Undefined
	}
	return item.Int(n)
}

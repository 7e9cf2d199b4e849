package intl

import (
	"strconv"
	"strings"
	"sync"

	"github.com/jobsprint/jobsprint/item"
)

// dateNames are the names of a calendar in a locale by the length of their
// letters: 3 abbreviated, 4 wide, 5 narrow.
type dateNames struct {
	months, monthsAlone [6][13]string
	days, daysAlone     [6][7]string
	eras                [6][2]string
	data                *data
	calendar            string
}

type namesKey struct {
	data     *data
	calendar string
}

var dateNamesKept sync.Map // of *dateNames by namesKey

var dayKeys = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func dateNamesOf(d *data, calendar string) *dateNames {
	if n, ok := dateNamesKept.Load(namesKey{d, calendar}); ok {
		return n.(*dateNames)
	}
	n := &dateNames{data: d, calendar: calendar}
	names := calendar // the months of the Buddhist calendar are the usual ones
	if calendar == "buddhist" {
		names = "gregorian"
	}
	for length, width := range map[int]string{3: "abbreviated", 4: "wide", 5: "narrow"} { //tidy:anyorder each has its place
		for m := 1; m <= 12; m++ {
			n.months[length][m] = d.text(names + "/months/format/" + width + "/" + strconv.Itoa(m))
			n.monthsAlone[length][m] = d.text(names + "/months/stand-alone/" + width + "/" + strconv.Itoa(m))
		}
		for i, key := range dayKeys {
			n.days[length][i] = d.text(names + "/days/format/" + width + "/" + key)
			n.daysAlone[length][i] = d.text(names + "/days/stand-alone/" + width + "/" + key)
		}
		group := map[int]string{3: "eraAbbr", 4: "eraNames", 5: "eraNarrow"}[length]
		for era := range 2 {
			n.eras[length][era] = d.text(calendar + "/eras/" + group + "/" + strconv.Itoa(era))
		}
	}
	dateNamesKept.Store(namesKey{d, calendar}, n)
	return n
}

func widthOf(count int) int { return min(max(count, 3), 5) }

// format writes a time, in milliseconds since 1970, in parts.
func (f *dateFormat) format(ms float64) parts { return f.write(f.tokens, ms) }

func (f *dateFormat) write(list []token, ms float64) parts {
	t := f.fields(ms)
	out := make(parts, 0, len(list))
	for _, k := range list {
		if k.letter == 0 {
			out = out.add("literal", k.text)
			continue
		}
		kind, text := f.field(k, &t)
		out = out.add(kind, text)
	}
	return out
}

// text is format as one text.
func (f *dateFormat) text(ms float64) string {
	t := f.fields(ms)
	var b strings.Builder
	for _, k := range f.tokens {
		text := k.text
		if k.letter != 0 {
			_, text = f.field(k, &t)
		}
		b.WriteString(text)
	}
	return plainSpaces(b.String())
}

// plainSpaces writes narrow spaces as spaces, as V8 does in dates that are not
// in parts.
func plainSpaces(text string) string {
	if strings.Contains(text, "\u202f") {
		return strings.ReplaceAll(text, "\u202f", " ")
	}
	return text
}

// field writes one field (UTS #35 part 4, 8.1).
func (f *dateFormat) field(k token, t *fields) (kind, text string) {
	n := f.names
	width := widthOf(k.count)
	switch k.letter {
	case 'G':
		return "era", n.eras[width][t.era]
	case 'y', 'r', 'u':
		year := t.year
		if k.letter == 'u' {
			year = t.extended
		}
		if k.count == 2 {
			return "year", f.number(year%100, 2)
		}
		return "year", f.number(year, k.count)
	case 'M', 'L':
		return "month", f.month(k, t)
	case 'd':
		return "day", f.number(t.day, k.count)
	case 'E':
		return "weekday", n.days[width][t.weekday]
	case 'c', 'e':
		if k.count < 3 {
			return "weekday", f.number(t.weekday+1, k.count)
		}
		if k.letter == 'e' {
			return "weekday", n.days[width][t.weekday]
		}
		return "weekday", n.daysAlone[width][t.weekday]
	case 'a':
		return "dayPeriod", f.dayPeriod(t.half(), k.count)
	case 'b', 'B':
		return "dayPeriod", f.dayPeriod(f.periodOf(t, k.letter), k.count)
	}
	return f.timeField(k, t)
}

func (f *dateFormat) month(k token, t *fields) string {
	if k.count < 3 {
		return f.number(t.month, k.count)
	}
	list := &f.names.months
	if k.letter == 'L' {
		list = &f.names.monthsAlone
	}
	return list[widthOf(k.count)][t.month]
}

func (f *dateFormat) timeField(k token, t *fields) (kind, text string) {
	switch k.letter {
	case 'H':
		return "hour", f.number(t.hour, k.count)
	case 'k':
		return "hour", f.number((t.hour+23)%24+1, k.count)
	case 'h':
		return "hour", f.number((t.hour+11)%12+1, k.count)
	case 'K':
		return "hour", f.number(t.hour%12, k.count)
	case 'm':
		return "minute", f.number(t.minute, k.count)
	case 's':
		return "second", f.number(t.second, k.count)
	case 'S':
		digits := f.number(t.milli, 3)
		for range 3 - min(k.count, 3) {
			digits = strings.TrimSuffix(digits, f.lastDigit(digits))
		}
		return "fractionalSecond", digits
	case 'z', 'O', 'v', 'V':
		return "timeZoneName", f.zoneName(k, t)
	}
	return "literal", ""
}

func (f *dateFormat) lastDigit(text string) string {
	for _, d := range f.digit {
		if strings.HasSuffix(text, d) {
			return d
		}
	}
	return ""
}

func (f *dateFormat) number(n, least int) string {
	text := strconv.Itoa(max(n, -n))
	if len(text) < least {
		text = strings.Repeat("0", least-len(text)) + text
	}
	if f.numbering != "latn" {
		var b strings.Builder
		for i := range len(text) {
			b.WriteString(f.digit[text[i]-'0'])
		}
		text = b.String()
	}
	if n < 0 {
		return "-" + text
	}
	return text
}

func (t *fields) half() string {
	if t.hour < 12 {
		return "am"
	}
	return "pm"
}

func (f *dateFormat) dayPeriod(name string, count int) string {
	width := [6]string{3: "abbreviated", 4: "wide", 5: "narrow"}[widthOf(count)]
	const path = "gregorian/dayPeriods/format/"
	return f.names.data.first(path+width+"/"+name, path+"abbreviated/"+name)
}

// periodOf names the part of the day (UTS #35 part 4, 4.5): b knows noon and
// midnight, B what the language tells apart.
func (f *dateFormat) periodOf(t *fields, letter byte) string {
	minute := t.hour*60 + t.minute
	exact := minute
	for _, k := range f.tokens {
		if k.letter == 'm' && t.minute != 0 || k.letter == 's' && t.second != 0 {
			exact = -1
		}
	}
	if exact >= 0 {
		exact = t.hour * 60
	}
	rules := f.periodRules()
	if letter == 'b' {
		for name, at := range map[string]int{"midnight": 0, "noon": 720} { //tidy:anyorder one matches
			if exact == at && f.dayPeriod(name, 3) != "" {
				return name
			}
		}
		return t.half()
	}
	found := t.half()
	for _, r := range rules {
		if r.at {
			if exact == r.from && f.dayPeriod(r.name, 3) != "" {
				return r.name
			}
			continue
		}
		in := minute >= r.from && minute < r.before
		if r.from > r.before {
			in = minute >= r.from || minute < r.before
		}
		if in && f.dayPeriod(r.name, 3) != "" {
			found = r.name
		}
	}
	return found
}

// periodRule is when a part of the day is, in minutes.
type periodRule struct {
	name         string
	from, before int
	at           bool
}

var periodRulesKept sync.Map // of []periodRule by locale

func (f *dateFormat) periodRules() []periodRule {
	for locale := f.locale.data.name; locale != ""; locale = shorter(locale) {
		if rules, ok := periodRulesKept.Load(locale); ok {
			return rules.([]periodRule)
		}
		var rules []periodRule
		sharedUnder("period/"+locale+"/", func(rest, text string) {
			name, bound, _ := strings.Cut(rest, "/")
			if len(rules) == 0 || rules[len(rules)-1].name != name {
				rules = append(rules, periodRule{name: name})
			}
			r := &rules[len(rules)-1]
			hour, minute, _ := strings.Cut(text, ":")
			h, _ := strconv.Atoi(hour)
			m, _ := strconv.Atoi(minute)
			switch bound {
			case "_at":
				r.at, r.from = true, h*60+m
			case "_from":
				r.from = h*60 + m
			case "_before":
				r.before = h*60 + m
			}
		})
		if rules != nil {
			periodRulesKept.Store(locale, rules)
			return rules
		}
	}
	return nil
}

func (f *dateFormat) invoke(method string, args []item.Value) (item.Value, error) {
	start, _ := argument(args, 0).Number()
	switch method {
	case "format":
		return item.String(f.text(start)), nil
	case "formatToParts":
		return f.format(start).value("", ""), nil
	}
	end, _ := argument(args, 1).Number()
	out, sources := f.formatRange(start, end)
	if method == "formatRange" {
		return item.String(out.String()), nil
	}
	return sourced(out, sources), nil
}

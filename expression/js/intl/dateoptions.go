package intl

import (
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// dateFormat is an Intl.DateTimeFormat (ECMA-402 11.1).
type dateFormat struct {
	locale               locale
	calendar             string // as ECMA-402 names it
	numbering            string
	zone                 zone
	dateStyle, timeStyle string
	pattern              string
	skeleton             string
	tokens               []token
	names                *dateNames
	digit                []string
	generator            *generator
}

// component is an option for one field with its letters.
type component struct {
	name  string
	words []string
	// letters in the order of words.
	letters []string
}

var components = []component{
	{"weekday", []string{"narrow", "short", "long"}, []string{"EEEEE", "EEE", "EEEE"}},
	{"era", []string{"narrow", "short", "long"}, []string{"GGGGG", "GGG", "GGGG"}},
	{"year", []string{"2-digit", "numeric"}, []string{"yy", "y"}},
	{"month", []string{"2-digit", "numeric", "narrow", "short", "long"}, []string{"MM", "M", "MMMMM", "MMM", "MMMM"}},
	{"day", []string{"2-digit", "numeric"}, []string{"dd", "d"}},
	{"dayPeriod", []string{"narrow", "short", "long"}, []string{"BBBBB", "B", "BBBB"}},
	{"hour", []string{"2-digit", "numeric"}, []string{"jj", "j"}},
	{"minute", []string{"2-digit", "numeric"}, []string{"mm", "m"}},
	{"second", []string{"2-digit", "numeric"}, []string{"ss", "s"}},
	{"fractionalSecondDigits", nil, nil},
	{"timeZoneName", []string{"short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"}, []string{"z", "zzzz", "O", "OOOO", "v", "vvvv"}},
}

var hourCycles = map[string]byte{"h11": 'K', "h12": 'h', "h23": 'H', "h24": 'k'}

func newDateFormat(requested []string, values item.Value) (*dateFormat, error) {
	l, err := negotiate(requested, "nu", "ca", "hc")
	if err != nil {
		return nil, err
	}
	o := &options{service: "DateTimeFormat", values: values}
	f := &dateFormat{locale: l}
	o.text("localeMatcher", "best fit", "lookup", "best fit")
	f.calendar = f.chooseCalendar(o)
	f.numbering = o.numberingSystem(&f.locale)
	hour12, has12 := o.flag("hour12")
	cycle := o.text("hourCycle", "", "h11", "h12", "h23", "h24")
	f.zone = readZone(o)
	f.generator = generatorOf(f.locale, f.data())
	letter := f.hourLetter(cycle, hour12, has12)
	skeleton, explicit, hour := readComponents(o, letter)
	o.text("formatMatcher", "best fit", "basic", "best fit")
	f.dateStyle = o.text("dateStyle", "", styles...)
	f.timeStyle = o.text("timeStyle", "", styles...)
	if o.err != nil {
		return nil, o.err
	}
	if err := f.choosePattern(o, skeleton, explicit, hour, letter); err != nil {
		return nil, err
	}
	f.prepare()
	return f, nil
}

func (f *dateFormat) prepare() {
	f.tokens = tokens(f.pattern)
	f.names = dateNamesOf(f.locale.data, f.data())
	f.digit = strings.Split(digitsOf(f.numbering), "")
}

// calendars that are reckoned here; others are written as gregory.
var calendars = []string{"gregory", "buddhist", "persian"}

// data is the name of the calendar in the data.
func (f *dateFormat) data() string {
	if f.calendar == "gregory" || f.calendar == "iso8601" {
		return "gregorian"
	}
	if f.locale.data.text(f.calendar+"/dateFormats/full") == "" {
		return "gregorian"
	}
	return f.calendar
}

// chooseCalendar takes the option, the keyword or what the region is used to.
func (f *dateFormat) chooseCalendar(o *options) string {
	asked := o.text("calendar", "")
	if asked != "" && !wellFormedType(asked) && o.err == nil {
		o.err = rangeError("Invalid calendar : %s", asked)
	}
	asked = canonicalCalendar(strings.ToLower(asked))
	keyed, inTag := f.locale.tag.value("ca")
	if slices.Contains(calendars, asked) {
		if inTag && keyed != asked {
			f.locale.drop("ca")
		}
		return asked
	}
	if inTag && slices.Contains(calendars, keyed) {
		return keyed
	}
	f.locale.drop("ca")
	first, _, _ := strings.Cut(shared("calendar/"+f.locale.region()), " ")
	if slices.Contains(calendars, first) && f.locale.data.text(first+"/dateFormats/full") != "" {
		return first
	}
	return "gregory"
}

// hourLetter is the hour that is asked for, or that of the region.
func (f *dateFormat) hourLetter(cycle string, hour12, has12 bool) byte {
	usual := f.generator.hour
	keyed, inTag := f.locale.tag.value("hc")
	switch {
	case has12:
		f.locale.drop("hc")
		switch {
		case hour12 && (usual == 'h' || usual == 'K'):
			return usual
		case hour12 && f.locale.tag.region == "JP":
			return 'K'
		case hour12:
			return 'h'
		case usual == 'H' || usual == 'k':
			return usual
		}
		return 'H'
	case cycle != "":
		if inTag && keyed != cycle {
			f.locale.drop("hc")
		}
		return hourCycles[cycle]
	case inTag && hourCycles[keyed] != 0:
		return hourCycles[keyed]
	}
	f.locale.drop("hc")
	return usual
}

// readComponents makes a skeleton of the options. The option defaults says
// what to write where none is there (ECMA-402 11.1.2): it is any date for the
// constructor.
func readComponents(o *options, hour byte) (skeleton, explicit string, hasHour bool) {
	asked := map[string]string{}
	for _, c := range components {
		if c.words == nil {
			if n := o.number(c.name, 1, 3, 0); n > 0 {
				asked[c.name] = strings.Repeat("S", n)
			}
		} else if word := o.text(c.name, "", c.words...); word != "" {
			asked[c.name] = c.letters[slices.Index(c.words, word)]
		}
		if asked[c.name] != "" {
			explicit = c.name
		}
	}
	addDefaults(o, asked)
	var b strings.Builder
	for _, c := range components {
		letters := asked[c.name]
		if c.name == "hour" {
			letters = strings.ReplaceAll(letters, "j", string(hour))
		}
		b.WriteString(letters)
	}
	return b.String(), explicit, asked["hour"] != ""
}

func addDefaults(o *options, asked map[string]string) {
	defaults := o.text("defaults", "any")
	if o.has("dateStyle") || o.has("timeStyle") {
		return
	}
	some := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return asked[n] != "" })
	}
	hasDate := some("weekday", "year", "month", "day")
	hasTime := some("dayPeriod", "hour", "minute", "second", "fractionalSecondDigits")
	if defaults != "time" && hasDate || defaults != "date" && hasTime {
		return
	}
	if defaults != "time" {
		asked["year"], asked["month"], asked["day"] = "y", "M", "d"
	}
	if defaults == "all" || defaults == "time" {
		asked["hour"], asked["minute"], asked["second"] = "j", "m", "s"
	}
}

// choosePattern finds the pattern for styles or fields.
func (f *dateFormat) choosePattern(o *options, skeleton, explicit string, hasHour bool, hour byte) error {
	if f.dateStyle == "" && f.timeStyle == "" {
		f.skeleton = skeleton
		f.pattern = f.generator.best(skeleton)
		if hasHour {
			f.pattern = withHour(f.pattern, hour)
		}
		return nil
	}
	if explicit != "" {
		return typeError("Invalid option : option")
	}
	switch defaults := o.text("defaults", ""); {
	case defaults == "date" && f.timeStyle != "":
		return typeError("Invalid option : timeStyle")
	case defaults == "time" && f.dateStyle != "":
		return typeError("Invalid option : dateStyle")
	}
	d, calendar := f.locale.data, f.data()
	date, time := "", ""
	if f.dateStyle != "" {
		date = d.text(calendar + "/dateFormats/" + f.dateStyle)
	}
	if f.timeStyle != "" {
		time = d.text(calendar + "/timeFormats/" + f.timeStyle)
	}
	f.pattern = date + time
	if date != "" && time != "" {
		f.pattern = glue(d, calendar, f.dateStyle, date, time)
	}
	s := skeletonOf(f.pattern)
	if f.timeStyle != "" && hourOf(f.pattern) != hour {
		f.pattern = withHour(f.generator.best(s.with(hour)), hour)
	}
	s = skeletonOf(f.pattern)
	f.skeleton = s.with(hourOf(f.pattern))
	return nil
}

// with writes the skeleton with another hour and no part of the day.
func (s *skeleton) with(hour byte) string {
	var b strings.Builder
	for i, letter := range s.letters {
		if i == fieldHour && letter != 0 {
			letter = hour
		}
		if letter != 0 && i != fieldDayPeriod {
			b.WriteString(strings.Repeat(string(letter), s.counts[i]))
		}
	}
	return b.String()
}

// hourOf is the letter of the hour in a pattern.
func hourOf(pattern string) byte {
	for _, t := range tokens(pattern) {
		if strings.IndexByte("hHkK", t.letter) >= 0 && t.letter != 0 {
			return t.letter
		}
	}
	return 0
}

// withHour replaces the letter of the hour.
func withHour(pattern string, hour byte) string {
	list := tokens(pattern)
	for i, t := range list {
		if t.letter != 0 && strings.IndexByte("hHkK", t.letter) >= 0 {
			list[i].letter = hour
		}
	}
	return patternText(list)
}

// resolved gives resolvedOptions in its order (ECMA-402 11.3.7): the fields are
// those of the pattern.
func (f *dateFormat) resolved() item.Value {
	r := newRecord()
	r.text("locale", f.locale.tag.String())
	r.text("calendar", f.calendar)
	r.text("numberingSystem", f.numbering)
	r.text("timeZone", f.zone.name)
	if hour := hourOf(f.pattern); hour != 0 {
		for cycle, letter := range hourCycles { //tidy:anyorder one matches
			if letter == hour {
				r.text("hourCycle", cycle)
			}
		}
		r.Set("hour12", item.Bool(hour == 'h' || hour == 'K'))
	}
	if f.dateStyle == "" && f.timeStyle == "" {
		f.resolvedComponents(r)
	}
	if f.dateStyle != "" {
		r.text("dateStyle", f.dateStyle)
	}
	if f.timeStyle != "" {
		r.text("timeStyle", f.timeStyle)
	}
	return r.Value()
}

// letterWords are what V8 looks for in a pattern to tell which fields it has,
// the longer before the shorter. It also finds letters of quoted words.
var letterWords = []struct {
	name  string
	pairs []string // letters and word
}{
	{"weekday", []string{"EEEEE", "narrow", "EEEE", "long", "EEE", "short", "ccccc", "narrow", "cccc", "long", "ccc", "short"}},
	{"era", []string{"GGGGG", "narrow", "GGGG", "long", "GGG", "short"}},
	{"year", []string{"yy", "2-digit", "y", "numeric"}},
	{"month", []string{"MMMMM", "narrow", "MMMM", "long", "MMM", "short", "MM", "2-digit", "M", "numeric", "LLLLL", "narrow", "LLLL", "long", "LLL", "short", "LL", "2-digit", "L", "numeric"}},
	{"day", []string{"dd", "2-digit", "d", "numeric"}},
	{"dayPeriod", []string{"BBBBB", "narrow", "bbbbb", "narrow", "BBBB", "long", "bbbb", "long", "B", "short", "b", "short"}},
	{"hour", []string{"HH", "2-digit", "H", "numeric", "hh", "2-digit", "h", "numeric", "kk", "2-digit", "k", "numeric", "KK", "2-digit", "K", "numeric"}},
	{"minute", []string{"mm", "2-digit", "m", "numeric"}},
	{"second", []string{"ss", "2-digit", "s", "numeric"}},
	{"fractionalSecondDigits", nil},
	{"timeZoneName", []string{"zzzz", "long", "z", "short", "OOOO", "longOffset", "O", "shortOffset", "vvvv", "longGeneric", "v", "shortGeneric"}},
}

func (f *dateFormat) resolvedComponents(r record) {
	for _, c := range letterWords {
		if c.pairs == nil {
			if n := strings.Count(f.pattern, "S"); n > 0 {
				r.number(c.name, n)
			}
			continue
		}
		for i := 0; i < len(c.pairs); i += 2 {
			if strings.Contains(f.pattern, c.pairs[i]) {
				r.text(c.name, c.pairs[i+1])
				break
			}
		}
	}
}

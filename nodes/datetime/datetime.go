package datetime

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// DateTime formats dates and calculates with them: n8n's "dateTime".
func DateTime() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.dateTime",
		Versions: []float64{1, 2},
		Class:    nodes.Pure,
		Name:     "Date & time",
		Doc:      "Formats dates, adds to them, rounds them, takes them apart, and measures the time between two.",
		Group:    "data",
		Icon:     "calendar",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   append(newFields(), oldFields()...),
		Ignored:  []string{"notice", "noticeDateTime", "additionalFields"},
		Examples: examples(),
		New: func(c *nodes.Compile) (nodes.Node, error) {
			if c.Version < 2 {
				return newOld(c), nil
			}
			return newDateTime(c), nil
		},
	}
}

// perItem runs a step that makes each item by itself.
type perItem func(c *nodes.Call, i int, in item.Item) (out item.Value, keep bool, err error)

// Run makes each item; one that fails stands for its error where the step goes on.
func (f perItem) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	var out []item.Item
	for i, it := range in.First() {
		json, keep, err := f(c, i, it)
		made := item.Item{JSON: json, Paired: item.PairOf(i)}
		if err != nil {
			if made, err = c.Failed(i, err); err != nil {
				return nodes.Result{}, err
			}
			keep = true
		}
		if keep {
			out = append(out, made)
		}
	}
	return nodes.One(out), nil
}

var longUnits = []nodes.Option{
	nodes.Choose("days", "Days"), nodes.Choose("years", "Years"), nodes.Choose("quarters", "Quarters"), nodes.Choose("months", "Months"),
	nodes.Choose("weeks", "Weeks"), nodes.Choose("hours", "Hours"), nodes.Choose("minutes", "Minutes"),
	nodes.Choose("seconds", "Seconds"), nodes.Choose("milliseconds", "Milliseconds"),
}

var shortUnits = []nodes.Option{
	nodes.Choose("month", "Month"), nodes.Choose("year", "Year"), nodes.Choose("week", "Week"), nodes.Choose("day", "Day"),
	nodes.Choose("hour", "Hour"), nodes.Choose("minute", "Minute"), nodes.Choose("second", "Second"),
}

func newFields() []nodes.Field {
	v2 := nodes.When("@version", 2)
	on := func(f nodes.Field, operations ...any) nodes.Field {
		return f.Show(v2, nodes.When("operation", operations...))
	}
	keep := nodes.FlagField("includeInputFields", "Include input fields", false, "Adds the result to the item instead of replacing it.")
	between := nodes.Field{Name: "units", Label: "Units", Kind: "multiOptions", Default: item.Array([]item.Value{item.String("day")}),
		Options: append([]nodes.Option{nodes.Choose("millisecond", "Millisecond")}, shortUnits...)}
	return []nodes.Field{
		nodes.ChoiceField("operation", "Operation", "", nodes.Choose("getCurrentDate", "Current date"), nodes.Choose("addToDate", "Add to a date"),
			nodes.Choose("subtractFromDate", "Subtract from a date"), nodes.Choose("extractDate", "Extract a part"), nodes.Choose("formatDate", "Format"),
			nodes.Choose("getTimeBetweenDates", "Time between dates"), nodes.Choose("roundDate", "Round"),
			nodes.Choose("add", "Add (type version 1)"), nodes.Choose("subtract", "Subtract (type version 1)")),
		on(nodes.FlagField("includeTime", "Include the time", true, "Without it the day begins at midnight."), "getCurrentDate"),
		on(nodes.TextField("magnitude", "Date", "", "A text, a number of seconds or milliseconds since 1970, or a date.").Need(), "addToDate", "subtractFromDate"),
		nodes.ChoiceField("timeUnit", "Unit", "", longUnits...).Show(nodes.When("operation", "addToDate", "subtractFromDate", "add", "subtract")),
		nodes.NumberField("duration", "Amount", 0, "").Show(nodes.When("operation", "addToDate", "subtractFromDate", "add", "subtract")),
		on(nodes.TextField("date", "Date", "", "A text, a number of seconds or milliseconds since 1970, or a date."), "formatDate", "roundDate", "extractDate"),
		on(nodes.ChoiceField("format", "Format", "Luxon's tokens.", nodes.Choose("MM/dd/yyyy", "03/30/2024"), nodes.Choose("custom", "Own format"),
			nodes.Choose("yyyy/MM/dd", "2024/03/30"), nodes.Choose("MMMM dd yyyy", "March 30 2024"), nodes.Choose("MM-dd-yyyy", "03-30-2024"),
			nodes.Choose("yyyy-MM-dd", "2024-03-30"), nodes.Choose("X", "Seconds since 1970"), nodes.Choose("x", "Milliseconds since 1970")), "formatDate"),
		on(nodes.TextField("customFormat", "Own format", "", "Luxon's tokens; text in single quotes.").Show(nodes.When("format", "custom")), "formatDate"),
		on(nodes.ChoiceField("mode", "Mode", "", nodes.Choose("roundDown", "Down"), nodes.Choose("roundUp", "Up")), "roundDate"),
		on(nodes.ChoiceField("toNearest", "To the start of", "", shortUnits...).Show(nodes.When("mode", "roundDown")), "roundDate"),
		on(nodes.ChoiceField("to", "To", "", nodes.Choose("month", "The next month")).Show(nodes.When("mode", "roundUp")), "roundDate"),
		on(nodes.TextField("startDate", "Start", "", ""), "getTimeBetweenDates"),
		on(nodes.TextField("endDate", "End", "", ""), "getTimeBetweenDates"),
		on(between, "getTimeBetweenDates"),
		on(nodes.ChoiceField("part", "Part", "", shortUnits...), "extractDate"),
		nodes.TextField("outputFieldName", "Output field", "", "Where nothing is given: currentDate, newDate, formattedDate, roundedDate, timeDifference or datePart.").Show(v2),
		nodes.OptionsField("options", "Options", keep,
			nodes.TextField("timezone", "Time zone", "", "Of the current date a zone's name. For a format a flag: use the workflow's zone."),
			nodes.TextField("fromFormat", "From format", "", "Luxon's tokens; for type version 1 those of moment."),
			nodes.FlagField("isoString", "As ISO text", false, "Writes a duration such as P1DT2H."),
			nodes.TextField("fromTimezone", "From time zone", "UTC", "Type version 1."),
			nodes.TextField("toTimezone", "To time zone", "UTC", "Type version 1.")),
	}
}

func oldFields() []nodes.Field {
	v1 := nodes.When("@version", 1)
	format := func(f nodes.Field) nodes.Field { return f.Show(v1, nodes.When("action", "format")) }
	return []nodes.Field{
		nodes.ChoiceField("action", "Action", "", nodes.Choose("format", "Format"), nodes.Choose("calculate", "Calculate")).Show(v1),
		nodes.TextField("value", "Date", "", "").Need().Show(v1),
		nodes.TextField("dataPropertyName", "Output field", "data", "").Need().Show(v1),
		format(nodes.FlagField("custom", "Own format", false, "")),
		format(nodes.TextField("toFormat", "Format", "MM/DD/YYYY", "Moment's tokens.")),
	}
}

func examples() []nodes.Example {
	return []nodes.Example{{
		Name: "Format", Params: `{"operation":"formatDate","date":"2024-03-30T18:49:07Z","format":"custom","customFormat":"cccc, d LLLL yyyy 'at' h:mm a"}`,
		In: `[{}]`, Out: `[[{"formattedDate":"Saturday, 30 March 2024 at 6:49 PM"}]]`,
	}, {
		Name: "Add", Params: `{"operation":"addToDate","magnitude":"={{ $json.day }}","timeUnit":"months","duration":1,"options":{"includeInputFields":true}}`,
		In: `[{"day":"2024-01-31"}]`, Out: `[[{"day":"2024-01-31","newDate":"2024-02-29T00:00:00.000Z"}]]`,
	}, {
		Name: "The time between two dates", Params: `{"operation":"getTimeBetweenDates","startDate":"2020-02-29","endDate":"2024-03-01T01:00","units":["year","day","hour"]}`,
		In: `[{}]`, Out: `[[{"timeDifference":{"years":4,"days":1,"hours":1}}]]`,
	}, {
		Name: "The same as ISO text", Params: `{"operation":"getTimeBetweenDates","startDate":"2020-02-29","endDate":"2024-03-01T01:00","units":["year","day","hour"],"options":{"isoString":true}}`,
		In: `[{}]`, Out: `[[{"timeDifference":"P4Y1DT1H"}]]`,
	}, {
		Name: "What is no date", Params: `{"operation":"roundDate","date":"soon"}`, In: `[{}]`, Error: "Invalid date format",
	}, {
		Name: "Type version 1", Version: 1, Params: `{"value":"={{ $json.t }}","toFormat":"YYYY-MM-DD"}`,
		In: `[{"t":1711824547}]`, Out: `[[{"t":1711824547,"data":"2024-03-30"}]]`,
	}, {
		Name: "Type version 1 calculates", Version: 1, Params: `{"action":"calculate","value":"30 Mar 2024","operation":"subtract","duration":1,"timeUnit":"weeks"}`,
		In: `[{}]`, Out: `[[{"data":"2024-03-23T00:00:00.000Z"}]]`,
	}}
}

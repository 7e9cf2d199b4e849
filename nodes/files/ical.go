package files

import "github.com/jobsprint/jobsprint/nodes"

// ICalendar makes calendar events into files: n8n's "iCal", the older way to what "convertToFile" does too.
func ICalendar() nodes.Definition {
	fields := []nodes.Field{
		nodes.ChoiceField("operation", "Operation", "", nodes.Choose("createEventFile", "Create event file")),
		nodes.TextField("title", "Event title", "", ""),
		timeField("start", "Start").Need(),
		timeField("end", "End").Need(),
		nodes.FlagField("allDay", "All day", false, "Whether the event lasts whole days."),
		nodes.TextField("binaryPropertyName", "Put output file in field", "data", "The name of the file in the output item.").Need(),
	}
	more := eventFields()
	more.ShowWhen = []nodes.Condition{nodes.When("operation", "createEventFile")}
	return nodes.Definition{
		Type:     "n8n-nodes-base.iCal",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "iCalendar",
		Doc:      "Makes a calendar event into a file.",
		Group:    "files",
		Icon:     "file",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   append(fields, more),
		Examples: []nodes.Example{{
			Name: "An event of an hour", Params: `{"title":"={{ $json.name }}","start":"2023-02-27T22:00:00Z","end":"2023-02-27T23:00:00Z"}`,
			In: `[{"name":"Meeting"}]`, Out: `[[{}]]`,
		}},
		New: newICalendar,
	}
}

func newICalendar(c *nodes.Compile) (nodes.Node, error) {
	c.Choice("operation", "createEventFile")
	return &convert{name: nodes.Text(c, "binaryPropertyName", "data"), make: newEventMaker(c)}, nil
}

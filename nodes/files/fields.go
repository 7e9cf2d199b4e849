package files

import "github.com/jobsprint/jobsprint/nodes"

func choices(pairs ...string) []nodes.Option {
	var list []nodes.Option
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, nodes.Choose(pairs[i], pairs[i+1]))
	}
	return list
}

func convertFields() []nodes.Field {
	tables := nodes.When("operation", "csv", "html", "rtf", "ods", "xls", "xlsx")
	return []nodes.Field{
		nodes.ChoiceField("operation", "Operation", "What kind of file is made.", choices("csv", "Convert to CSV", "html", "Convert to HTML",
			"iCal", "Convert to ICS", "toJson", "Convert to JSON", "ods", "Convert to ODS", "rtf", "Convert to RTF", "toText", "Convert to text file",
			"xls", "Convert to XLS", "xlsx", "Convert to XLSX", "toBinary", "Move base64 string to file")...),
		nodes.ChoiceField("mode", "Mode", "One file of all items, or one of each.", choices("once", "All items to one file", "each", "Each item to a file")...).
			Show(nodes.When("operation", "toJson")),
		nodes.TextField("sourceProperty", "Input field", "", "The field that holds the text or the base64; dots lead into nested values.").Need().
			Show(nodes.When("operation", "toText", "toBinary")),
		nodes.TextField("title", "Event title", "", "").Show(nodes.When("operation", "iCal")),
		timeField("start", "Start").Need().Show(nodes.When("operation", "iCal")),
		timeField("end", "End").Need().Show(nodes.When("operation", "iCal")),
		nodes.FlagField("allDay", "All day", false, "Whether the event lasts whole days.").Show(nodes.When("operation", "iCal")),
		nodes.TextField("binaryPropertyName", "Put output file in field", "data", "The name of the file in the output item.").Need(),
		convertOptions(tables),
		eventFields(),
	}
}

func timeField(name, label string) nodes.Field {
	return nodes.Field{Name: name, Label: label, Kind: "dateTime"}
}

func convertOptions(tables nodes.Condition) nodes.Field {
	base64 := nodes.FlagField("dataIsBase64", "Data is base64", true, "Else the text itself becomes the file.").
		Show(nodes.When("operation", "toBinary"), nodes.When("@version", 1))
	return nodes.OptionsField("options", "Options",
		nodes.FlagField("compression", "Compression", false, "Whether the parts of the file are compressed.").Show(nodes.When("operation", "xlsx", "ods")),
		nodes.TextField("delimiter", "Delimiter", ",", "What stands between the cells.").Show(nodes.When("operation", "csv")),
		nodes.TextField("fileName", "File name", "", ""),
		nodes.FlagField("headerRow", "Header row", true, "Whether the first row names the columns.").Show(nodes.Condition{Field: "operation", Values: tables.Values}),
		nodes.TextField("sheetName", "Sheet name", "Sheet", "").Show(nodes.When("operation", "ods", "xls", "xlsx")),
		base64,
		encodingField("Encoding").Show(nodes.When("operation", "toText", "toJson", "toBinary")),
		bomField(),
		nodes.FlagField("format", "Format", false, "Whether the JSON is indented.").Show(nodes.When("operation", "toJson")),
		nodes.TextField("mimeType", "MIME type", "", "Found by the name or the content where it is empty.").Show(nodes.When("operation", "toBinary")),
	)
}

func eventFields() nodes.Field {
	person := []nodes.Field{nodes.TextField("name", "Name", "", "").Need(), nodes.TextField("email", "Email", "", "").Need()}
	f := nodes.OptionsField("additionalFields", "Options",
		nodes.GroupField("attendeesUi", "Attendees", "", nodes.ListField("attendeeValues", "Attendees",
			append(append([]nodes.Field(nil), person...), nodes.FlagField("rsvp", "RSVP", false, "Whether an answer is expected."))...)),
		nodes.ChoiceField("busyStatus", "Busy status", "", choices("BUSY", "Busy", "TENTATIVE", "Tentative")...),
		nodes.TextField("calName", "Calendar name", "", "Some programs only."),
		nodes.TextField("description", "Description", "", ""),
		nodes.TextField("fileName", "File name", "", "Default: event.ics."),
		nodes.GroupField("geolocationUi", "Geolocation", "", nodes.Field{Name: "geolocationValues", Label: "Geolocation", Kind: "collection",
			Fields: []nodes.Field{nodes.TextField("lat", "Latitude", "", ""), nodes.TextField("lon", "Longitude", "", "")}}),
		nodes.TextField("location", "Location", "", ""),
		nodes.TextField("recurrenceRule", "Recurrence rule", "", "As in RFC 5545, such as FREQ=DAILY;COUNT=3."),
		nodes.GroupField("organizerUi", "Organizer", "", nodes.Field{Name: "organizerValues", Label: "Organizer", Kind: "collection", Fields: person}),
		nodes.NumberField("sequence", "Sequence", 0, "Raised at each change of the event."),
		nodes.ChoiceField("status", "Status", "", choices("CONFIRMED", "Confirmed", "CANCELLED", "Cancelled", "TENTATIVE", "Tentative")...),
		nodes.TextField("uid", "UID", "", "Made where it is empty."),
		nodes.TextField("url", "URL", "", ""),
		nodes.FlagField("useWorkflowTimezone", "Use workflow timezone", false, "Changes nothing, since times are written in UTC."),
	)
	return f.Show(nodes.When("operation", "iCal"))
}

// tableOptions are those of reading tables; where names the parameter that tells the format.
func tableOptions(where string, formats bool) []nodes.Field {
	csv, sheets, most := nodes.When(where, "csv"), nodes.When(where, "ods", "xls", "xlsx"), nodes.When(where, "ods", "xls", "xlsx", "csv", "html")
	show := func(f nodes.Field, c nodes.Condition) nodes.Field {
		if !formats && len(c.Values) > 1 {
			return f
		}
		return f.Show(c)
	}
	skip := nodes.GroupField("skipRecordsWithErrors", "Skip records with errors", "", nodes.Field{Name: "value", Label: "Value", Kind: "collection", Fields: []nodes.Field{
		nodes.FlagField("enabled", "Enabled", false, "Whether records with errors are left out."),
		nodes.NumberField("maxSkippedRecords", "Max skipped records", -1, "More of them fail; -1: any number.")}})
	return []nodes.Field{
		nodes.TextField("delimiter", "Delimiter", ",", "What stands between the fields.").Show(csv),
		nodes.ChoiceField("encoding", "Encoding", "How characters are written as bytes.", choices("utf-8", "UTF-8", "ascii", "ASCII", "latin1", "Latin1",
			"ucs-2", "UCS-2", "ucs2", "UCS2", "utf16le", "UTF16LE", "utf8", "UTF8")...).Show(csv),
		nodes.FlagField("enableBOM", "Exclude byte order mark", false, "Leaves a byte order mark at the beginning out.").Show(csv),
		nodes.FlagField("relaxQuotes", "Preserve quotes", false, "Takes quotes inside of a field as they are.").Show(csv),
		show(nodes.FlagField("headerRow", "Header row", true, "Whether the first row names the fields."), most),
		show(nodes.FlagField("includeEmptyCells", "Include empty cells", false, "As empty texts."), most),
		nodes.NumberField("maxRowCount", "Max number of rows", -1, "-1: all.").Show(csv),
		show(nodes.TextField("range", "Range", "", "Such as A2:C5, or the number of the first row."), sheets),
		nodes.FlagField("rawData", "Raw data", false, "Keeps what has no type a text."),
		nodes.FlagField("readAsString", "Read as string", false, "Reads the file as UTF-8 text."),
		show(nodes.TextField("sheetName", "Sheet name", "Sheet", "The first sheet where it is empty."), sheets),
		nodes.NumberField("fromLine", "Starting line", 0, "The line to begin with.").Show(csv),
		skip.Show(csv),
	}
}

func keepField() nodes.Field {
	return nodes.ChoiceField("keepSource", "Keep source", "What of the input item is kept; nothing where none is chosen.", choices("json", "JSON", "binary", "Binary", "both", "Both")...)
}

func extractFields() []nodes.Field {
	fieldOps := nodes.When("operation", "binaryToPropery", "fromJson", "text", "fromIcs", "xml")
	options := tableOptions("operation", true)
	for i := range options {
		if options[i].Name == "encoding" {
			options[i] = encodingField("Encoding").Show(nodes.When("operation", "csv", "binaryToPropery", "fromJson", "text", "fromIcs", "xml"))
			options[i].Options = append(options[i].Options, choices("utf-8", "UTF-8", "latin1", "Latin1", "ucs-2", "UCS-2", "utf16le", "UTF16LE")...)
		}
	}
	options = append(options, stripField(),
		keepField().Show(nodes.When("operation", "binaryToPropery", "fromJson", "text", "fromIcs", "xml", "pdf")),
		nodes.FlagField("joinPages", "Join pages", true, "Else the text is a list of pages.").Show(nodes.When("operation", "pdf")),
		nodes.NumberField("maxPages", "Max pages", 0, "0: all.").Show(nodes.When("operation", "pdf")),
		nodes.TextField("password", "Password", "", "Of a file that is encrypted.").Show(nodes.When("operation", "pdf")))
	return []nodes.Field{
		nodes.ChoiceField("operation", "Operation", "What kind of file is read.", choices("csv", "Extract from CSV", "html", "Extract from HTML",
			"fromIcs", "Extract from ICS", "fromJson", "Extract from JSON", "ods", "Extract from ODS", "pdf", "Extract from PDF", "rtf", "Extract from RTF",
			"text", "Extract from text file", "xml", "Extract from XML", "xls", "Extract from XLS", "xlsx", "Extract from XLSX",
			"binaryToPropery", "Move file to base64 string")...),
		nodes.TextField("binaryPropertyName", "Input binary field", "data", "The name of the file in the input item.").Need(),
		nodes.TextField("destinationKey", "Destination output field", "data", "Where the content is put; dots lead into nested values.").Need().Show(fieldOps),
		nodes.OptionsField("options", "Options", options...),
	}
}

func moveFields() []nodes.Field {
	toJSON, toBinary := nodes.When("mode", "binaryToJson"), nodes.When("mode", "jsonToBinary")
	there, back := nodes.When("mode", "binaryToJson"), nodes.When("mode", "jsonToBinary")
	return []nodes.Field{
		nodes.ChoiceField("mode", "Mode", "", choices("binaryToJson", "Binary to JSON", "jsonToBinary", "JSON to binary")...),
		nodes.FlagField("setAllData", "Set all data", true, "Whether the content becomes the whole JSON of the item.").Show(toJSON),
		nodes.FlagField("convertAllData", "Convert all data", true, "Whether the whole JSON of the item is converted.").Show(toBinary),
		nodes.TextField("sourceKey", "Source key", "data", "The file, or the field, to move.").Need(),
		nodes.TextField("destinationKey", "Destination key", "data", "Where it is put.").Need(),
		nodes.OptionsField("options", "Options",
			bomField().Show(back),
			nodes.FlagField("dataIsBase64", "Data is base64", false, "Keeps the bytes that the base64 stands for.").Show(back, nodes.When("convertAllData", false)),
			encodingField("Encoding"),
			stripField().Show(there),
			nodes.TextField("fileName", "File name", "", "").Show(back),
			nodes.FlagField("jsonParse", "JSON parse", false, "Whether the content is parsed.").Show(there, nodes.When("setAllData", false)),
			nodes.FlagField("keepSource", "Keep source", false, ""),
			nodes.FlagField("keepAsBase64", "Keep as base64", false, "").Show(there, nodes.When("setAllData", false)),
			nodes.TextField("mimeType", "MIME type", "application/json", "").Show(back),
			nodes.FlagField("useRawData", "Use raw data", false, "Keeps a text as it is instead of as JSON.").Show(back),
		),
	}
}

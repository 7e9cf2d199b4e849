package flow

import "github.com/jobsprint/jobsprint/nodes"

func webhookFields() []nodes.Field {
	first := nodes.When("@version", 1, 1.1)
	last := nodes.When("responseMode", "lastNode")
	return []nodes.Field{
		nodes.FlagField("multipleMethods", "Allow several methods", false, "Each method has an output of its own.").
			Show(nodes.When("@version", 2, 2.1)),
		nodes.ChoiceField("httpMethod", "Method", "A list where several methods are allowed.", methodOptions("")...),
		nodes.TextField("path", "Path", "", "Below /webhook/. A part that begins with a colon is a parameter. Without a path the step's own id is used."),
		nodes.ChoiceField("authentication", "Authentication", "How callers show who they are.", nodes.Choose(authNone, "None"),
			nodes.Choose(authBasic, "User and password"), nodes.Choose(authHeader, "A header"), nodes.Choose(authJWT, "A JSON web token")),
		nodes.ChoiceField("responseMode", "Respond", "When the caller is answered.",
			nodes.Choose("onReceived", "At once"), nodes.Choose("lastNode", "When the last step ends"),
			nodes.Choose("responseNode", "From a “Respond to webhook” step")),
		nodes.ChoiceField("responseData", "Response data", "What of the last step's items is sent.",
			responseDataOptions()...).Show(last),
		nodes.TextField("responseBinaryPropertyName", "Binary property", "data", "").Show(last, nodes.When("responseData", "firstEntryBinary")),
		nodes.NumberField("responseCode", "Response code", 200, "").Show(first),
		webhookOptions(),
	}
}

// methodOptions lists the methods but one.
func methodOptions(but string) []nodes.Option {
	var list []nodes.Option
	for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"} {
		if m != but {
			list = append(list, nodes.Choose(m, m))
		}
	}
	return list
}

func responseDataOptions() []nodes.Option {
	return []nodes.Option{
		nodes.Choose("firstEntryJson", "First item"), nodes.Choose("allEntries", "All items"),
		nodes.Choose("firstEntryBinary", "Binary data of the first item"), nodes.Choose("noData", "Nothing"),
	}
}

func webhookOptions() nodes.Field {
	return nodes.OptionsField("options", "Options",
		nodes.GroupField("responseCode", "Response code", "", nodes.Field{Name: "values", Label: "Values", Kind: "collection", Fields: []nodes.Field{
			nodes.NumberField("responseCode", "Code", 200, "A number, or “customCode”."),
			nodes.NumberField("customCode", "Custom code", 200, "").Show(nodes.When("responseCode", "customCode")),
		}}),
		headersField("responseHeaders", "Response headers"),
		nodes.TextField("responseContentType", "Response content type", "", ""),
		nodes.TextField("responsePropertyName", "Response property", "", "The part of the first item that is sent, as a path."),
		nodes.TextField("responseData", "Response text", "", "Sent at once in place of the standard message."),
		nodes.FlagField("noResponseBody", "No response body", false, ""),
		nodes.FlagField("rawBody", "Raw body", false, "Keeps the body's bytes as binary data."),
		nodes.TextField("binaryPropertyName", "Binary property", "data", "Where a body is kept that is neither JSON, form nor text."),
		nodes.FlagField("binaryData", "Binary data", false, "Keeps every body as binary data. Later versions keep those that are no value by themselves.").Show(nodes.When("@version", 1)),
		nodes.TextField("ipWhitelist", "Allowed addresses", "", "Addresses and networks that may call, separated by commas."),
		nodes.FlagField("ignoreBots", "Ignore robots", false, "Refuses programs that walk the web."),
		nodes.TextField("onlyRunIf", "Only run if", "", "Not supported yet."),
		nodes.TextField("allowedOrigins", "Allowed origins", "*", "Only \"*\" is supported yet."),
	)
}

func headersField(name, label string) nodes.Field {
	return nodes.GroupField(name, label, "", nodes.ListField("entries", "Headers",
		nodes.TextField("name", "Name", "", ""), nodes.TextField("value", "Value", "", "")))
}

func webhookExamples() []nodes.Example {
	return []nodes.Example{{
		Name:   "The request's item begins the run",
		Params: `{"httpMethod":"POST","path":"orders","responseMode":"lastNode"}`,
		In:     `[{"body":{"id":7}}]`,
		Out:    `[[{"body":{"id":7}}]]`,
	}, {
		Name:    "Type version 1",
		Version: 1,
		Params:  `{"path":"hello","responseCode":201}`,
		In:      `[{"query":{"a":"1"}}]`,
		Out:     `[[{"query":{"a":"1"}}]]`,
	}}
}

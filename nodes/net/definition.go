package net

import "github.com/jobsprint/jobsprint/nodes"

func httpFields() []nodes.Field {
	methods := []nodes.Option{
		nodes.Choose("GET", "GET"), nodes.Choose("POST", "POST"), nodes.Choose("PUT", "PUT"), nodes.Choose("PATCH", "PATCH"),
		nodes.Choose("DELETE", "DELETE"), nodes.Choose("HEAD", "HEAD"), nodes.Choose("OPTIONS", "OPTIONS"),
	}
	fields := []nodes.Field{
		nodes.ChoiceField("method", "Method", "", methods...),
		nodes.TextField("url", "URL", "", "With http:// or https://.").Need(),
		nodes.ChoiceField("authentication", "Authentication", "Only “none” is supported yet.", nodes.Choose("none", "None")),
		nodes.FlagField("provideSslCertificates", "Client certificate", false, "Not supported yet."),
	}
	fields = append(fields, pairFields("Query", "query parameters")...)
	fields = append(fields, pairFields("Headers", "headers")...)
	return append(append(fields, bodyFields()...), httpOptions())
}

// pairFields are the fields for query parameters or headers.
func pairFields(name, what string) []nodes.Field {
	send := nodes.When("send"+name, true)
	list, text := "queryParameters", "jsonQuery"
	if name == "Headers" {
		list, text = "headerParameters", "jsonHeaders"
	}
	return []nodes.Field{
		nodes.FlagField("send"+name, "Send "+what, false, ""),
		nodes.ChoiceField("specify"+name, "Give "+what, "", nodes.Choose("keypair", "One by one"), nodes.Choose("json", "As JSON")).Show(send),
		nodes.GroupField(list, name, "", parameterList()).Show(send, nodes.When("specify"+name, "keypair")),
		nodes.JSONField(text, name, "{}", "").Show(send, nodes.When("specify"+name, "json")),
	}
}

func parameterList() nodes.Field {
	return nodes.ListField("parameters", "Parameters", nodes.TextField("name", "Name", "", ""), nodes.TextField("value", "Value", "", ""),
		nodes.ChoiceField("parameterType", "Type", "Only “formData” is supported yet.", nodes.Choose("formData", "Text")))
}

func bodyFields() []nodes.Field {
	send := nodes.When("sendBody", true)
	return []nodes.Field{
		nodes.FlagField("sendBody", "Send a body", false, ""),
		nodes.ChoiceField("contentType", "Body type", "", nodes.Choose("json", "JSON"), nodes.Choose("form-urlencoded", "Form"), nodes.Choose("raw", "Raw")).Show(send),
		nodes.ChoiceField("specifyBody", "Give the body", "", nodes.Choose("keypair", "Field by field"), nodes.Choose("json", "As JSON"), nodes.Choose("string", "As text")).
			Show(send, nodes.When("contentType", "json", "form-urlencoded")),
		nodes.GroupField("bodyParameters", "Fields", "", parameterList()).Show(send, nodes.When("specifyBody", "keypair")),
		nodes.JSONField("jsonBody", "JSON", "", "").Show(send, nodes.When("specifyBody", "json")),
		nodes.TextField("rawContentType", "Content type", "", "").Show(send, nodes.When("contentType", "raw")),
		nodes.TextField("body", "Body", "", "").Show(send, nodes.When("contentType", "raw", "form-urlencoded")),
	}
}

// httpOptions lists the options; a proxy and pagination are refused, since
// leaving them out would change what the request does.
func httpOptions() nodes.Field {
	group := func(name, label string, fields ...nodes.Field) nodes.Field {
		return nodes.GroupField(name, label, "", nodes.Field{Name: name, Label: label, Kind: "collection", Fields: fields})
	}
	return nodes.OptionsField("options", "Options",
		nodes.NumberField("timeout", "Timeout", 300_000, "In milliseconds."),
		nodes.FlagField("lowercaseHeaders", "Lower-case headers", true, "Changes nothing: header names have no case."),
		group("response", "Response",
			nodes.FlagField("fullResponse", "With status and headers", false, ""),
			nodes.FlagField("neverError", "Never fail", false, "Whatever the status code."),
			nodes.ChoiceField("responseFormat", "Format", "", nodes.Choose(formatAuto, "By content type"), nodes.Choose(formatJSON, "JSON"), nodes.Choose(formatText, "Text")),
			nodes.TextField("outputPropertyName", "Put output in field", "data", "For texts.")),
		group("redirect", "Redirects",
			nodes.FlagField("followRedirects", "Follow redirects", true, ""),
			nodes.NumberField("maxRedirects", "At most", 21, "")),
	)
}

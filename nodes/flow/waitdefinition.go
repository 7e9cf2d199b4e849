package flow

import "github.com/jobsprint/jobsprint/nodes"

func waitFields() []nodes.Field {
	byInterval, byTime := nodes.When("resume", resumeInterval), nodes.When("resume", resumeTime)
	called, hook, form := nodes.When("resume", resumeWebhook, resumeForm), nodes.When("resume", resumeWebhook), nodes.When("resume", resumeForm)
	limited := nodes.When("limitWaitTime", true)
	last := nodes.When("responseMode", "lastNode")
	units := []nodes.Option{nodes.Choose("hours", "Hours"), nodes.Choose("seconds", "Seconds"), nodes.Choose("minutes", "Minutes"), nodes.Choose("days", "Days")}
	seconds := []nodes.Option{units[1], units[2], units[0], units[3]}
	first := nodes.When("@version", 1)
	return []nodes.Field{
		nodes.ChoiceField("resume", "Resume", "What ends the wait.", nodes.Choose(resumeInterval, "After a time"), nodes.Choose(resumeTime, "At a time"),
			nodes.Choose(resumeWebhook, "When a request comes"), nodes.Choose(resumeForm, "When a form is sent")),
		nodes.NumberField("amount", "Amount", 1, "").Show(byInterval, first),
		nodes.NumberField("amount", "Amount", 5, "").Show(byInterval).Hide(first),
		nodes.ChoiceField("unit", "Unit", "", units...).Show(byInterval, first),
		nodes.ChoiceField("unit", "Unit", "", seconds...).Show(byInterval).Hide(first),
		nodes.TextField("dateTime", "Time", "", "In the workflow's time zone unless it has an offset.").Show(byTime),
		nodes.ChoiceField("incomingAuthentication", "Authentication", "How callers show who they are. Forms take a user and password only.",
			nodes.Choose(authNone, "None"), nodes.Choose(authBasic, "User and password"), nodes.Choose(authHeader, "A header"), nodes.Choose(authJWT, "A JSON web token")).Show(called),
		nodes.TextField("formTitle", "Title", "", "").Show(form),
		nodes.TextField("formDescription", "Description", "", "").Show(form),
		nodes.GroupField("formFields", "Form", "", nodes.ListField("values", "Fields", formFieldFields()...)).Show(form),
		nodes.ChoiceField("httpMethod", "Method", "", methodOptions("OPTIONS")...).Show(hook),
		nodes.NumberField("responseCode", "Response code", 200, "").Show(hook),
		nodes.ChoiceField("responseMode", "Respond", "When the caller is answered.", nodes.Choose("onReceived", "At once"),
			nodes.Choose("lastNode", "When the last step ends"), nodes.Choose("responseNode", "From a “Respond to webhook” step")).Show(called),
		nodes.ChoiceField("responseData", "Response data", "What of the last step's items is sent.", responseDataOptions()...).Show(hook, last),
		nodes.TextField("responseBinaryPropertyName", "Binary property", "data", "").Show(hook, last, nodes.When("responseData", "firstEntryBinary")),
		nodes.FlagField("limitWaitTime", "Limit the wait", false, "When the time is over the items pass on as they came.").Show(called),
		nodes.ChoiceField("limitType", "Limit", "", nodes.Choose("afterTimeInterval", "After a time"), nodes.Choose("atSpecifiedTime", "At a time")).Show(called, limited),
		nodes.NumberField("resumeAmount", "Amount", 1, "").Show(called, limited, nodes.When("limitType", "afterTimeInterval")),
		nodes.ChoiceField("resumeUnit", "Unit", "", units...).Show(called, limited, nodes.When("limitType", "afterTimeInterval")),
		nodes.TextField("maxDateAndTime", "Time", "", "").Show(called, limited, nodes.When("limitType", "atSpecifiedTime")),
		waitOptions().Show(called),
	}
}

// waitOptions are those of webhook steps, a suffix, and those of forms.
func waitOptions() nodes.Field {
	o := webhookOptions()
	o.Fields = append(o.Fields,
		nodes.TextField("webhookSuffix", "Suffix", "", "Stands behind the run in the address, so that several waits of a run are told apart."),
		nodes.FlagField("appendAttribution", "Attribution", true, "Changes nothing here."),
		nodes.GroupField("respondWithOptions", "Form response", "", nodes.Field{Name: "values", Label: "Values", Kind: "collection", Fields: []nodes.Field{
			nodes.ChoiceField("respondWith", "Respond with", "", nodes.Choose("text", "A text"), nodes.Choose("redirect", "Another address")),
			nodes.TextField("formSubmittedText", "Text", formDone, "").Show(nodes.When("respondWith", "text")),
			nodes.TextField("redirectUrl", "Redirect to", "", "").Show(nodes.When("respondWith", "redirect")),
		}}))
	return o
}

func waitCredentials() []nodes.Credential {
	return []nodes.Credential{
		{Type: credentialBasic, Required: true, ShowWhen: []nodes.Condition{nodes.When("resume", resumeWebhook, resumeForm), nodes.When("incomingAuthentication", authBasic)}},
		{Type: credentialHeader, Required: true, ShowWhen: []nodes.Condition{nodes.When("resume", resumeWebhook), nodes.When("incomingAuthentication", authHeader)}},
		{Type: credentialJWT, Required: true, ShowWhen: []nodes.Condition{nodes.When("resume", resumeWebhook), nodes.When("incomingAuthentication", authJWT)}},
	}
}

func formFieldFields() []nodes.Field {
	kind := func(values ...any) nodes.Condition { return nodes.When("fieldType", values...) }
	options := nodes.GroupField("fieldOptions", "Options", "", nodes.ListField("values", "Options", nodes.TextField("option", "Option", "", "")))
	return []nodes.Field{
		nodes.TextField("fieldLabel", "Label", "", "The field's name in the item, too."),
		nodes.TextField("fieldName", "Name", "", "Of a hidden field.").Show(kind("hiddenField")),
		nodes.ChoiceField("fieldType", "Type", "", nodes.Choose("text", "Text"), nodes.Choose("textarea", "Long text"), nodes.Choose("number", "Number"),
			nodes.Choose("email", "Email"), nodes.Choose("password", "Password"), nodes.Choose("date", "Date"), nodes.Choose("dropdown", "Choice"),
			nodes.Choose("checkbox", "Checkboxes"), nodes.Choose("radio", "Radio buttons"), nodes.Choose("file", "File"),
			nodes.Choose("hiddenField", "Hidden"), nodes.Choose("html", "HTML")),
		nodes.TextField("elementName", "Name", "", "Under which the item holds the HTML; none: it does not.").Show(kind("html")),
		nodes.TextField("placeholder", "Placeholder", "", ""),
		nodes.TextField("defaultValue", "Default", "", ""),
		nodes.TextField("fieldValue", "Value", "", "").Show(kind("hiddenField")),
		options.Show(kind("dropdown", "checkbox", "radio")),
		nodes.FlagField("multiselect", "Several", false, "Several options may be chosen.").Show(kind("dropdown")),
		nodes.ChoiceField("limitSelection", "Limit", "How many may be chosen.", nodes.Choose("unlimited", "Any number"), nodes.Choose("exact", "A number"),
			nodes.Choose("range", "A range")).Show(kind("checkbox")),
		nodes.NumberField("numberOfSelections", "Number", 1, "").Show(kind("checkbox"), nodes.When("limitSelection", "exact")),
		nodes.NumberField("minSelections", "At least", 0, "").Show(kind("checkbox"), nodes.When("limitSelection", "range")),
		nodes.NumberField("maxSelections", "At most", 1, "").Show(kind("checkbox"), nodes.When("limitSelection", "range")),
		nodes.TextField("html", "HTML", "", "Shown as it is, without scripts.").Show(kind("html")),
		nodes.FlagField("multipleFiles", "Several files", true, "").Show(kind("file")),
		nodes.TextField("acceptFileTypes", "File types", "", "Such as .pdf, .png").Show(kind("file")),
		nodes.FlagField("requiredField", "Required", false, "").Hide(kind("html", "hiddenField")),
	}
}

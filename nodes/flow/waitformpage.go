package flow

import (
	"bytes"
	_ "embed"
	"html/template"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// The pages need no script and nothing from the network. What a workflow puts
// into an element of kind "html" stands there as it is: the page's policy lets
// no script of it run and no form of it go elsewhere.
const (
	formPolicy     = "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; media-src https: data:; base-uri 'none'; form-action "
	formActionSelf = "'self'"
	formActionAny  = "'self' https: http:" // some browsers hold the redirect after a form to it, too
)

//go:embed waitform.html
var formHTML string

var formPage = template.Must(template.New("form").Funcs(template.FuncMap{
	"html": func(s string) template.HTML { return template.HTML(s) }, //nolint:gosec // see formPolicy
}).Parse(formHTML))

// formView is what the page shows: a form, or else a message.
type formView struct {
	Title, Description, Message string
	Form                        bool
	Fields                      []formField
}

func renderForm(status int, v formView, action string) (*events.RunResponded, error) {
	var page bytes.Buffer
	if err := formPage.Execute(&page, v); err != nil {
		return nil, err
	}
	return &events.RunResponded{Status: status, Body: page.Bytes(), Headers: []events.Header{
		{Name: "Content-Type", Value: typeHTML}, {Name: "Content-Security-Policy", Value: formPolicy + action},
		{Name: "Cache-Control", Value: "no-store"}, {Name: "Referrer-Policy", Value: "no-referrer"},
	}}, nil
}

// FormNotice is a page that only says something, for who asks for a form that is
// not there.
func FormNotice(status int, title, message string) (*events.RunResponded, error) {
	return renderForm(status, formView{Title: title, Message: message}, formActionSelf)
}

// page shows the form.
func (w *waitForm) page(c *nodes.Call, fields []formField, status int) (*events.RunResponded, error) {
	title, err := w.title.At(c, 0)
	if err != nil {
		return nil, err
	}
	description, err := w.description.At(c, 0)
	if err != nil {
		return nil, err
	}
	action := formActionSelf
	if w.redirect {
		action = formActionAny
	}
	return renderForm(status, formView{Title: title, Description: description, Form: true, Fields: fields}, action)
}

// refuse shows the form again with what is wrong, or says it to a program.
func (w *waitForm) refuse(c *nodes.Call, fields []formField, r *nodes.Request) (nodes.Resumption, error) {
	if wantsPage(r) {
		page, err := w.page(c, fields, 400)
		return nodes.Resumption{Response: page}, err
	}
	var all []string
	for _, f := range fields {
		if f.Problem != "" {
			all = append(all, f.name+": "+f.Problem)
		}
	}
	answer := message(400, strings.Join(all, "; "))
	return nodes.Resumption{Response: &answer}, nil
}

// thanks answers who has sent the form.
func (w *waitForm) thanks(c *nodes.Call, page bool) (*events.RunResponded, error) {
	if !w.redirect {
		text, err := w.done.At(c, 0)
		if err != nil {
			return nil, err
		}
		return thanksFor(text, page)
	}
	target, err := w.target.At(c, 0)
	if err != nil {
		return nil, err
	}
	if !page {
		body := item.NewObject(1).Set("redirectUrl", item.String(target)).Value().AppendJSON(nil)
		return &events.RunResponded{Status: 200, Body: body, Headers: []events.Header{{Name: "Content-Type", Value: typeJSON}}}, nil
	}
	h := events.Header{Name: "Location", Value: target}
	if err := checkHeader(h); err != nil || target == "" {
		return nil, nodes.Fail("wait.redirect", "the address to redirect to is empty or none; give a whole one such as https://example.com/", 0)
	}
	return &events.RunResponded{Status: 303, Headers: []events.Header{h}}, nil
}

func thanksFor(text string, page bool) (*events.RunResponded, error) {
	if page {
		return renderForm(200, formView{Title: "Form Submitted", Message: text}, formActionSelf)
	}
	return &events.RunResponded{Status: 200, Body: []byte(`{"status":200}`), Headers: []events.Header{{Name: "Content-Type", Value: typeJSON}}}, nil
}

// wantsPage reports whether a browser asks; programs get JSON.
func wantsPage(r *nodes.Request) bool { return strings.Contains(header(r, "accept"), "text/html") }

// Answer makes the response of a run that was resumed by a form and waited for
// its end.
func (w *waitForm) Answer(_, status string, _ []item.Item, failure *events.StepError) events.RunResponded {
	var page *events.RunResponded
	var err error
	text, fixed := w.done.Fixed()
	if !fixed {
		text = formDone // there is no item any more that it could be made of
	}
	target, known := w.target.Fixed()
	h := events.Header{Name: "Location", Value: target}
	switch {
	case status != events.StatusSuccess || failure != nil:
		page, err = FormNotice(500, "Problem submitting response", "The workflow could not be completed. Please try again or contact support if the problem persists")
	case w.redirect && known && target != "" && checkHeader(h) == nil:
		return events.RunResponded{Status: 303, Headers: []events.Header{h}}
	default:
		page, err = thanksFor(text, true)
	}
	if err != nil {
		return message(500, "Error in workflow")
	}
	return *page
}

package flow

import (
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// formDone is what a page says when its form was sent.
const formDone = "Your response has been recorded"

// waitForm waits for a form: it shows the page, and takes what is sent from it.
type waitForm struct {
	waitRoute
	limit              *wait
	title, description nodes.Param[string]
	fields             nodes.Param[[]formField]
	auth               string
	reply              string
	redirect           bool
	done, target       nodes.Param[string]
}

func newWaitForm(c *nodes.Compile) *waitForm {
	const values = "options.respondWithOptions.values."
	w := &waitForm{
		waitRoute: newWaitRoute(c), limit: newLimit(c),
		title: nodes.Text(c, "formTitle", ""), description: nodes.Text(c, "formDescription", ""),
		fields:   nodes.From(c, "formFields", orEmpty(c.Raw("formFields")), toFormFields),
		reply:    c.Choice("responseMode", events.ReplyOnReceived, events.ReplyLastNode, events.ReplyStep),
		redirect: c.FixedText(values+"respondWith", "text") == "redirect",
		done:     nodes.Text(c, values+"formSubmittedText", formDone),
		target:   nodes.Text(c, values+"redirectUrl", ""),
	}
	if w.auth = newAuthentication(c, "incomingAuthentication"); w.auth == authHeader || w.auth == authJWT {
		c.Problem("incomingAuthentication", "a browser sends no header of one's own; choose \"basicAuth\"")
	}
	return w
}

func orEmpty(v item.Value) item.Value {
	if v.IsUndefined() {
		return item.NewObject(0).Value()
	}
	return v
}

// formField is an element of a form. It is called field-N on the page, and by
// its label in the item.
type formField struct {
	at                                      int
	Kind, Label, Placeholder, Default, HTML string
	Options                                 []string
	Several, Required                       bool
	Accept                                  string
	min, max                                int
	Value, Problem                          string // what was sent, where it was refused
	name                                    string
}

func toFormFields(v item.Value) ([]formField, error) {
	list := v.Get("values")
	elems, ok := list.Elems()
	if !ok && list.Kind() == item.KindObject {
		elems = []item.Value{list}
	}
	out := make([]formField, len(elems))
	for i, e := range elems {
		out[i] = toFormField(i, e)
	}
	return out, nil
}

func toFormField(at int, v item.Value) formField {
	text := func(name string) string {
		if v.Get(name).IsNullish() {
			return ""
		}
		return v.Get(name).ToString()
	}
	f := formField{
		at: at, Kind: text("fieldType"), Label: text("fieldLabel"), Placeholder: text("placeholder"), Default: text("defaultValue"),
		Required: v.Get("requiredField").Truthy(), Accept: text("acceptFileTypes"), HTML: text("html"),
	}
	if f.Kind == "" {
		f.Kind = "text"
	}
	f.name = f.Label
	switch f.Kind {
	case "hiddenField":
		f.name, f.Default = text("fieldName"), text("fieldValue")
	case "html":
		f.name = text("elementName")
	case "dropdown":
		f.Several = v.Get("multiselect").Truthy()
	case "checkbox":
		f.Several = true
		f.min, f.max = selections(v)
	case "file":
		f.Several = v.Get("multipleFiles").IsUndefined() || v.Get("multipleFiles").Truthy()
	}
	options, _ := v.Get("fieldOptions").Get("values").Elems()
	for _, o := range options {
		f.Options = append(f.Options, o.Get("option").ToString())
	}
	return f
}

// selections says how many boxes must and may be chosen; 0: any number.
func selections(v item.Value) (low, high int) {
	number := func(name string, def float64) int {
		n, ok := v.Get(name).Number()
		if !ok {
			n = def
		}
		return int(n)
	}
	switch kind, _ := v.Get("limitSelection").Str(); kind {
	case "exact":
		n := number("numberOfSelections", 1)
		return n, n
	case "range":
		return number("minSelections", 0), number("maxSelections", 1)
	}
	return 0, 0
}

// Name is the field's on the page.
func (f *formField) Name() string { return "field-" + strconv.Itoa(f.at) }

// Shown is the value that the page begins with; a password is typed again.
func (f *formField) Shown() string {
	if f.Value != "" && f.Kind != "password" {
		return f.Value
	}
	return f.Default
}

// Listens is true.
func (w *waitForm) Listens() bool { return true }

// Run parks the run.
func (w *waitForm) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	if len(in.First()) > 0 { // who opens the form can do nothing about a wrong one
		if _, err := w.fields.At(c, 0); err != nil {
			return nodes.Result{}, err
		}
		if _, err := w.at(c); err != nil {
			return nodes.Result{}, err
		}
	}
	return listen(c, in, w.limit, kindForm)
}

// Resume shows the form, or takes it.
func (w *waitForm) Resume(c *nodes.Call, _ nodes.Inputs, r *nodes.Request) (nodes.Resumption, error) {
	if err := w.takes(c, r); err != nil {
		return nodes.Resumption{}, err
	}
	if refused, err := authenticate(w.auth, r); refused != nil || err != nil {
		return nodes.Resumption{Response: refused}, err
	}
	fields, err := w.fields.At(c, 0)
	if err != nil {
		return nodes.Resumption{}, err
	}
	switch r.Method {
	case "GET", "HEAD":
		page, err := w.page(c, fields, 200)
		return nodes.Resumption{Response: page}, err
	case "POST":
		return w.submit(c, fields, r)
	}
	return nodes.Resumption{}, nodes.ErrNotListening
}

func (w *waitForm) submit(c *nodes.Call, fields []formField, r *nodes.Request) (nodes.Resumption, error) {
	fields = append([]formField(nil), fields...)
	valid := true
	o, binary := item.NewObject(len(fields)+2), (*item.Binaries)(nil)
	for i := range fields {
		f := &fields[i]
		var v item.Value
		var err error
		if f.Kind == "file" {
			v, binary, err = f.files(r, binary)
		} else {
			v = f.value(r.Body)
		}
		if err != nil {
			return nodes.Resumption{}, err
		}
		if f.Problem = f.problem(v); f.Problem != "" {
			valid = false
		}
		if f.Kind != "html" || f.name != "" {
			o.Set(f.name, v)
		}
	}
	if !valid {
		return w.refuse(c, fields, r)
	}
	mode := "production"
	if c.Mode == events.ModeManual {
		mode = "test"
	}
	o.Set("submittedAt", item.String(r.At.UTC().Format("2006-01-02T15:04:05.000Z"))).Set("formMode", item.String(mode))
	out := nodes.Resumption{Outputs: [][]item.Item{{{JSON: o.Value(), Binary: binary, Paired: item.PairOf(0)}}}, Reply: w.reply}
	if w.reply != events.ReplyOnReceived {
		return out, nil
	}
	out.Reply = events.ReplyNone
	var err error
	out.Response, err = w.thanks(c, wantsPage(r))
	return out, err
}

// value is what was sent for a field; what was not is null.
func (f *formField) value(body item.Value) item.Value {
	sent := body.Get(f.Name())
	switch {
	case f.Kind == "html":
		return item.String(f.HTML)
	case sent.IsUndefined():
		return item.Null
	case f.Several:
		return item.Array(severalOf(sent))
	}
	if list, ok := sent.Elems(); ok && len(list) > 0 {
		sent = list[len(list)-1]
	}
	f.Value = sent.ToString()
	if f.Kind == "number" {
		n, err := nodes.ToNumber(sent)
		if err != nil || strings.TrimSpace(f.Value) == "" {
			return item.Null
		}
		return item.Number(n)
	}
	return sent
}

// severalOf reads the choices of a field: as a form sends them, or as a list in
// JSON.
func severalOf(sent item.Value) []item.Value {
	if list, ok := sent.Elems(); ok {
		return list
	}
	text := sent.ToString()
	if strings.HasPrefix(text, "[") {
		if v, err := item.Parse([]byte(text), item.Limits{}); err == nil {
			if list, ok := v.Elems(); ok {
				return list
			}
		}
	}
	if text == "" {
		return nil
	}
	return []item.Value{sent}
}

// problem says what is wrong with a value; "": nothing.
func (f *formField) problem(v item.Value) string {
	list, several := v.Elems()
	text, isText := v.Str()
	empty := v.IsNullish() || several && len(list) == 0 || isText && strings.TrimSpace(text) == ""
	switch {
	case f.Required && empty:
		return "This field is required"
	case f.Kind == "number" && empty && strings.TrimSpace(f.Value) != "":
		return "This is not a number"
	case f.Kind == "checkbox" && f.max > 0 && !(empty && !f.Required) && (len(list) < f.min || len(list) > f.max):
		if f.min == f.max {
			return "Choose " + strconv.Itoa(f.min)
		}
		return "Choose " + strconv.Itoa(f.min) + " to " + strconv.Itoa(f.max)
	}
	return ""
}

// files keeps the files of a field and describes them: under its label, and with
// a number where there are several.
func (f *formField) files(r *nodes.Request, kept *item.Binaries) (item.Value, *item.Binaries, error) {
	var sent []nodes.File
	for _, file := range r.Files {
		if file.Field == f.Name() && (file.Name != "" || len(file.Data) > 0) {
			sent = append(sent, file)
		}
	}
	var list []item.Value
	for i, file := range sent {
		media := file.MediaType
		if media == "" {
			media = "application/octet-stream"
		}
		name := binaryName(f.name)
		if len(sent) > 1 {
			name += "_" + strconv.Itoa(i)
		}
		var err error
		if kept, err = store(r, kept, name, describe(media, file.Name), file.Data); err != nil {
			return item.Null, kept, err
		}
		list = append(list, item.NewObject(3).Set("filename", item.String(file.Name)).Set("mimetype", item.String(media)).
			Set("size", item.Int(len(file.Data))).Value())
	}
	switch {
	case len(list) == 0:
		return item.Null, kept, nil
	case f.Several:
		return item.Array(list), kept, nil
	}
	return list[0], kept, nil
}

// binaryName makes a name for binary data of a label.
func binaryName(label string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, label)
}

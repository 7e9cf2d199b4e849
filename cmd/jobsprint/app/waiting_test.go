package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

type object = map[string]any

func list(v ...any) []any { return v }

// line is a workflow of steps one behind the other. A step is its name, type,
// version and parameters.
func line(t *testing.T, name string, settings object, steps ...[]any) []byte {
	t.Helper()
	var nodes []any
	connections := object{}
	for i, s := range steps {
		nodes = append(nodes, object{
			"id": s[0], "name": s[0], "type": "n8n-nodes-base." + s[1].(string), "typeVersion": s[2], "parameters": s[3],
			"position": list(i*100, 0), "webhookId": "hook-" + s[0].(string),
		})
		if i > 0 {
			connections[steps[i-1][0].(string)] = object{"main": list(list(object{"node": s[0], "type": "main", "index": 0}))}
		}
	}
	if settings == nil {
		settings = object{"executionOrder": "v1"}
	}
	raw, err := json.Marshal(object{"name": name, "settings": settings, "nodes": nodes, "connections": connections})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func start() []any { return list("Start", "manualTrigger", 1, object{}) }

// links keeps the addresses at which a run can be called.
func links() []any {
	return list("Links", "set", 3.4, object{"assignments": object{"assignments": list(
		object{"id": "1", "name": "hook", "type": "string", "value": "={{ $execution.resumeUrl }}"},
		object{"id": "2", "name": "form", "type": "string", "value": "={{ $execution.resumeFormUrl }}"},
	)}})
}

func pause(params object) []any { return list("Pause", "wait", 1.1, params) }

func after() []any {
	return list("After", "set", 3.4, object{"includeOtherFields": true, "assignments": object{"assignments": list(
		object{"id": "1", "name": "hook", "type": "string", "value": "={{ $('Links').item.json.hook }}"},
	)}})
}

// waiting starts a run by hand and gives its addresses when it waits.
func waiting(t *testing.T, c *client.Client, raw []byte) (run, hook, form string) {
	t.Helper()
	started := begin(t, c, raw)
	awaitStatus(t, c, started.ID, wire.RunWaiting)
	v := outputOf(t, c, started.ID, "Links")[0]
	return started.ID, v["hook"].(string), v["form"].(string)
}

// outputOf gives the JSON of the items that a step has emitted.
func outputOf(t *testing.T, c *client.Client, run, step string) []object {
	t.Helper()
	raw, err := c.Execution(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	var execution struct {
		Data struct {
			ResultData struct {
				RunData map[string][]struct {
					Data struct {
						Main [][]struct {
							JSON   object `json:"json"`
							Binary object `json:"binary"`
						} `json:"main"`
					} `json:"data"`
				} `json:"runData"`
			} `json:"resultData"`
		} `json:"data"`
	}
	if err := json.Unmarshal(raw, &execution); err != nil {
		t.Fatal(err)
	}
	runs := execution.Data.ResultData.RunData[step]
	if len(runs) == 0 || len(runs[len(runs)-1].Data.Main) == 0 {
		t.Fatalf("%s has emitted nothing: %s", step, raw)
	}
	var out []object
	for _, it := range runs[len(runs)-1].Data.Main[0] {
		if it.Binary != nil {
			it.JSON["binary"] = it.Binary
		}
		out = append(out, it.JSON)
	}
	return out
}

// answer is what came back for a request.
type answer struct {
	status int
	header http.Header
	body   string
}

func call(t *testing.T, method, url, contentType, body string, header ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	c := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(raw)}
}

func (a answer) expect(t *testing.T, status int, part string) {
	t.Helper()
	if a.status != status || !strings.Contains(a.body, part) {
		t.Errorf("got %d %.600s, want %d with %q", a.status, a.body, status, part)
	}
}

func TestWaitingRunIsResumedByARequestOnce(t *testing.T) {
	a := open(t, served(t.TempDir()))
	c := overHTTP(t, a)
	run, hook, _ := waiting(t, c, line(t, "By request", nil, start(), links(), pause(object{"resume": "webhook", "httpMethod": "POST"}), after()))
	bare, _, _ := strings.Cut(hook, "?")
	if !strings.HasPrefix(hook, a.Address()+"/webhook-waiting/"+run+"?signature=") {
		t.Fatalf("the address is %s", hook)
	}
	call(t, "POST", bare, "", "").expect(t, http.StatusUnauthorized, "invalid-signature")
	call(t, "POST", hook+"0", "", "").expect(t, http.StatusUnauthorized, "invalid-signature")
	call(t, "GET", hook, "", "").expect(t, http.StatusNotFound, "waiting webhook")
	call(t, "POST", strings.Replace(hook, "?", "/other?", 1), "", "").expect(t, http.StatusNotFound, "waiting webhook")
	call(t, "POST", strings.Replace(hook, run, "019dd4b9-0000-7000-8000-000000000001", 1), "", "").expect(t, http.StatusNotFound, "does not exist")
	call(t, "POST", strings.Replace(hook, run, "12", 1), "", "").expect(t, http.StatusNotFound, "does not exist")
	call(t, "POST", hook+"&q=2", "application/json", `{"x":1}`).expect(t, http.StatusOK, "Workflow was started")
	awaitStatus(t, c, run, wire.RunSuccess)
	call(t, "POST", hook, "", "").expect(t, http.StatusConflict, "has finished already")
	got := outputOf(t, c, run, "After")[0]
	if body, _ := got["body"].(object); body["x"] != 1.0 || got["hook"] != hook || got["webhookUrl"] != a.Address()+"/webhook/hook-Pause" {
		t.Errorf("behind the wait: %v", got)
	}
	if query, _ := got["query"].(object); query["q"] != "2" {
		t.Errorf("the query is %v", got["query"])
	}
	r, err := c.Replay(t.Context(), run)
	if err != nil || !r.Equal {
		t.Errorf("replay %+v, %v", r, err)
	}
}

func TestWaitingRunSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	conf := served(dir)
	conf.BaseURL = "http://flows.example.com"
	a := open(t, conf)
	run, hook, _ := waiting(t, overHTTP(t, a), line(t, "Survivor", nil, start(), links(),
		pause(object{"resume": "webhook", "options": object{"webhookSuffix": "={{ 'my-' + 'suffix' }}"}, "responseMode": "lastNode", "responseData": "allEntries"}), after()))
	closeApp(t, a)
	b := open(t, conf)
	hook = strings.Replace(strings.Replace(hook, conf.BaseURL, b.Address(), 1), "?", "/my-suffix?", 1)
	call(t, "GET", hook, "", "").expect(t, http.StatusOK, `"webhookUrl":"http://flows.example.com/webhook/my-suffix"`)
	awaitStatus(t, overHTTP(t, b), run, wire.RunSuccess)
}

func TestWaitEndsByItself(t *testing.T) {
	a := open(t, served(t.TempDir()))
	c := overHTTP(t, a)
	run, hook, _ := waiting(t, c, line(t, "Limited", nil, start(), links(), pause(object{
		"resume": "webhook", "limitWaitTime": true, "limitType": "afterTimeInterval", "resumeAmount": 1.5, "resumeUnit": "seconds",
	}), after()))
	call(t, "POST", hook, "", "").expect(t, http.StatusNotFound, "waiting webhook")
	awaitStatus(t, c, run, wire.RunSuccess)
	if got := outputOf(t, c, run, "Pause")[0]; got["hook"] != hook {
		t.Errorf("what came in does not pass on: %v", got)
	}
}

func TestWaitingRunAnswersFromAStep(t *testing.T) {
	a := open(t, served(t.TempDir()))
	c := overHTTP(t, a)
	raw := line(t, "Answering", nil,
		list("Hook", "webhook", 2, object{"path": "answering", "httpMethod": "POST", "responseMode": "responseNode"}), links(),
		list("First", "respondToWebhook", 1.1, object{"respondWith": "allIncomingItems"}),
		pause(object{"resume": "webhook", "responseMode": "responseNode"}),
		list("Second", "respondToWebhook", 1.1, object{"respondWith": "text", "responseBody": "={{ $json.query.q }}!"}),
		list("Pause again", "wait", 1, object{"resume": "webhook", "responseCode": 202, "options": object{
			"responseData": "Thanks", "responseHeaders": object{"entries": list(object{"name": "x-a", "value": "b"})},
		}}),
	)
	w, err := c.CreateWorkflow(t.Context(), raw)
	if err == nil {
		_, err = c.ActivateWorkflow(t.Context(), w.ID, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	first := call(t, "POST", a.Address()+"/webhook/answering", "", "")
	var told []struct{ Hook string }
	if err := json.Unmarshal([]byte(first.body), &told); err != nil || len(told) != 1 {
		t.Fatalf("%s, %v", first.body, err)
	}
	call(t, "GET", told[0].Hook+"&q=two", "", "").expect(t, http.StatusOK, "two!")
	third := call(t, "GET", told[0].Hook, "", "")
	third.expect(t, http.StatusAccepted, "Thanks")
	if third.header.Get("X-A") != "b" {
		t.Errorf("headers %v", third.header)
	}
}

func TestCallerIsAnsweredWhenItsRunBeginsToWait(t *testing.T) {
	a := open(t, served(t.TempDir()))
	c := overHTTP(t, a)
	w, err := c.CreateWorkflow(t.Context(), line(t, "Answers early", nil,
		list("Hook", "webhook", 2, object{"path": "early", "responseMode": "lastNode"}), links(), pause(object{"resume": "webhook"}), after()))
	if err == nil {
		_, err = c.ActivateWorkflow(t.Context(), w.ID, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	first := call(t, "GET", a.Address()+"/webhook/early", "", "")
	first.expect(t, http.StatusOK, "/webhook-waiting/")
	page, err := c.WithAtLeast("head").Runs(t.Context(), client.RunFilter{})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v %v", page, err)
	}
	var told struct{ Hook string }
	if err := json.Unmarshal([]byte(first.body), &told); err != nil {
		t.Fatal(err)
	}
	call(t, "GET", told.Hook, "", "").expect(t, http.StatusOK, "Workflow was started")
	awaitStatus(t, c, page.Items[0].ID, wire.RunSuccess)
	if r, err := c.Replay(t.Context(), page.Items[0].ID); err != nil || !r.Equal {
		t.Errorf("replay %+v, %v", r, err)
	}
}

// form makes the body of a form.
func form(t *testing.T, fields [][2]string, files ...[3]string) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile(f[0], f[1])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(f[2])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

func TestWaitingRunIsResumedByAForm(t *testing.T) {
	a := open(t, served(t.TempDir()))
	c := overHTTP(t, a)
	run, hook, at := waiting(t, c, line(t, "By form", nil, start(), links(), pause(object{
		"resume": "form", "formTitle": "Tell <us>", "formDescription": "About you", "formFields": object{"values": list(
			object{"fieldLabel": "Name", "requiredField": true}, object{"fieldLabel": "Age", "fieldType": "number"},
			object{"fieldLabel": "Colors", "fieldType": "checkbox", "fieldOptions": object{"values": list(object{"option": "red"}, object{"option": "blue"})}},
			object{"fieldType": "hiddenField", "fieldName": "secret", "fieldValue": "s1"},
			object{"fieldLabel": "My doc", "fieldType": "file"}, object{"fieldLabel": "Never", "fieldType": "date"},
			object{"fieldType": "html", "html": "<b>bold</b>"},
		)},
	}), after()))
	browser := []string{"Accept", "text/html,*/*", "Sec-Fetch-Site", "same-origin"}
	call(t, "POST", hook, "", "").expect(t, http.StatusTemporaryRedirect, "")
	page := call(t, "GET", at, "", "", browser...)
	page.expect(t, http.StatusOK, "Tell &lt;us&gt;")
	page.expect(t, http.StatusOK, `name="field-3" value="s1"`)
	if policy := page.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(page.body, "<script") {
		t.Errorf("the page's policy is %q", policy)
	}
	kind, body := form(t, [][2]string{{"field-0", " "}, {"field-1", "x"}})
	call(t, "POST", at, kind, body, browser...).expect(t, http.StatusBadRequest, "This field is required")
	call(t, "POST", at, kind, body).expect(t, http.StatusBadRequest, "Age: This is not a number")
	kind, body = form(t, [][2]string{{"field-0", "Ann"}, {"field-1", "7"}, {"field-2", "red"}, {"field-3", "s1"}}, [3]string{"field-4", "a.txt", "hello"})
	call(t, "POST", at, kind, body, "Sec-Fetch-Site", "cross-site").expect(t, http.StatusForbidden, "cross-origin")
	call(t, "POST", at, kind, body, browser...).expect(t, http.StatusOK, "Your response has been recorded")
	awaitStatus(t, c, run, wire.RunSuccess)
	got := outputOf(t, c, run, "Pause")[0]
	if stamp, err := time.Parse(time.RFC3339, got["submittedAt"].(string)); err != nil || time.Since(stamp) > time.Minute {
		t.Errorf("it was sent at %v", got["submittedAt"])
	}
	files, _ := got["binary"].(object)
	if doc, _ := files["My_doc"].(object); doc["fileName"] != "a.txt" || doc["fileSize"] != "5 B" {
		t.Errorf("the file is %v", files)
	}
	delete(got, "submittedAt")
	delete(got, "binary")
	want := `{"Age":7,"Colors":["red"],"My doc":[{"filename":"a.txt","mimetype":"application/octet-stream","size":5}],"Name":"Ann","Never":null,"formMode":"test","secret":"s1"}`
	if raw, _ := json.Marshal(got); string(raw) != want {
		t.Errorf("the item is %s", raw)
	}
	call(t, "GET", at, "", "", browser...).expect(t, http.StatusOK, "Form Submitted")
	call(t, "POST", at, kind, body).expect(t, http.StatusConflict, "has finished already")
}

func TestOfManyCallsOneResumes(t *testing.T) {
	a := open(t, served(t.TempDir()))
	c := overHTTP(t, a)
	for range 5 {
		run, hook, _ := waiting(t, c, line(t, "Crowded", nil, start(), links(), pause(object{"resume": "webhook"}), after()))
		answers := make(chan int, 8)
		for range cap(answers) {
			go func() { answers <- call(t, "GET", hook, "", "").status }()
		}
		count := map[int]int{}
		for range cap(answers) {
			count[<-answers]++
		}
		if count[http.StatusOK] != 1 || count[http.StatusConflict] != cap(answers)-1 {
			t.Errorf("the answers are %v", count)
		}
		awaitStatus(t, c, run, wire.RunSuccess)
	}
}

func TestWaitingRunIsCanceled(t *testing.T) {
	a := open(t, served(t.TempDir()))
	c := overHTTP(t, a)
	run, hook, _ := waiting(t, c, line(t, "Given up", nil, start(), links(), pause(object{"resume": "webhook"}), after()))
	if _, err := c.CancelRun(t.Context(), run, "no"); err != nil {
		t.Fatal(err)
	}
	call(t, "GET", hook, "", "").expect(t, http.StatusConflict, "has finished already")
	awaitStatus(t, c, run, wire.RunCanceled)
}

package nodetest_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

func TestPayloadsKeepWhatIsStored(t *testing.T) {
	t.Parallel()
	store := nodetest.NewPayloads()
	data := []byte("hello")
	b := store.Binary(t, item.Binary{MimeType: "text/plain", FileName: "a.txt"}, data)
	data[0] = 'J'
	if b.Bytes != 5 || b.Ref.MediaType != "text/plain" || b.Ref.Owner != nodetest.Owner {
		t.Errorf("stored as %+v", b)
	}
	again := store.Binary(t, item.Binary{MimeType: "text/plain"}, []byte("hello"))
	if again.Ref != b.Ref {
		t.Errorf("the same content is %v and %v", again.Ref, b.Ref)
	}
	it := item.Item{Binary: (*item.Binaries)(nil).With("data", b)}
	if got := string(store.Content(t, it, "data")); got != "hello" {
		t.Errorf("it holds %q", got)
	}
	if _, err := store.Load(item.Ref{Address: "none"}); !errors.Is(err, nodetest.ErrNoPayload) {
		t.Errorf("a payload that is not there: %v", err)
	}
}

func TestCallHasServices(t *testing.T) {
	t.Parallel()
	notes, history := &nodetest.Annotations{}, &nodetest.Memory{}
	step := nodetest.Step{Credentials: map[string]string{"jwtAuth": `{"secret":"s"}`}, Annotations: notes, History: history}
	c := step.Call(t.Context(), nil)
	if v, err := c.Credential("jwtAuth"); err != nil || v.Get("secret").ToString() != "s" {
		t.Errorf("credential: %v, %v", v, err)
	}
	_, err := c.Credential("other")
	if failure := nodetest.StepError(t, err); failure.Code != "credential.missing" {
		t.Errorf("a credential that is not there: %v", failure)
	}
	for _, key := range []string{"b", "a", "b"} {
		c.Note(key, "1")
	}
	if !slices.Equal(notes.Keys, []string{"b", "a"}) {
		t.Errorf("notes %v", notes.Keys)
	}
	if err := c.History.Set("k", item.Number(1)); err != nil {
		t.Fatal(err)
	}
	if v, _ := step.Call(t.Context(), nil).History.Get("k"); v.ToNumber() != 1 {
		t.Errorf("the next call sees %v", v)
	}
	if err := history.Set("k", item.Undefined); err != nil {
		t.Fatal(err)
	}
	if v, _ := c.History.Get("k"); !v.IsUndefined() {
		t.Errorf("what was removed is %v", v)
	}
	if v, _ := c.Static.Get("global"); !v.IsUndefined() {
		t.Errorf("static data of a new call is %v", v)
	}
}

func TestNotesAreCutToTheirLimits(t *testing.T) {
	t.Parallel()
	long := ""
	for range 40 {
		long += "a😀"
	}
	var key string
	c := &nodes.Call{Annotate: func(k, _ string) { key = k }}
	c.Note(long, "v")
	if n := len([]rune(key)); n != 33 { // 16 pairs of 3 units and one letter
		t.Errorf("kept %d characters: %s", n, key)
	}
	(&nodes.Call{}).Note("a", "b") // nothing is kept, nothing breaks
}

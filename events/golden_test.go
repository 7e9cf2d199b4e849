package events

import (
	"bytes"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

var update = flag.Bool("update", false, "write golden files of versions that have none")

// samples holds one event of every type with every field set. A type that is
// missing here fails TestEveryVersionIsGolden.
func samples() []Event {
	at := time.UnixMilli(1_700_000_000_123).UTC()
	ref := item.Ref{Owner: "run-1", Address: "a1", Bytes: 70_000, MediaType: "application/json", Digest: "d1"}
	it := item.Item{JSON: item.MustParse(`{"b":1.5,"a":"é\ud800","2":null}`), Paired: item.PairInput(1, 2)}
	step := StepRef{Step: "Set \"x\"", RunIndex: 2, Order: 5, Attempt: 3, Now: at,
		Source: []Source{{Step: "If", RunIndex: 1, Output: 1, Blank: true}, {}}}
	failure := StepError{Code: "http.status", Message: "m", Description: "d", Item: 4, Context: item.MustParse(`{"status":404}`), Name: "NodeApiError"}
	outputs := []Output{{Items: []item.Item{it}, Count: 1}, {}, {Ref: ref, Count: 900}, {Pass: true}, {Type: "ai_tool"}}
	kept := []Kept{
		{Scope: KeptStatic, Key: "global", Value: item.MustParse(`{"b":1,"a":null}`)},
		{Scope: KeptHistory, Key: "k", Value: item.MustParse(`["x"]`), Appends: true, Drop: 3}, {Scope: KeptNote, Key: "n"},
	}
	return []Event{
		WorkflowCreated{Name: "n", Raw: "{\"nodes\":[1.0]}"}, WorkflowRevised{Version: 2, Name: "n2", Raw: "{}"},
		ActivationRequested{Version: 2}, WorkflowActivated{Version: 2, Routes: []string{"r1", "r2"}},
		ActivationFailed{Version: 3, Reasons: []string{"taken"}}, WorkflowDeactivated{}, WorkflowArchived{},
		RouteClaimed{Method: "POST", Path: "a/:id", Workflow: "w", Version: 2, Step: "Webhook"}, RouteReleased{Workflow: "w"},
		SliceAnnounced{Slice: "00001", From: at}, KeyClaimed{Run: "r", Digest: "ff"},
		RunStarted{
			Workflow: "w", WorkflowName: "n", Version: 2, Mode: ModeWebhook, Start: "Webhook", Input: outputs[:1],
			Order: "v1", Zone: "Europe/Berlin", Seed: "00ff", Reply: ReplyLastNode, ReplyTo: "node", Deadline: at, Engine: "0.1.0",
			Catalogue: "c1", Parent: ParentStep{Run: "p", Step: "s", RunIndex: 1, Item: 2, Attempt: 3}, Root: "root",
			ResumeToken: "t", BaseURL: "http://localhost", StaticRevision: 7, Short: true, Pinned: true,
		},
		RunResponded{Step: "Respond", Status: 201, Headers: []Header{{Name: "a", Value: "b"}}, Body: []byte{0xff, 0}, BodyRef: ref},
		RunEnded{Status: StatusError, Error: &failure, LastStep: "s", Reason: "r", Unsaved: true},
		StepScheduled{StepRef: step, Epoch: 9, Deadline: at, Repeat: RepeatUnsafe, Key: "k", InDoubt: true},
		StepCompleted{StepRef: step, Outputs: outputs, Started: at, DurationUS: 42, Error: &failure,
			State: item.MustParse(`{"next":3}`), Hints: []item.Value{item.MustParse(`{"message":"h"}`)}, Silent: true},
		StepFailed{StepRef: step, Error: failure, Started: at, DurationUS: 42, Retry: at},
		StepKept{Step: "Set \"x\"", RunIndex: 2, Kept: kept}, MemoryWritten{Run: "r", Kept: kept},
		StepWaiting{StepRef: step, Kind: WaitTime, Until: at, Outputs: outputs[:1]},
		TableCreated{Table: "t", Name: "people", Columns: []Column{{Key: "c1", Name: "age", Type: ColumnNumber}}}, TableRenamed{Table: "t", Name: "b"},
		TableDeleted{Table: "t"}, ColumnAdded{Table: "t", Column: Column{Key: "c2", Name: "c", Type: ColumnDate}}, ColumnRemoved{Table: "t", Key: "c2"},
		ColumnRenamed{Table: "t", Key: "c2", Name: "d"}, RowsInserted{First: 7, Rows: []item.Value{item.MustParse(`{"c1":null,"c2":"2024-03-30T18:49:07.000Z"}`)}},
		RowsUpdated{IDs: []int{7, 9}, Values: []item.Value{item.MustParse(`{"c1":1}`), item.MustParse(`{"c1":2}`)}},
		RowsDeleted{IDs: []int{1, 2}}, RowsCleared{},
		RunNested{Depth: 3, Raw: "{}", Ref: ref},
		StepResumed{StepRef: step, Kind: WaitForm, Reply: ReplyLastNode, ReplyTo: "node"},
	}
}

// TestEveryVersionIsGolden holds each version ever written to its bytes: the
// current one is written as it was, and every older one is still read. Where a
// version got fields later on, its newest form lies beside the older ones, as
// NAME.v1.b.json and so on: what was written without the fields stays as it is.
func TestEveryVersionIsGolden(t *testing.T) {
	byType := map[string]Event{}
	for _, e := range samples() {
		byType[e.EventType().Name] = e
	}
	for _, spec := range Specs() {
		sample, ok := byType[spec.Name]
		if !ok {
			t.Errorf("%s has no sample", spec.Name)
			continue
		}
		if len(spec.Upcasts) != spec.Version-1 {
			t.Errorf("%s has %d upcasters, want one for each older version", spec.Type, len(spec.Upcasts))
		}
		for version := 1; version <= spec.Version; version++ {
			stem := filepath.Join("testdata", "golden", strings.ReplaceAll(Type{spec.Name, version}.String(), " ", "."))
			forms := [][]byte{goldenForm(t, stem+".json", sample, version == spec.Version)}
			for letter := 'b'; ; letter++ {
				form, err := os.ReadFile(stem + "." + string(letter) + ".json")
				if err != nil {
					break
				}
				forms = append(forms, form)
			}
			if raw := sample.AppendJSON(nil); version == spec.Version && !bytes.Equal(raw, forms[len(forms)-1]) {
				t.Errorf("%s is written differently now; a change that is no new field needs a new version\nwas %s\nnow %s", spec.Type, forms[len(forms)-1], raw)
			}
			for _, form := range forms {
				got, err := Decode(Type{spec.Name, version}, form)
				if err != nil {
					t.Errorf("%s v%d: %v", spec.Name, version, err)
				} else if again := got.AppendJSON(nil); version == spec.Version && !bytes.Equal(again, form) {
					t.Errorf("%s changes when it is read and written\nwas %s\nnow %s", spec.Name, form, again)
				}
			}
		}
	}
}

// goldenForm reads a golden file; one that is missing may be written.
func goldenForm(t *testing.T, file string, sample Event, current bool) []byte {
	t.Helper()
	form, err := os.ReadFile(file)
	if os.IsNotExist(err) && *update && current {
		form = sample.AppendJSON(nil)
		err = os.WriteFile(file, form, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// TestSamplesSetEveryField keeps the golden files honest: a field that no
// sample sets is a field whose stored form nothing guards.
func TestSamplesSetEveryField(t *testing.T) {
	for _, e := range samples() {
		v := reflect.ValueOf(e)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Field(i).IsZero() {
				t.Errorf("the sample of %s leaves %s unset", e.EventType().Name, v.Type().Field(i).Name)
			}
		}
	}
}

func TestUpcastsRunInOrder(t *testing.T) {
	mark := func(s string) func(item.Value) item.Value {
		return func(v item.Value) item.Value {
			trace, _ := v.Get("trace").Str()
			o, _ := v.Obj()
			return o.With("trace", item.String(trace+s)).Value()
		}
	}
	byName["test.upcast"] = &Spec{Type: Type{"test.upcast", 3}, Upcasts: []func(item.Value) item.Value{mark("1"), mark("2")},
		Decode: func(v item.Value) (Event, error) { return KeyClaimed{Run: fields{v}.str("trace")}, nil }}
	defer delete(byName, "test.upcast")
	for version, want := range map[int]string{1: "12", 2: "2", 3: ""} {
		e, err := Decode(Type{"test.upcast", version}, []byte(`{}`))
		if err != nil || e.(KeyClaimed).Run != want {
			t.Errorf("version %d went through %q, %v; want %q", version, e, err, want)
		}
	}
}

func sampleEnvelope() Envelope {
	e := Envelope{
		Revision: 3, At: time.Unix(1_700_000_000, 123_456_789).UTC(), CommandID: ID{1, 2, 3}, CommandName: "run.start",
		CommandHash: Hash{4}, Actor: "u1", Correlation: "c", Causation: "d", Traceparent: "00-1-2-01", Prev: Hash{9},
		KeyID: "s00000.1", Encoding: EncodingZstd,
	}
	e.SetTypes([]Event{RunStarted{}, StepCompleted{}, StepCompleted{}, RunEnded{}})
	return e
}

func TestEnvelopeIsGolden(t *testing.T) {
	e := sampleEnvelope()
	raw := AppendEnvelope(nil, &e)
	file := filepath.Join("testdata", "golden", "envelope.v1.hex")
	if _, err := os.Stat(file); os.IsNotExist(err) && *update {
		if err := os.WriteFile(file, []byte(hex.EncodeToString(raw)+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || !bytes.Equal(raw, want) {
		t.Errorf("the envelope is written differently now (%v)\nwas %x\nnow %x", err, want, raw)
	}
	got, err := DecodeEnvelope(want)
	if err != nil || !reflect.DeepEqual(got, e) {
		t.Errorf("read %+v, %v\nwant %+v", got, err, e)
	}
}

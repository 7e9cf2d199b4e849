package app_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/internal/client/wire"
)

func TestStepsEmitWhatIsPinnedToThemByHandOnly(t *testing.T) {
	a := open(t, served(t.TempDir()))
	c := overHTTP(t, a)
	raw := line(t, "Pinned", nil, list("Hook", "webhook", 2, object{"path": "pinned", "responseMode": "lastNode"}),
		list("Away", "httpRequest", 4.2, object{"url": "http://192.0.2.1/"}), list("Gone", "noOp", 1, object{}), list("End", "set", 3.4, object{
			"includeOtherFields": true, "assignments": object{"assignments": list(object{"id": "1", "name": "from", "type": "string", "value": "={{ $('Hook').item.json.body.q }}"})},
		}))
	var w object
	if err := json.Unmarshal(raw, &w); err != nil {
		t.Fatal(err)
	}
	w["pinData"] = object{"Hook": list(object{"json": object{"body": object{"q": "pin"}}}), "Away": list(object{"json": object{"n": 1}})}
	raw, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	made, err := c.CreateWorkflow(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	run := func(s wire.StartRun) wire.Run {
		s.Version = wire.NewestVersion
		started, err := c.StartRun(t.Context(), made.ID, s, 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		return *started.Run
	}
	pinned := run(wire.StartRun{})
	if pinned.Status != wire.RunSuccess {
		t.Fatalf("ended as %s: %s", pinned.Status, pinned.Error)
	}
	if got := outputOf(t, c, pinned.ID, "End")[0]; got["n"] != 1.0 || got["from"] != "pin" {
		t.Errorf("emitted %v", got)
	}
	if r, err := c.Replay(t.Context(), pinned.ID); err != nil || !r.Equal || r.FromRecord != 0 {
		t.Errorf("replay %+v, %v", r, err)
	}
	no := false
	if plain := run(wire.StartRun{Pinned: &no}); plain.Status != wire.RunError || plain.LastStep != "Away" {
		t.Errorf("without them it ended as %s at %s", plain.Status, plain.LastStep)
	}
	if _, err := c.ActivateWorkflow(t.Context(), made.ID, 0); err != nil {
		t.Fatal(err)
	}
	call(t, http.MethodGet, a.Address()+"/webhook/pinned", "", "").expect(t, http.StatusInternalServerError, "Error in workflow")
}

package files_test

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/nodes/files"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

func TestICalendarMakesAnEventOfEachItem(t *testing.T) {
	t.Parallel()
	store := nodetest.NewPayloads()
	s := nodetest.Step{Definition: files.ICalendar(), Payloads: store, Params: `{"title":"={{ $json.name }}","start":"2023-02-27T22:00:00.000Z","end":"2023-02-27T23:00:00.000Z","additionalFields":{"location":"Here"}}`}
	result, err := s.Run(t, nodetest.Inputs(`[{"name":"first"},{"name":"second"}]`))
	if err != nil || len(result.Outputs[0]) != 2 {
		t.Fatal(result, err)
	}
	text := string(store.Content(t, result.Outputs[0][1], "data"))
	for _, line := range []string{"BEGIN:VEVENT", "SUMMARY:second", "LOCATION:Here", "DTSTART:20230227T220000Z"} {
		if !strings.Contains(text, line) {
			t.Errorf("%s is missing in:\n%s", line, text)
		}
	}
}

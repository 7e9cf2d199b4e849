package handlers_test

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes/datatable"
)

// An evaluation reads a case from a table, and writes what came of it back to its
// row, into columns that it adds.
func TestAnEvaluationReadsItsCaseAndWritesToItsRow(t *testing.T) {
	t.Parallel()
	out := newOutside()
	out.extra = append(out.extra, datatable.DataTable(), datatable.EvaluationTrigger(), datatable.Evaluation())
	s := start(t, t.TempDir(), out)
	defer s.stop()
	made := s.run(s.create(chainOf("",
		tableStep(false, `"resource":"table","operation":"create","tableName":"people","columns":{"column":[{"name":"q"}]}`),
		tableStep(false, onPeople+`"operation":"insert","columns":{"mappingMode":"defineBelow","value":{"q":"one"}}`),
		tableStep(false, onPeople+`"operation":"insert","columns":{"mappingMode":"defineBelow","value":{"q":"two"}}`))))
	if end := s.ended(made); end.Status != events.StatusSuccess {
		t.Fatalf("%+v", end)
	}
	source := `"source":"dataTable","dataTableId":{"__rl":true,"mode":"id","value":"people"}`
	evaluation := chainOf("",
		`"type":"n8n-nodes-base.evaluation","typeVersion":4.8,"parameters":{"operation":"setOutputs",`+source+
			`,"outputs":{"values":[{"outputName":"got","outputValue":"={{ $json.q }}!"},{"outputName":"size","outputValue":"={{ $json.q.length }}"},{"outputName":"all","outputValue":"={{ [1] }}"}]}}`,
		`"type":"n8n-nodes-base.evaluation","typeVersion":4.8,"parameters":{"operation":"checkIfEvaluating"}`)
	evaluation = strings.Replace(evaluation, `"type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}`,
		`"type":"n8n-nodes-base.evaluationTrigger","typeVersion":4.7,"position":[0,0],"parameters":{`+source+`}`, 1)
	run := s.run(s.create(evaluation), item.Item{JSON: item.MustParse(`{"row_number":1}`)})
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Fatalf("%+v", end)
	}
	got := map[string]string{}
	for _, e := range s.history(run) {
		if done, ok := e.(events.StepCompleted); ok {
			got[done.Step] = moments.ReplaceAllString(done.Outputs[0].Items[0].JSON.JSON(), "")
		}
	}
	want := `{"q":"two","id":2"row_number":1,"row_id":2,"_rowsLeft":0}`
	for _, step := range []string{"Start", "Step 1", "Step 2"} {
		if got[step] != want {
			t.Errorf("%s: %s, want %s", step, got[step], want)
		}
	}
	read := s.run(s.create(chainOf("", tableStep(false, onPeople+`"operation":"get","returnAll":true`))))
	s.ended(read)
	var rows []string
	for _, e := range s.history(read) {
		if done, ok := e.(events.StepCompleted); ok && done.Step == "Step 1" {
			for _, it := range done.Outputs[0].Items {
				rows = append(rows, moments.ReplaceAllString(it.JSON.JSON(), ""))
			}
		}
	}
	if joined := strings.Join(rows, ","); joined != `{"q":"one","got":null,"size":null,"all":null,"id":1},{"q":"two","got":"two!","size":3,"all":"[1]","id":2}` {
		t.Error(joined)
	}
}

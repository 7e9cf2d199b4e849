package handlers_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes/datatable"
)

// tableStep is a step on data tables that goes on after an error, and once for
// all its items where once is set.
func tableStep(once bool, params string) string {
	return fmt.Sprintf(`"type":"n8n-nodes-base.dataTable","typeVersion":1.1,"executeOnce":%v,"alwaysOutputData":true,"parameters":{%s}`, once, params)
}

const onPeople = `"dataTableId":{"__rl":true,"mode":"name","value":"people"},`

// moments are what differs from run to run.
var moments = regexp.MustCompile(`,?"(createdAt|updatedAt)":"[^"]*",?|"id":"[0-9a-f-]{36}",`)

func TestDataTableSteps(t *testing.T) {
	t.Parallel()
	out := newOutside()
	out.extra = append(out.extra, datatable.DataTable())
	s := start(t, t.TempDir(), out)
	defer s.stop()
	where := func(column, operator, value string) string {
		return fmt.Sprintf(`"matchType":"allConditions","filters":{"conditions":[{"keyName":%q,"condition":%q,"keyValue":%s}]}`, column, operator, value)
	}
	write := func(values string) string {
		return `"columns":{"mappingMode":"defineBelow","value":{` + values + `}}`
	}
	cases := []struct{ name, step, want string }{
		{"insert", tableStep(false, onPeople+`"operation":"insert",`+write(`"name":"={{ $json.n }}","age":"={{ $json.a }}","born":"2020-05-06"`)),
			`{"name":"Ada","age":36,"born":"2020-05-06T00:00:00.000Z","id":1},{"name":"Bob","age":41,"born":"2020-05-06T00:00:00.000Z","id":2}`},
		{"get", tableStep(true, onPeople+`"operation":"get","returnAll":true,"orderBy":true,"orderByColumn":"age","orderByDirection":"DESC",`+where("age", "gt", `"1"`)),
			`{"name":"Bob","age":41,"born":"2020-05-06T00:00:00.000Z","id":2},{"name":"Ada","age":36,"born":"2020-05-06T00:00:00.000Z","id":1}`},
		{"limit", tableStep(true, onPeople+`"operation":"get","limit":1`), `{"name":"Ada","age":36,"born":"2020-05-06T00:00:00.000Z","id":1}`},
		{"dry run", tableStep(true, onPeople+`"operation":"update","options":{"dryRun":true},`+where("name", "eq", `"Ada"`)+","+write(`"age":1`)),
			`{"name":"Ada","age":36,"born":"2020-05-06T00:00:00.000Z","id":1"dryRunState":"before"},{"name":"Ada","age":1,"born":"2020-05-06T00:00:00.000Z","id":1"dryRunState":"after"}`},
		{"update", tableStep(true, onPeople+`"operation":"update",`+where("name", "eq", `"Ada"`)+","+write(`"age":"37"`)),
			`{"name":"Ada","age":37,"born":"2020-05-06T00:00:00.000Z","id":1}`},
		{"upsert", tableStep(true, onPeople+`"operation":"upsert",`+where("name", "eq", `"Cy"`)+","+write(`"name":"Cy"`)), `{"name":"Cy","age":null,"born":null,"id":3}`},
		{"exists", tableStep(true, onPeople+`"operation":"rowExists",`+where("age", "isEmpty", `null`)), `{"name":"Cy","age":null,"born":null,"id":3}`},
		{"exists not", tableStep(true, onPeople+`"operation":"rowNotExists",`+where("age", "isEmpty", `null`)), `{}`},
		{"delete", tableStep(true, onPeople+`"operation":"deleteRows",`+where("name", "ilike", `"b%"`)), `{"name":"Bob","age":41,"born":"2020-05-06T00:00:00.000Z","id":2}`},
		{"bulk", tableStep(true, onPeople+`"operation":"insert","options":{"optimizeBulk":true},`+write(`"name":"q"`)), `{"success":true,"insertedRows":1}`},
		{"list", tableStep(true, `"resource":"table","operation":"list"`),
			`{"name":"people","columns":[{"id":"c1","name":"name","type":"string","index":0},{"id":"c2","name":"age","type":"number","index":1},{"id":"c3","name":"born","type":"date","index":2}]}`},
		{"rename", tableStep(true, onPeople+`"resource":"table","operation":"update","newName":"staff"`), `{"success":true,"name":"staff"}`},
		{"clear", tableStep(true, `"resource":"table","operation":"clear","dataTableId":{"__rl":true,"mode":"name","value":"staff"}`), `{"success":true,"deletedCount":3}`},
		{"drop", tableStep(true, `"resource":"table","operation":"delete","dataTableId":"staff"`), `{"success":true,"deletedTableId":"staff"}`},
	}
	people := tableStep(true, `"resource":"table","operation":"create","tableName":"people","columns":{"column":[{"name":"name"},{"name":"age","type":"number"},{"name":"born","type":"date"}]}`)
	made := s.run(s.create(chainOf("", people)))
	if end := s.ended(made); end.Status != events.StatusSuccess {
		t.Fatalf("%+v", end)
	}
	steps := make([]string, len(cases))
	for i, c := range cases {
		steps[i] = c.step
	}
	run := s.run(s.create(chainOf("", steps...)), item.Item{JSON: item.MustParse(`{"n":"Ada","a":36}`)}, item.Item{JSON: item.MustParse(`{"n":"Bob","a":"41"}`)})
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Fatalf("%+v", end)
	}
	list := s.history(run)
	for i, c := range cases {
		var got []string
		for _, e := range list {
			if done, ok := e.(events.StepCompleted); ok && done.Step == fmt.Sprintf("Step %d", i+1) {
				for _, it := range done.Outputs[0].Items {
					got = append(got, moments.ReplaceAllString(it.JSON.JSON(), ""))
				}
			}
		}
		if joined := strings.Join(got, ","); joined != c.want {
			t.Errorf("%s: %s, want %s", c.name, joined, c.want)
		}
	}
}

func TestDataTableStepsThatFailSayWhy(t *testing.T) {
	t.Parallel()
	out := newOutside()
	out.extra = append(out.extra, datatable.DataTable())
	s := start(t, t.TempDir(), out)
	defer s.stop()
	for step, want := range map[string]string{
		tableStep(false, onPeople+`"operation":"get"`):                             `no data table "people"`,
		tableStep(false, `"operation":"get"`):                                      "no data table is chosen",
		tableStep(false, onPeople+`"operation":"deleteRows"`):                      "At least one condition",
		tableStep(false, `"resource":"table","operation":"create","tableName":""`): "needs a name",
	} {
		run := s.run(s.create(chainOf("", step)))
		if end := s.ended(run); end.Status != events.StatusError || !strings.Contains(end.Error.Message, want) {
			t.Errorf("%s: %+v, want %s", step, end.Error, want)
		}
	}
}

package js

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

// vector is what a real n8n answered for one expression.
type vector struct {
	ID         string     `json:"id"`
	Context    string     `json:"context"`
	Expression string     `json:"expression"`
	Item       item.Value `json:"item"`
	Type       string     `json:"type"`
	Result     item.Value `json:"result"`
	Error      string     `json:"error"`
	Loose      bool       `json:"loose"`
	Legacy     *vector    `json:"legacy"`
}

// agrees tells whether an outcome is what n8n answered.
func (v *vector) agrees(o expression.Outcome) bool {
	switch {
	case v.Error != "" && v.Loose:
		return o.Err != nil
	case v.Error != "":
		return o.Err != nil && o.Err.Error() == v.Error
	case o.Err != nil:
		return false
	}
	return v.Type == typeName(o) && item.Equal(asJSON(o.Value), asJSON(v.Result))
}

func asJSON(v item.Value) item.Value { return item.MustParse(v.JSON()) }

func typeName(o expression.Outcome) string {
	n, isNumber := o.Value.Number()
	switch {
	case o.Type != "":
		return o.Type
	case isNumber && (n != n || n-n != 0):
		return item.FormatNumber(n)
	case isNumber && n == 0 && 1/n < 0:
		return "-0"
	}
	return o.Value.Kind().String()
}

// fixed is the run that the vectors were made in.
type fixed struct{ expression.Data }

func (fixed) Step(name string) (expression.StepInfo, bool) {
	params := item.MustParse(`{"keepOnlySet":true}`)
	return expression.StepInfo{Params: params, Runs: 1}, name == "Eval"
}

func (fixed) Output(string, int, int) ([]item.Item, error) { return nil, expression.ErrNoStep }

func (fixed) Paired(int, string) (item.Item, error) { return item.Item{}, expression.ErrNoStep }

func (fixed) Variable(name string) (item.Value, bool) {
	switch name {
	case "$vars":
		return item.MustParse(`{}`), true
	case "$execution":
		return item.MustParse(`{"id":"1"}`), true
	}
	return item.Undefined, false
}

// agreedFloor is how many vectors must agree, lest some are lost without
// notice.
const agreedFloor = 1180

func TestAgreesWithN8n(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("JOBSPRINT_CORPUS")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	file, err := os.Open(filepath.Join(folder, "n8n-expressions", "dev.jsonl"))
	if err != nil {
		t.Skip("no vectors; set JOBSPRINT_CORPUS to the folder that holds n8n-expressions")
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	lines.Scan() // the header
	agreed, total := 0, 0
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		if v.Context != "" {
			continue
		}
		total++
		o := evalVector(t, &v)
		if v.agrees(o) || v.Legacy != nil && v.Legacy.agrees(o) {
			agreed++
			continue
		}
		t.Logf("%s: %s\n got %s %s, error %v\nwant %s %s, error %q", v.ID, v.Expression, typeName(o), o.Value, o.Err, v.Type, v.Result, v.Error)
	}
	t.Logf("%d of %d vectors agree", agreed, total)
	if agreed < agreedFloor {
		t.Errorf("%d vectors agree, at least %d did before", agreed, agreedFloor)
	}
}

func evalVector(t *testing.T, v *vector) expression.Outcome {
	t.Helper()
	p, err := shared.Compile(v.Expression)
	if err != nil {
		return expression.Outcome{Err: err}
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	out := make([]expression.Outcome, 1)
	b := &expression.Batch{
		Items: []item.Item{{JSON: v.Item}}, Step: "Eval", Data: fixed{},
		Env: expression.Env{Now: time.Now(), Zone: zone},
	}
	if err := p.Eval(context.Background(), b, out); err != nil {
		t.Fatalf("%s: %v", v.ID, err)
	}
	return out[0]
}

package expression

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

// vector is what a real n8n answered for one expression.
type vector struct {
	Header      bool            `json:"header"`
	ID          string          `json:"id"`
	Group       string          `json:"group"`
	Context     string          `json:"context"`
	Expression  string          `json:"expression"`
	Item        item.Value      `json:"item"`
	Items       []item.Value    `json:"items"`
	Type        string          `json:"type"`
	Result      item.Value      `json:"result"`
	Types       []string        `json:"types"`
	Results     []item.Value    `json:"results"`
	Error       string          `json:"error"`
	Loose       bool            `json:"loose"`
	Legacy      json.RawMessage `json:"legacy"`
	legacyValue *vector
}

// corpusFolder is where vectors are looked for.
func corpusFolder() string {
	if dir := os.Getenv("JOBSPRINT_CORPUS"); dir != "" {
		return filepath.Join(dir, "n8n-expressions")
	}
	return filepath.Join("..", "..", "shared", "corpus", "n8n-expressions")
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	path := filepath.Join(corpusFolder(), "dev.jsonl")
	file, err := os.Open(path)
	if err != nil {
		t.Skipf("no vectors in %s; set JOBSPRINT_CORPUS to the folder that holds n8n-expressions", corpusFolder())
	}
	defer file.Close()
	var vectors []vector
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if v.Header {
			continue
		}
		if v.Legacy != nil {
			v.legacyValue = new(vector)
			if err := json.Unmarshal(v.Legacy, v.legacyValue); err != nil {
				t.Fatalf("%s: %s: %v", path, v.ID, err)
			}
		}
		vectors = append(vectors, v)
	}
	if err := lines.Err(); err != nil || len(vectors) == 0 {
		t.Fatalf("%s: %d vectors, %v", path, len(vectors), err)
	}
	return vectors
}

// typeName is the type in the words of the vectors.
func typeName(v item.Value) string {
	switch v.Kind() {
	case item.KindNumber:
		x, _ := v.Number()
		switch s := item.FormatNumber(x); {
		case s == "NaN" || s == "Infinity" || s == "-Infinity":
			return s
		case x == 0 && 1/x < 0:
			return "-0"
		}
		return "number"
	default:
		return v.Kind().String()
	}
}

// agrees tells whether an outcome is what n8n answered.
func (v *vector) agrees(o Outcome) bool {
	if o.Err != nil {
		return v.Error != ""
	}
	if v.Error != "" || v.Type != typeName(o.Value) {
		return false
	}
	return item.Equal(asJSON(o.Value), asJSON(v.Result))
}

// asJSON is the value as it comes out of JSON: what n8n's answers went through.
func asJSON(v item.Value) item.Value { return item.MustParse(v.JSON()) }

func isUnsupported(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == CodeUnsupported
}

// acceptedFloor is how many vectors the engine must understand, lest some
// are lost without notice.
const acceptedFloor = 394

func TestAgreesWithN8n(t *testing.T) {
	t.Parallel()
	vectors := readVectors(t)
	accepted, total := 0, 0
	for i := range vectors {
		v := &vectors[i]
		if v.Context != "" {
			continue
		}
		total++
		outcome := evalVector(t, v)
		if isUnsupported(outcome.Err) {
			continue
		}
		accepted++
		if v.agrees(outcome) || v.legacyValue != nil && v.legacyValue.agrees(outcome) {
			continue
		}
		t.Errorf("%s: %s\n got %s %s, error %v\nwant %s %s, error %q", v.ID, v.Expression,
			typeName(outcome.Value), outcome.Value, outcome.Err, v.Type, v.Result, v.Error)
	}
	t.Logf("accepted %d of %d vectors", accepted, total)
	if accepted < acceptedFloor {
		t.Errorf("accepted %d vectors, at least %d were understood before", accepted, acceptedFloor)
	}
}

func evalVector(t *testing.T, v *vector) Outcome {
	t.Helper()
	p, err := NewCompiled().Compile(v.Expression)
	if err != nil {
		return Outcome{Err: err}
	}
	out := make([]Outcome, 1)
	b := &Batch{Items: []item.Item{{JSON: v.Item}}, Data: &steps{variables: map[string]item.Value{
		"$vars": item.MustParse(`{}`), "$parameter": item.MustParse(`{"keepOnlySet":true}`), "$execution": item.MustParse(`{"id":"1"}`),
	}}}
	if err := p.Eval(context.Background(), b, out); err != nil {
		t.Fatalf("%s: %v", v.ID, err)
	}
	return out[0]
}

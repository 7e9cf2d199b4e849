package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/cli"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/item"
)

// leastEvaluated is how many of the vectors that stand alone must be answered
// as n8n answers them. Raise it when more are.
const leastEvaluated = 1_199

// TestEvalAnswersAsN8n asks the command "eval --batch" all expressions of the
// corpus that need no workflow around them. Where n8n's two engines differ,
// either answer is right.
func TestEvalAnswersAsN8n(t *testing.T) {
	t.Parallel()
	file := filepath.Join(conformanceDir(t), "n8n-expressions", "dev.jsonl")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("%s is not here (%v): set JOBSPRINT_CORPUS to the corpus to compare expressions with n8n's", file, err)
	}
	var ask bytes.Buffer
	vectors := map[string]item.Value{}
	for line := range bytes.Lines(raw) {
		v, err := item.Parse(line, item.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if v.Get("context").IsUndefined() && v.Get("header").IsUndefined() {
			ask.Write(line)
			vectors[v.Get("id").ToString()] = v
		}
	}
	tally := map[string]*[2]int{}
	var wrong []string
	for _, answer := range evalLines(t, ask.Bytes()) {
		id := answer.Get("id").ToString()
		v, ok := vectors[id]
		if !ok {
			t.Fatalf("an answer that nobody asked for, or twice: %s", answer.JSON())
		}
		delete(vectors, id)
		group, _, _ := strings.Cut(v.Get("group").ToString(), ".")
		if tally[group] == nil {
			tally[group] = new([2]int)
		}
		tally[group][1]++
		if answersAlike(answer, v) {
			tally[group][0]++
			continue
		}
		wrong = append(wrong, fmt.Sprintf("%s %s: got %s, n8n %s %s %s", id, v.Get("expression").ToString(),
			brief(answer), v.Get("type").ToString(), brief(v.Get("result")), v.Get("error").ToString()))
	}
	if len(vectors) > 0 {
		t.Errorf("%d vectors have no answer", len(vectors))
	}
	equal, total := 0, 0
	for _, group := range slices.Sorted(maps.Keys(tally)) {
		t.Logf("%-10s %4d of %4d", group, tally[group][0], tally[group][1])
		equal, total = equal+tally[group][0], total+tally[group][1]
	}
	t.Logf("%d of %d in all; otherwise than n8n:\n%s", equal, total, strings.Join(wrong, "\n"))
	if equal < leastEvaluated {
		t.Errorf("%d were answered as n8n does, want %d", equal, leastEvaluated)
	}
}

// evalLines runs the command on lines and gives its answers.
func evalLines(t *testing.T, lines []byte) []item.Value {
	t.Helper()
	streams, in, out, errs := iostreams.Test()
	in.Write(lines)
	env := &cli.Env{Streams: streams, Now: time.Now, Environ: func() []string { return nil }}
	if code := cli.Execute(t.Context(), env, []string{"eval", "--batch"}); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var answers []item.Value
	for line := range bytes.Lines(out.Bytes()) {
		v, err := item.Parse(line, item.Limits{})
		if err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		answers = append(answers, v)
	}
	return answers
}

// answersAlike compares an answer with what is expected. A loose message is
// n8n's engine talking: that there is an error is enough.
func answersAlike(answer, want item.Value) bool {
	if want.IsUndefined() {
		return false
	}
	message, fails := want.Get("error").Str()
	got, failed := answer.Get("error").Str()
	switch loose, _ := want.Get("loose").Bool(); {
	case fails != failed:
		return false
	case fails:
		return loose || got == message
	}
	return answer.Get("type").ToString() == want.Get("type").ToString() && item.Equal(answer.Get("result"), want.Get("result"))
}

package workflow

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the tests see into testdata")

// TestConversations plays the files in testdata: a command, "----", and what
// the state machine answered. Each verb is a method of runBench.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations found: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(raw))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(raw) {
				t.Errorf("%s differs; run the tests with -update and read the diff\n%s", file, firstDifference(string(raw), got))
			}
		})
	}
}

// play runs the blocks of a conversation and gives it with the answers that
// were got.
func play(t *testing.T, text string) string {
	b := &runBench{t: t}
	var out []string
	for _, block := range strings.Split(strings.TrimRight(text, "\n"), "\n\n") {
		command, _, has := strings.Cut(block, "\n----")
		if !has {
			out = append(out, block) // a remark
			continue
		}
		answer := strings.TrimRight(b.do(command), "\n")
		block = command + "\n----"
		if answer != "" {
			block += "\n" + answer
		}
		out = append(out, block)
	}
	return strings.Join(out, "\n\n") + "\n"
}

func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			g := "(nothing)"
			if i < len(b) {
				g = b[i]
			}
			return fmt.Sprintf("line %d:\n  recorded: %s\n  now:      %s", i+1, a[i], g)
		}
	}
	return "there is more at the end now"
}

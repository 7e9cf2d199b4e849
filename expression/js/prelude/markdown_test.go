package prelude

import (
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write docs/expressions.md")

func TestThePageOfFunctionsIsCurrent(t *testing.T) {
	t.Parallel()
	const page = "../../../docs/expressions.md"
	want := Markdown()
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil || string(got) != want {
		t.Errorf("%s is not what the functions say (%v): run go test ./expression/js/prelude -update", page, err)
	}
}

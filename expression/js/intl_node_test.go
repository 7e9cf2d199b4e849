//go:build nodejs

package js

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

var (
	intlCases = flag.Int("intl.cases", 1000, "how many random things to ask about Intl")
	intlSeed  = flag.Int("intl.seed", int(time.Now().Unix()%100_000), "seed of the random things")
	intlKind  = flag.String("intl.kind", "", "which kinds of things, by the start of their name")
)

// TestIntlIsThatOfNodeAtRandom compares Intl with a Node.js 24 (NODE, else node in
// the path):
//
//	NODE=/usr/bin/node go test -tags nodejs ./expression/js -run AtRandom -v -intl.cases 2000
func TestIntlIsThatOfNodeAtRandom(t *testing.T) {
	t.Parallel()
	node := os.Getenv("NODE")
	if node == "" {
		node = "node"
	}
	ask := exec.Command(node, filepath.Join("testdata", "intl.mjs"), strconv.Itoa(*intlSeed), strconv.Itoa(*intlCases), *intlKind)
	ask.Env = append(os.Environ(), "TZ=UTC", "LANG=en_US.UTF-8")
	raw, err := ask.Output()
	if err != nil {
		t.Fatalf("%s: %v", ask, err)
	}
	tally := compareIntl(t, raw)
	t.Logf("seed %d\n%s", *intlSeed, tally)
	if tally.unlike()*20 > *intlCases {
		t.Errorf("%d of %d answers are not as Node.js has them", tally.unlike(), *intlCases)
	}
}

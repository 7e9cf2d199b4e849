package projections_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/projections/projectionstest"
)

// victimEnv makes this test's program apply a history in small batches, in the
// folder that it names, until it is killed.
const victimEnv = "JOBSPRINT_TEST_VICTIM"

const victimSeed, victimRuns = 21, 2000

// victim prints a line for each batch that it has applied, and begins where
// the one before it was killed.
func victim(dir string) {
	ctx := context.Background()
	l := projectionstest.NewLog()
	projectionstest.Story(l, victimSeed, victimRuns)
	p, err := projections.Open(ctx, projections.Config{Source: l, Path: filepath.Join(dir, "v.sqlite")})
	if err != nil {
		panic(err)
	}
	shown := l.Len() - int(p.Status(ctx)[0].Lag)
	for err == nil && shown < l.Len() {
		shown += 3
		l.Show(shown)
		head, _ := l.Head(ctx)
		err = p.CatchUp(ctx, head)
		fmt.Println(shown)
	}
	fmt.Println("end", err)
}

func TestKilledProcessLosesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 3))
	for range 5 {
		killAfter(t, dir, 1+rnd.IntN(60))
	}
	l := projectionstest.NewLog()
	projectionstest.Story(l, victimSeed, victimRuns)
	b, err := projections.OpenSQLite(t.Context(), filepath.Join(dir, "v.sqlite"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	p := projectionstest.Start(t, projections.Config{Source: l, Backend: b})
	if st := p.Status(t.Context()); st[0].Position.IsZero() || st[0].Lag == 0 {
		t.Errorf("the kills left nothing to go on from: %+v", st[0])
	}
	projectionstest.CatchUp(t, p, l)
	whole := openSQLite(t, t.TempDir())
	projectionstest.CatchUp(t, projectionstest.Start(t, projections.Config{Source: l, Backend: whole}), l)
	projectionstest.Same(t, "killed and whole", projectionstest.Tables(t, b), projectionstest.Tables(t, whole))
}

// killAfter starts a victim and kills it once it has applied n batches.
func killAfter(t *testing.T, dir string, n int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for range n {
		if !lines.Scan() || strings.HasPrefix(lines.Text(), "end") {
			t.Fatalf("the victim ended by itself: %s", lines.Text())
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
}

package tidy

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const root = "../.."

var repository = sync.OnceValues(func() ([]*File, error) { return Load(root) })

// source is the repository's own source; a check over no files would prove nothing.
func source(t *testing.T) []*File {
	t.Helper()
	files, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("found only %d files below %s", len(files), root)
	}
	return files
}

func report(t *testing.T, problems []Problem) {
	t.Helper()
	for _, p := range problems {
		t.Error(p)
	}
}

func TestEveryFolderHasAFloor(t *testing.T) { t.Parallel(); report(t, Rooms(source(t))) }
func TestImportsGoDown(t *testing.T)        { t.Parallel(); report(t, Imports(source(t))) }
func TestFilesAreOneIdea(t *testing.T)      { t.Parallel(); report(t, LongFiles(source(t))) }
func TestNoBannedWords(t *testing.T)        { t.Parallel(); report(t, BannedWords(source(t))) }
func TestEveryPackageSaysWhatItOwns(t *testing.T) {
	t.Parallel()
	report(t, PackageComments(source(t)))
}
func TestNoLooseMapsBetweenRooms(t *testing.T) { t.Parallel(); report(t, LooseMaps(source(t))) }

func TestFunctionsAreShort(t *testing.T) {
	t.Parallel()
	all, long, tooLong := FuncLengths(source(t))
	report(t, tooLong)
	share := float64(len(long)) / float64(all)
	t.Logf("%d of %d functions are over %d lines (%.1f%%)", len(long), all, longFuncLines, 100*share)
	if share > maxLongFuncShare {
		t.Errorf("more than %.0f%% of the functions are over %d lines:", 100*maxLongFuncShare, longFuncLines)
		report(t, long)
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	t.Parallel()
	exported, missing := Undocumented(source(t))
	share := 1 - float64(len(missing))/float64(exported)
	t.Logf("%.1f%% of %d exported names have a comment", 100*share, exported)
	for _, p := range missing {
		t.Log(p)
	}
	if share < minDocumented {
		t.Errorf("fewer than %.0f%% of the exported names have a comment", 100*minDocumented)
	}
}

func TestPureRoomsDependOnTheirInputOnly(t *testing.T) {
	t.Parallel()
	byDir := packages(source(t))
	var dirs, patterns []string
	for _, dir := range slices.Sorted(maps.Keys(byDir)) {
		if slices.Contains(pureRooms, roomOf(dir)) && !testSupport(dir) {
			dirs = append(dirs, dir)
			patterns = append(patterns, "./"+dir)
		}
	}
	exports, err := ListExports(root, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		info, err := exports.Types(byDir[dir][0].Fset, dir, byDir[dir])
		if err != nil {
			t.Errorf("%s: %v", dir, err)
			continue
		}
		for _, f := range byDir[dir] {
			if !f.Test() {
				report(t, Impure(f, info))
			}
		}
	}
}

// The goal is 0.9 test lines for a line of code. It is watched, not enforced: lines are easy to write.
func TestReportTestLines(t *testing.T) {
	t.Parallel()
	files := source(t)
	code, tests := CodeLines(files)
	data := testdataLines(t)
	t.Logf("%d lines of code, %d of tests, %d in testdata: %.2f (goal 0.90)",
		code, tests, data, float64(tests+data)/float64(code))
}

// testdataLines counts conversations and scripts, which are tests in another language.
func testdataLines(t *testing.T) (lines int) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(filepath.ToSlash(name), "/testdata/") {
			return err
		}
		if ext := filepath.Ext(name); ext != ".txt" && ext != ".txtar" {
			return nil
		}
		src, err := os.ReadFile(name)
		lines += strings.Count(string(src), "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// A reader's first two commands are the ones that CI proves on a new machine.
func TestReadmeCommandsAreWhatCIRuns(t *testing.T) {
	t.Parallel()
	ci := read(t, ".ci/run")
	readme := read(t, "README.md")
	for _, command := range []string{"go run ./cmd/jobsprint demo", "go tool -modfile=tools/go.mod task test"} {
		if !strings.Contains(readme, command) {
			t.Errorf("README.md does not name %q", command)
		}
		if !strings.Contains(ci, command) {
			t.Errorf(".ci/run does not run %q", command)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Error(err)
	}
	return string(src)
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The share of statements that tests must reach, in percent.
const (
	unitCoverage        = 90
	integrationCoverage = 80
)

// uncovered rooms hold tools and measurements, not the product.
var uncovered = []string{"bench", "docs", "examples"}

// cover runs each group's tests over all code of the group and compares each room with its threshold.
func cover(ctx context.Context, _ []string) error {
	pkgs, err := list(ctx)
	if err != nil {
		return err
	}
	low := 0
	for _, g := range []struct {
		group     string
		threshold float64
	}{{"unit", unitCoverage}, {"integration", integrationCoverage}} {
		profile, err := coverProfile(ctx, pkgs, g.group)
		if err != nil {
			return err
		}
		rooms, err := coverage(profile)
		if err != nil {
			return err
		}
		for _, room := range slices.Sorted(maps.Keys(rooms)) {
			percent, verdict := rooms[room].percent(), ""
			if percent < g.threshold && !slices.Contains(uncovered, room) {
				low++
				verdict = "  below"
			}
			fmt.Printf("%-14s %6.1f%%  of %6d statements  (%s: %.0f%%)%s\n", room, percent, rooms[room].total, g.group, g.threshold, verdict)
		}
	}
	if low > 0 {
		return fmt.Errorf("%d rooms are below their threshold", low)
	}
	return nil
}

func coverProfile(ctx context.Context, pkgs []goPackage, group string) ([]byte, error) {
	var code []string
	for _, p := range pkgs {
		if p.in(group) {
			code = append(code, p.Path)
		}
	}
	if len(code) == 0 {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "jobsprint-cover-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "profile")
	args := append([]string{"test", "-timeout", testTimeout, "-coverpkg", strings.Join(code, ","), "-coverprofile", file},
		testedIn(pkgs, group)...)
	if out, err := output(ctx, "go", args...); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	return os.ReadFile(file)
}

// covered counts statements.
type covered struct{ reached, total int }

func (c covered) percent() float64 {
	if c.total == 0 {
		return 100
	}
	return 100 * float64(c.reached) / float64(c.total)
}

// coverage adds up a profile by room. With -coverpkg a block comes once for each test binary: it is reached
// when any of them reached it.
func coverage(profile []byte) (map[string]covered, error) {
	type block struct {
		statements int
		reached    bool
	}
	blocks := map[string]block{}
	for lines := bufio.NewScanner(bytes.NewReader(profile)); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "mode:") {
			continue
		}
		fields := strings.Fields(line) // name.go:1.2,3.4 statements count
		if len(fields) != 3 {
			return nil, fmt.Errorf("coverage profile: cannot read %q", line)
		}
		n, err := strconv.Atoi(fields[1])
		if err != nil {
			return nil, fmt.Errorf("coverage profile: cannot read %q", line)
		}
		blocks[fields[0]] = block{n, blocks[fields[0]].reached || fields[2] != "0"}
	}
	rooms := map[string]covered{}
	for name, b := range blocks {
		room := goPackage{Path: name}.room()
		c := rooms[room]
		c.total += b.statements
		if b.reached {
			c.reached += b.statements
		}
		rooms[room] = c
	}
	return rooms, nil
}

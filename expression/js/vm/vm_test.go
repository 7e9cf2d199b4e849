package vm

import (
	"testing"
	"time"
)

func TestLoads(t *testing.T) {
	t0 := time.Now()
	if err := Warm(); err != nil {
		t.Fatal(err)
	}
	t.Log("compiled in", time.Since(t0))
}

package secure

import (
	"testing"
	"time"
)

// The vectors of RFC 6238.
func TestCodesOfTheStandard(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 1234567890: "89005924", 20000000000: "65353130"} {
		got, err := oneTimeCode("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "SHA1", 8, 30, time.Unix(at, 0))
		if err != nil || got != want {
			t.Errorf("%d: %s %v, want %s", at, got, err, want)
		}
	}
}

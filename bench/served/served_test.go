package served_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/bench/served"
)

// pretend makes this test binary a floor program, which serves its first
// argument.
const pretend = "JOBSPRINT_TEST_FLOOR"

func TestMain(m *testing.M) {
	if os.Getenv(pretend) == "" {
		os.Exit(m.Run())
	}
	http.HandleFunc("/readyz", func(http.ResponseWriter, *http.Request) {})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[1], nil))
}

func TestAServerHasAFolderThatGoesWithIt(t *testing.T) {
	t.Setenv(pretend, "1")
	s, err := served.Floor(t.Context(), os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(s.Base + "/readyz")
	if err != nil || answer.StatusCode != http.StatusOK || s.ReadyTook <= 0 {
		t.Errorf("%v %v after %s", answer, err, s.ReadyTook)
	}
	_ = answer.Body.Close()
	if _, err := os.Stat(s.Dir); err != nil {
		t.Error(err)
	}
	if err := s.End(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.Dir); !os.IsNotExist(err) {
		t.Errorf("the folder is left: %v", err)
	}
}

func TestAProgramThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := served.Jobsprint(t.Context(), "/does/not/exist", "--x"); err == nil || !strings.Contains(err.Error(), "/does/not/exist") {
		t.Errorf("%v", err)
	}
}

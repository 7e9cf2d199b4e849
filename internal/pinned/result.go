package pinned

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// Result is what became of one test.
type Result struct {
	File string `json:"file"`
	// Steps are those that were compared.
	Steps       []string     `json:"steps"`
	Passed      bool         `json:"passed"`
	DurationMS  int64        `json:"durationMS"`
	Differences []Difference `json:"differences,omitempty"`
	// Error says why there was no run to compare.
	Error string `json:"error,omitempty"`
}

// Of lists the differences of one step; "": of the run as a whole.
func (r *Result) Of(step string) []Difference {
	var out []Difference
	for _, d := range r.Differences {
		if d.Step == step {
			out = append(out, d)
		}
	}
	return out
}

// Summary counts results.
type Summary struct {
	Tests      int   `json:"tests"`
	Passed     int   `json:"passed"`
	Failed     int   `json:"failed"`
	DurationMS int64 `json:"durationMS"`
}

// Sum counts results that came about in a time.
func Sum(results []Result, took time.Duration) Summary {
	s := Summary{Tests: len(results), DurationMS: took.Milliseconds()}
	for i := range results {
		if results[i].Passed {
			s.Passed++
		}
	}
	s.Failed = s.Tests - s.Passed
	return s
}

// The form of JUnit's reports, as CI systems read it: a suite is a workflow, a
// test case one of its steps.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string      `xml:"classname,attr"`
		Name    string      `xml:"name,attr"`
		Time    string      `xml:"time,attr"`
		Failure *junitFault `xml:"failure,omitempty"`
		Error   *junitFault `xml:"error,omitempty"`
	}
	junitFault struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// wholeRun is the name of the test case that says how the run has ended.
const wholeRun = "(the run)"

// WriteJUnit writes results in JUnit's XML.
func WriteJUnit(w io.Writer, results []Result) error {
	all := junitSuites{Name: "jobsprint test"}
	var took int64
	for i := range results {
		s := suiteOf(&results[i])
		all.Suites = append(all.Suites, s)
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
		took += results[i].DurationMS
	}
	all.Time = seconds(took)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return fmt.Errorf("write JUnit's XML: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func suiteOf(r *Result) junitSuite {
	s := junitSuite{Name: r.File, Time: seconds(r.DurationMS)}
	add := func(name, time string, differences []Difference) {
		c := junitCase{Class: r.File, Name: name, Time: time}
		if len(differences) > 0 {
			lines := make([]string, len(differences))
			for i, d := range differences {
				lines[i] = d.String()
			}
			c.Failure = &junitFault{Message: lines[0], Text: strings.Join(lines, "\n")}
			s.Failures++
		}
		s.Cases = append(s.Cases, c)
		s.Tests++
	}
	if r.Error != "" {
		s.Tests, s.Errors = 1, 1
		s.Cases = []junitCase{{Class: r.File, Name: wholeRun, Time: s.Time, Error: &junitFault{Message: r.Error}}}
		return s
	}
	add(wholeRun, s.Time, r.Of(""))
	for _, step := range r.Steps {
		add(step, "0", r.Of(step))
	}
	return s
}

func seconds(ms int64) string { return fmt.Sprintf("%.3f", float64(ms)/1000) }

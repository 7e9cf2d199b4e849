package flow

import (
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/events"
)

// checkHeader refuses what would not be one header field: a name that is no
// token, a value that holds a line break.
func checkHeader(h events.Header) error {
	if h.Name == "" {
		return fmt.Errorf("the header has no name")
	}
	for _, r := range h.Name {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r) {
			return fmt.Errorf("%q is not a header name; use letters, digits and '-'", h.Name)
		}
	}
	if strings.ContainsAny(h.Value, "\r\n\x00") {
		return fmt.Errorf("the value of header %q holds a line break", h.Name)
	}
	return nil
}

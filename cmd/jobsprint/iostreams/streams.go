// Package iostreams owns the program's standard streams: what is a terminal, how
// wide it is, whether colour is welcome, and how results are laid out for people
// and for programs. Results go to Out; notices and progress go to Err. It
// imports nothing of the project.
package iostreams

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// DefaultWidth is the width of a terminal that does not tell it, in columns.
const DefaultWidth = 80

// Streams are the standard streams of one command.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer

	// OutTerminal and ErrTerminal say whether a person looks at the stream.
	OutTerminal, ErrTerminal bool
	// Colour says whether the terminal shows colours.
	Colour bool
	width  int
}

// System gives the process's own streams. NO_COLOR and TERM=dumb are kept.
func System() *Streams {
	s := &Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	s.OutTerminal = term.IsTerminal(int(os.Stdout.Fd()))
	s.ErrTerminal = term.IsTerminal(int(os.Stderr.Fd()))
	if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		s.width = w
	}
	s.Colour = s.OutTerminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return s
}

// Test gives streams over buffers: nobody looks at them.
func Test() (s *Streams, in, out, errs *bytes.Buffer) {
	in, out, errs = new(bytes.Buffer), new(bytes.Buffer), new(bytes.Buffer)
	return &Streams{In: in, Out: out, Err: errs}, in, out, errs
}

// Width is the width of the terminal in columns.
func (s *Streams) Width() int {
	if s.width > 0 {
		return s.width
	}
	return DefaultWidth
}

// SetWidth makes the streams believe in a width; for tests.
func (s *Streams) SetWidth(columns int) { s.width = columns }

// Notice tells the person something that is not the result.
func (s *Streams) Notice(format string, args ...any) {
	fmt.Fprintf(s.Err, format+"\n", args...)
}

// Progress shows how far a long task is, on one line that is written over. It
// writes nothing when nobody looks. Done ends the line.
func (s *Streams) Progress(format string, args ...any) {
	if s.ErrTerminal {
		fmt.Fprintf(s.Err, "\r\x1b[K"+format, args...)
	}
}

// ProgressDone removes the line of Progress.
func (s *Streams) ProgressDone() {
	if s.ErrTerminal {
		fmt.Fprint(s.Err, "\r\x1b[K")
	}
}

// Style is how a text stands out on a terminal.
type Style string

// The styles, as the parameters of an ANSI sequence.
const (
	Bold   Style = "1"
	Dim    Style = "2"
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"
	Cyan   Style = "36"
)

// Paint gives the text its style where colour is welcome.
func (s *Streams) Paint(style Style, text string) string {
	if !s.Colour || text == "" || style == "" {
		return text
	}
	return "\x1b[" + string(style) + "m" + text + "\x1b[0m"
}

// Plain makes text from outside safe for a terminal: control characters, with
// which a name could move the cursor or hide text, become spaces.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, text)
}

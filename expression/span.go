package expression

// span is a place in a source: byte offsets, end exclusive.
type span struct{ start, end int }

func wholeOf(source string) span { return span{0, len(source)} }

func (s span) to(end span) span { return span{s.start, end.end} }

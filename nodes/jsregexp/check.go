package jsregexp

import "strings"

// check gives JavaScript's reason to refuse an expression; empty: none was
// found.
func check(pattern string) string {
	depth := 0
	repeatable := false // something stands before that a quantifier may repeat
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '\\':
			if i+1 == len(pattern) {
				return `\ at end of pattern`
			}
			i++
			repeatable = true
		case '[':
			end, reason := checkClass(pattern[i:])
			if reason != "" {
				return reason
			}
			i += end
			repeatable = true
		case '(':
			used, reason := checkGroup(pattern[i:])
			if reason != "" {
				return reason
			}
			i += used
			depth++
			repeatable = false
		case ')':
			if depth--; depth < 0 {
				return "Unmatched ')'"
			}
			repeatable = true
		case '*', '+', '?':
			if !repeatable {
				return "Nothing to repeat"
			}
			if i+1 < len(pattern) && pattern[i+1] == '?' {
				i++
			}
			repeatable = false
		case '{':
			if used, reason := checkBraces(pattern[i:]); used > 0 {
				if reason == "" && !repeatable {
					reason = "Nothing to repeat"
				}
				if reason != "" {
					return reason
				}
				i += used - 1
				if i+1 < len(pattern) && pattern[i+1] == '?' {
					i++
				}
				repeatable = false
				continue
			}
			repeatable = true
		case '|', '^':
			repeatable = false
		default:
			repeatable = c != '$'
		}
	}
	if depth > 0 {
		return "Unterminated group"
	}
	return ""
}

// checkGroup gives the length of what begins a group, without the bracket.
func checkGroup(s string) (used int, reason string) {
	if !strings.HasPrefix(s, "(?") {
		return 0, ""
	}
	for _, start := range []string{"(?:", "(?=", "(?!", "(?<=", "(?<!"} {
		if strings.HasPrefix(s, start) {
			return len(start) - 1, ""
		}
	}
	if !strings.HasPrefix(s, "(?<") {
		return 0, "Invalid group"
	}
	end := strings.IndexByte(s, '>')
	if end < 4 {
		return 0, "Invalid capture group name"
	}
	return end, ""
}

// checkClass gives the index of the bracket that closes a class.
func checkClass(s string) (end int, reason string) {
	last := rune(-1) // what may begin a range
	ranged := false
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == ']':
			return i, ""
		case s[i] == '\\':
			i++
			last, ranged = -1, false
		case s[i] == '-' && last >= 0 && !ranged:
			ranged = true
		default:
			if ranged && last >= 0 && s[i] < 0x80 && last > rune(s[i]) {
				return 0, "Range out of order in character class"
			}
			if last = -1; !ranged && s[i] < 0x80 {
				last = rune(s[i])
			}
			ranged = false
		}
	}
	return 0, "Unterminated character class"
}

// checkBraces gives the length of a quantifier in braces; 0: the brace stands for
// itself.
func checkBraces(s string) (used int, reason string) {
	end := strings.IndexByte(s, '}')
	if end < 2 {
		return 0, ""
	}
	low, high, comma := strings.Cut(s[1:end], ",")
	if !digits(low) || (comma && high != "" && !digits(high)) {
		return 0, ""
	}
	trimmed := func(n string) string { return strings.TrimLeft(n, "0") }
	if l, h := trimmed(low), trimmed(high); comma && high != "" && (len(l) > len(h) || len(l) == len(h) && l > h) {
		return end + 1, "numbers out of order in {} quantifier"
	}
	return end + 1, ""
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

package typing

import "strings"

// relax rewrites a JavaScript object literal as JSON where the two differ in
// form only: texts in single quotes, bare keys, a comma before a closing
// bracket. What it does not know it leaves, so that the JSON parser refuses it.
func relax(source string) []byte {
	out := make([]byte, 0, len(source)+16)
	for i := 0; i < len(source); {
		switch c := source[i]; {
		case c == '"' || c == '\'':
			i, out = relaxText(source, i, out)
		case c == ',' && closes(source[i+1:]):
			i++
		case isWordStart(c):
			end := i + 1
			for end < len(source) && isWord(source[end]) {
				end++
			}
			out = relaxWord(out, source[i:end], source[end:])
			i = end
		default:
			out = append(out, c)
			i++
		}
	}
	return out
}

// relaxText copies the text that begins at i with the quotes of JSON.
func relaxText(source string, i int, out []byte) (next int, _ []byte) {
	quote := source[i]
	out = append(out, '"')
	for i++; i < len(source) && source[i] != quote; i++ {
		switch {
		case source[i] == '\\' && i+1 < len(source):
			i++
			if source[i] != '\'' {
				out = append(out, '\\')
			}
			out = append(out, source[i])
		case source[i] == '"':
			out = append(out, '\\', '"')
		default:
			out = append(out, source[i])
		}
	}
	if i == len(source) {
		return i, out // no closing quote: the parser says so
	}
	return i + 1, append(out, '"')
}

func relaxWord(out []byte, word, rest string) []byte {
	if strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), ":") {
		out = append(out, '"')
		out = append(out, word...)
		return append(out, '"')
	}
	return append(out, word...)
}

func closes(rest string) bool {
	rest = strings.TrimLeft(rest, " \t\r\n")
	return rest != "" && (rest[0] == '}' || rest[0] == ']')
}

func isWordStart(c byte) bool {
	return c == '_' || c == '$' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isWord(c byte) bool { return isWordStart(c) || c >= '0' && c <= '9' }

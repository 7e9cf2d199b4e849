package sheet

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// builtin are the number formats that files name by a number only and that show dates or times (ECMA-376, 18.8.30).
var builtin = map[int]string{
	14: "m/d/yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
	22: "m/d/yy h:mm", 27: "m/d/yy", 28: "m/d/yy", 29: "m/d/yy", 30: "m/d/yy", 31: "m/d/yy", 32: "h:mm:ss", 33: "h:mm:ss", 34: "h:mm:ss",
	35: "h:mm:ss", 36: "m/d/yy", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 50: "m/d/yy", 51: "m/d/yy", 52: "m/d/yy", 53: "m/d/yy",
	54: "m/d/yy", 55: "m/d/yy", 56: "m/d/yy", 57: "m/d/yy", 58: "m/d/yy",
}

// dateFormat is the format of dates that say no other.
const dateFormat = "m/d/yy"

// IsDate reports whether a number format shows dates or times.
func IsDate(format string) bool {
	for i := 0; i < len(format); i++ {
		switch c := format[i]; c {
		case 'G', 'g':
			if strings.HasPrefix(strings.ToLower(format[i:]), "general") {
				i += len("general") - 1
				continue
			}
			return c == 'g'
		case '"':
			end := strings.IndexByte(format[i+1:], '"')
			if end < 0 {
				return false
			}
			i += end + 1
		case '\\', '_', '*':
			i++
		case '[':
			end := strings.IndexByte(format[i:], ']')
			if end < 0 {
				return false
			}
			if inner := strings.ToLower(format[i+1 : i+end]); inner != "" && strings.Trim(inner, "h") == "" || inner != "" && strings.Trim(inner, "m") == "" || inner != "" && strings.Trim(inner, "s") == "" {
				return true
			}
			i += end
		case '0', '#', '.':
			for i+1 < len(format) && strings.IndexByte("0#?.,E+-%", format[i+1]) >= 0 {
				i++
			}
		case 'M', 'D', 'Y', 'H', 'S', 'E', 'B', 'm', 'd', 'y', 'h', 's', 'e', 'b':
			return true
		}
	}
	return false
}

// formatDate shows a day number by a format of dates: the letters y, m, d, h, s and AM/PM; what else stands in it stays.
func formatDate(format string, day float64) string {
	if day < 0 || day > 2_958_465 || math.IsNaN(day) {
		return ""
	}
	format, _, _ = strings.Cut(format, ";")
	t := time.UnixMilli(int64(dateMS(day))).UTC()
	tokens := dateTokens(format)
	twelve := false
	for _, token := range tokens {
		twelve = twelve || strings.EqualFold(token, "AM/PM") || strings.EqualFold(token, "A/P")
	}
	var b strings.Builder
	for i, token := range tokens {
		b.WriteString(dateToken(token, t, twelve, minutes(tokens, i)))
	}
	return b.String()
}

// dateTokens splits a format into runs of one letter and texts.
func dateTokens(format string) []string {
	var tokens []string
	for i := 0; i < len(format); {
		rest := format[i:]
		n := 1
		switch c := rest[0] | 0x20; {
		case len(rest) >= 5 && strings.EqualFold(rest[:5], "AM/PM"):
			n = 5
		case len(rest) >= 3 && strings.EqualFold(rest[:3], "A/P"):
			n = 3
		case strings.IndexByte("ymdhs", c) >= 0:
			for n < len(rest) && rest[n]|0x20 == c {
				n++
			}
		case rest[0] == '"':
			if end := strings.IndexByte(rest[1:], '"'); end >= 0 {
				n = end + 2
			}
		case rest[0] == '\\' || rest[0] == '_' || rest[0] == '*':
			n = min(2, len(rest))
		case rest[0] == '[':
			if end := strings.IndexByte(rest, ']'); end >= 0 {
				n = end + 1
			}
		}
		tokens = append(tokens, rest[:n])
		i += n
	}
	return tokens
}

// minutes tells whether an "m" means minutes: beside hours or seconds.
func minutes(tokens []string, i int) bool {
	if tokens[i][0]|0x20 != 'm' || len(tokens[i]) > 2 {
		return false
	}
	for k := i - 1; k >= 0; k-- {
		if c := tokens[k][0] | 0x20; strings.IndexByte("ymdhs", c) >= 0 || tokens[k][0] == '[' {
			if c == 'h' || tokens[k][0] == '[' {
				return true
			}
			break
		}
	}
	for k := i + 1; k < len(tokens); k++ {
		if c := tokens[k][0] | 0x20; strings.IndexByte("ymdhs", c) >= 0 {
			return c == 's'
		}
	}
	return false
}

func dateToken(token string, t time.Time, twelve, minutes bool) string {
	hour := t.Hour()
	if twelve {
		hour = (hour+11)%12 + 1
	}
	switch n := len(token); {
	case strings.EqualFold(token, "AM/PM"):
		return t.Format("PM")
	case strings.EqualFold(token, "A/P"):
		return t.Format("PM")[:1]
	case token[0] == '"':
		return strings.Trim(token, `"`)
	case token[0] == '\\' && n == 2:
		return token[1:]
	case token[0] == '_' || token[0] == '*':
		return " "
	case token[0] == '[':
		return fmt.Sprint(hour)
	case token[0]|0x20 == 'y' && n <= 2:
		return t.Format("06")
	case token[0]|0x20 == 'y':
		return t.Format("2006")
	case token[0]|0x20 == 'm' && minutes:
		return padded(t.Minute(), n)
	case token[0]|0x20 == 'm' && n <= 2:
		return padded(int(t.Month()), n)
	case token[0]|0x20 == 'm' && n == 3:
		return t.Format("Jan")
	case token[0]|0x20 == 'm' && n == 5:
		return t.Format("Jan")[:1]
	case token[0]|0x20 == 'm':
		return t.Format("January")
	case token[0]|0x20 == 'd' && n <= 2:
		return padded(t.Day(), n)
	case token[0]|0x20 == 'd' && n == 3:
		return t.Format("Mon")
	case token[0]|0x20 == 'd':
		return t.Format("Monday")
	case token[0]|0x20 == 'h':
		return padded(hour, n)
	case token[0]|0x20 == 's':
		return padded(t.Second(), n)
	}
	return token
}

func padded(n, width int) string {
	if width == 1 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%02d", n)
}

package tablesql

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// pairColumn is a column that every table has besides its own: which item a row
// is. A query for all columns gives it too, as n8n's does.
const pairColumn = "pairedItem"

// tracePrefix begins the names of the columns that are added to a query so that
// its rows tell which items they were made from.
const tracePrefix = "pairedItem of "

func pairText(i, input int) string { return fmt.Sprintf("%d,%d", i, input) }

func parsePair(text string) (item.Pair, bool) {
	left, right, ok := strings.Cut(text, ",")
	i, err := strconv.Atoi(left)
	input, err2 := strconv.Atoi(right)
	return item.Pair{Item: i, Input: input}, ok && err == nil && err2 == nil
}

// word is a token of a query at the depth of the outermost SELECT.
type word struct {
	text string // in upper case
	at   int
}

var tokens = regexp.MustCompile(`'(?:[^']|'')*'|"(?:[^"]|"")*"|` + "`[^`]*`" + `|\[[^\]]*\]|--[^\n]*|(?s:/\*.*?\*/)|[A-Za-z_][A-Za-z_0-9.]*|\S`)

// outer splits a query into the tokens outside of parentheses.
func outer(query string) []word {
	var list []word
	depth := 0
	for _, span := range tokens.FindAllStringIndex(query, -1) {
		text := query[span[0]:span[1]]
		switch {
		case text == "(":
			depth++
		case text == ")":
			depth--
		case strings.HasPrefix(text, "--") || strings.HasPrefix(text, "/*"):
			continue
		}
		if depth == 0 && text != ")" || depth == 1 && text == "(" {
			list = append(list, word{strings.ToUpper(text), span[0]})
		}
	}
	return list
}

var (
	// aggregates make one row of many.
	aggregates = map[string]bool{"COUNT": true, "SUM": true, "AVG": true, "MIN": true, "MAX": true, "TOTAL": true, "GROUP_CONCAT": true}
	inputName  = regexp.MustCompile(`^INPUT\d+$`)
	// behindTable are the words that may follow a table; any other is a name of
	// its own for it.
	behindTable = map[string]bool{
		"": true, "WHERE": true, "JOIN": true, "INNER": true, "LEFT": true, "RIGHT": true, "FULL": true, "OUTER": true, "CROSS": true, "NATURAL": true,
		"ON": true, "USING": true, "ORDER": true, "GROUP": true, "LIMIT": true, "UNION": true, "EXCEPT": true, "INTERSECT": true, "HAVING": true, ",": true, ";": true, "OFFSET": true,
	}
)

// trace adds columns to a query that tell the items of a row. known is false
// where the query names its tables otherwise, so that rows cannot be followed
// back, as in n8n.
func trace(query string) (traced string, known bool) {
	words := outer(query)
	at := func(i int) string {
		if i < len(words) {
			return words[i].text
		}
		return ""
	}
	from, tables, gathers := -1, []string(nil), false
	for i := range words {
		switch w := at(i); {
		case w == ";" && i < len(words)-1:
			return query, false
		case w == "GROUP" || w == "UNION" || aggregates[w] && at(i+1) == "(":
			gathers = true
		case w == "FROM" && from < 0:
			from = i
		case from >= 0 && inputName.MatchString(w) && (at(i-1) == "FROM" || at(i-1) == "JOIN" || at(i-1) == ","):
			if !behindTable[at(i+1)] {
				return query, false
			}
			tables = append(tables, strings.ToLower(w))
		}
	}
	whole := len(words) > 2 && at(0) == "SELECT" && at(1) == "*" && at(2) == "FROM"
	if from < 0 || whole || at(0) != "SELECT" || at(1) == "DISTINCT" || gathers {
		return query, true
	}
	var columns strings.Builder
	for _, t := range tables {
		fmt.Fprintf(&columns, ", %s.%s AS %s ", t, pairColumn, quoted(tracePrefix+t))
	}
	cut := words[from].at
	return query[:cut] + columns.String() + query[cut:], true
}

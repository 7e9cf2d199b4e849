package tablesql_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
	"github.com/jobsprint/jobsprint/nodes/tablesql"
)

const inputs = `[[{"id":1,"name":"ann","n":5,"t":["a"],"b":true},{"id":2,"name":"Bob","n":2.5,"b":false,"x y":"q"},{"id":3,"n":null}],[{"id":2,"city":"Z"},{"id":1,"city":"Q"}]]`

func TestQuery(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		`SELECT * FROM input1`: `[{"id":1,"name":"ann","n":5,"t":["a"],"b":true},{"id":2,"name":"Bob","n":2.5,"b":false,"x y":"q"},{"id":3,"n":null}]`,
		`SELECT input1.id, input2.city FROM input1 JOIN input2 ON input1.id = input2.id ORDER BY input1.id`: `[{"id":1,"city":"Q"},{"id":2,"city":"Z"}]`,
		`SELECT a.id, b.city FROM input1 a LEFT JOIN input2 AS b ON a.id = b.id ORDER BY a.id DESC LIMIT 2`: `[{"id":3},{"id":2,"city":"Z"}]`,
		`SELECT COUNT(*) AS c, SUM(n) AS s FROM input1`:                                                     `[{"c":3,"s":7.5}]`,
		`SELECT id, nope, input1.none FROM input1 WHERE b = true`:                                           `[{"id":1}]`,
		`SELECT a.id, a.nope, b.none FROM input1 a, input2 b WHERE a.id = b.id AND city LIKE 'q'`:           `[{"id":1}]`,
		`-- the last one
		with t as (select max(id) as m from input1) select m from t`: `[{"m":3}]`,
		`SELECT * FROM input1 WHERE id > 9`:               `null`,
		`SELECT id FROM input1 WHERE name = ? AND id = ?`: `[{"id":2}]`,
	} {
		var params []item.Value
		if strings.Contains(query, "?") {
			params = []item.Value{item.String("Bob"), item.Int(2)}
		}
		rows, _, err := tablesql.Query(t.Context(), query, params, nodetest.Inputs(inputs))
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		got := "null"
		if rows != nil {
			got = item.Array(rows).JSON()
		}
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", query, got, want)
		}
	}
}

func TestNothingButReading(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		`DELETE FROM input1`, `ATTACH DATABASE '/tmp/x' AS x`, `VACUUM INTO '/tmp/x'`, `PRAGMA query_only=0`, ``, `SELECTED`, `/* SELECT */ DROP TABLE input1`,
	} {
		if _, _, err := tablesql.Query(t.Context(), query, nil, nodetest.Inputs(inputs)); !errors.Is(err, tablesql.ErrNotARead) {
			t.Errorf("%s: %v", query, err)
		}
	}
	for _, query := range []string{
		`SELECT 1; ATTACH DATABASE '/tmp/jobsprint-none.db' AS x`, `SELECT 1; DELETE FROM input1`, `WITH t AS (SELECT 1) DELETE FROM input1`, `SELECT load_extension('x')`, `SELECT * FROM nowhere`, `SELECT FROM`,
	} {
		if rows, _, err := tablesql.Query(t.Context(), query, nil, nodetest.Inputs(inputs)); err == nil {
			t.Errorf("%s gives %v", query, rows)
		}
	}
}

func TestQueriesEnd(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, _, err := tablesql.Query(ctx, `WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t`, nil, nodetest.Inputs(inputs))
	if err == nil {
		t.Error("a query without end ended")
	}
}

func TestRowsTellWhichItemsTheyWereMadeFrom(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"SELECT * FROM input1": "0 | 1 | 2",
		"SELECT input1.id, city FROM input1 JOIN input2 ON input1.id = input2.id ORDER BY input1.id": "0 1.1 | 1 0.1",
		"SELECT * FROM input1 JOIN input2 ON input1.id = input2.id ORDER BY input1.id":               "1.1 | 0.1",
		"SELECT input1.*, input2.city FROM input1, input2 WHERE input1.id = input2.id":               "0 1.1 0 | 1 0.1 1",
		"SELECT *, 1 AS one FROM input1":                              "0 0 | 1 1 | 2 2",
		"SELECT id, (SELECT max(id) FROM input2) AS m FROM input1":    "0 | 1 | 2",
		"SELECT COUNT(*) AS n FROM input1":                            "",
		"SELECT b FROM input1 GROUP BY b":                             " |  | ",
		"SELECT a.id FROM input1 a":                                   "unknown",
		"SELECT id FROM input1 WHERE id IN (SELECT id FROM input2)":   "0 | 1",
		"SELECT 'from x' AS t, id FROM input1 -- from\n WHERE id = 3": "2",
		"SELECT id FROM input1 UNION ALL SELECT id FROM input2":       " |  |  |  | ",
	} {
		rows, pairs, err := tablesql.Query(t.Context(), query, nil, nodetest.Inputs(inputs))
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		got := "unknown"
		if pairs != nil {
			texts := make([]string, len(pairs))
			for i, list := range pairs {
				words := make([]string, len(list))
				for k, p := range list {
					words[k] = strconv.Itoa(p.Item)
					if p.Input > 0 {
						words[k] += "." + strconv.Itoa(p.Input)
					}
				}
				texts[i] = strings.Join(words, " ")
			}
			got = strings.Join(texts, " | ")
		}
		if got != want || strings.Contains(item.Array(rows).JSON(), "pairedItem") {
			t.Errorf("%s: %q of %s, want %q", query, got, item.Array(rows).JSON(), want)
		}
	}
}

package projections

import (
	"fmt"
	"strings"
)

// Dialect is what differs between the databases; a small value, so that a
// projection is written once. All else that the runtime writes is SQL that
// SQLite and Postgres read alike.
type Dialect struct {
	Name string
	// Types names the column types, by Type.
	Types [2]string
	// TableSuffix ends a CREATE TABLE.
	TableSuffix string
	// Numbered: arguments are $1, $2, … in place of "?".
	Numbered bool
	// MaxRows is how many rows one INSERT may hold.
	MaxRows int
}

// SQLite is the dialect of the one database that is there now. Tables without
// rowid keep the row in the key's own tree: one tree less to write.
func SQLite() Dialect {
	return Dialect{Name: "sqlite", Types: [2]string{"TEXT", "INTEGER"}, TableSuffix: " WITHOUT ROWID", MaxRows: 32}
}

// Rebind turns the "?" of portable SQL into the dialect's form. Text in
// quotes is left as it is.
func (d Dialect) Rebind(query string) string {
	if !d.Numbered || !strings.Contains(query, "?") {
		return query
	}
	var b strings.Builder
	n, quoted := 0, false
	for _, r := range query {
		switch {
		case r == '\'':
			quoted = !quoted
		case r == '?' && !quoted:
			n++
			fmt.Fprintf(&b, "$%d", n)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// rowsAtOnce is how many of n rows the next INSERT takes.
func (d Dialect) rowsAtOnce(n int) int {
	for _, size := range []int{d.MaxRows, 8} {
		if n >= size {
			return size
		}
	}
	return 1
}

// createTable gives the statements that make a table and its indexes under
// its physical name.
func (d Dialect) createTable(t *table, physical string) []string {
	var cols strings.Builder
	for _, c := range t.Columns {
		zero := "''"
		if c.Type == Integer {
			zero = "0"
		}
		fmt.Fprintf(&cols, "%s %s NOT NULL DEFAULT %s, ", c.Name, d.Types[c.Type], zero)
	}
	out := []string{fmt.Sprintf("CREATE TABLE %s (%sPRIMARY KEY (%s))%s", physical, cols.String(), strings.Join(t.Key, ", "), d.TableSuffix)}
	for i, index := range t.Indexes {
		out = append(out, fmt.Sprintf("CREATE INDEX %s_i%d ON %s (%s)", physical, i, physical, strings.Join(index, ", ")))
	}
	return out
}

// put writes n whole rows.
func (d Dialect) put(t *table, physical string, n int) string {
	names := make([]string, len(t.Columns))
	var set []string
	for i, c := range t.Columns {
		names[i] = c.Name
		if i >= len(t.Key) {
			set = append(set, c.Name+" = excluded."+c.Name)
		}
	}
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ") + ")"
	rows := strings.TrimSuffix(strings.Repeat(row+", ", n), ", ")
	return d.Rebind(fmt.Sprintf("INSERT INTO %s (%s) VALUES %s ON CONFLICT (%s) DO UPDATE SET %s",
		physical, strings.Join(names, ", "), rows, strings.Join(t.Key, ", "), strings.Join(set, ", ")))
}

// change alters the columns that modes names; "" when it names none.
func (d Dialect) change(t *table, physical string, modes []mode) string {
	var set []string
	for i, m := range modes {
		name := t.Columns[len(t.Key)+i].Name
		switch m {
		case modeSet:
			set = append(set, name+" = ?")
		case modeAdd:
			set = append(set, name+" = "+name+" + ?")
		}
	}
	if len(set) == 0 {
		return ""
	}
	return d.Rebind(fmt.Sprintf("UPDATE %s SET %s WHERE %s", physical, strings.Join(set, ", "), whereKey(t)))
}

func (d Dialect) delete(t *table, physical string) string {
	return d.Rebind(fmt.Sprintf("DELETE FROM %s WHERE %s", physical, whereKey(t)))
}

func whereKey(t *table) string { return strings.Join(t.Key, " = ? AND ") + " = ?" }

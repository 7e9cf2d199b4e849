package projections

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
)

// Limits of a page.
const (
	DefaultPageLimit = 50
	MaxPageLimit     = 500
)

// Page is one part of a list, newest first.
type Page[T any] struct {
	Items []T
	// Next is the token of the next page, empty on the last one.
	Next string
}

// mark is the place in a list behind which a page begins: the last row of the
// page before, by time and id. Rows that come or go meanwhile neither repeat
// nor skip others.
type mark struct {
	at int64
	id string
}

// pageFormat is the first byte of a token: the meaning of the rest.
const pageFormat = 1

// maxIDBytes bounds the id in a token.
const maxIDBytes = 128

func (m mark) token() string {
	b := binary.BigEndian.AppendUint64([]byte{pageFormat}, uint64(m.at))
	return base64.RawURLEncoding.EncodeToString(append(b, m.id...))
}

// parseMark reads a token; the empty one is the beginning.
func parseMark(token string) (mark, error) {
	if token == "" {
		return mark{at: math.MaxInt64}, nil
	}
	if len(token) > 2*maxIDBytes {
		return mark{}, ErrBadPage
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) < 10 || len(b) > 9+maxIDBytes || b[0] != pageFormat {
		return mark{}, fmt.Errorf("%w: %q", ErrBadPage, token)
	}
	m := mark{int64(binary.BigEndian.Uint64(b[1:9])), string(b[9:])}
	if m.at < 0 || plainText(m.id) != m.id {
		return mark{}, fmt.Errorf("%w: %q", ErrBadPage, token)
	}
	return m, nil
}

// pageLimit checks a limit; 0 means DefaultPageLimit.
func pageLimit(n int) (int, error) {
	switch {
	case n == 0:
		return DefaultPageLimit, nil
	case n < 0 || n > MaxPageLimit:
		return 0, fmt.Errorf("%w: limit %d is not between 1 and %d", ErrBadFilter, n, MaxPageLimit)
	}
	return n, nil
}

// pageOf cuts a list that was asked for with one row more than the page holds.
func pageOf[T any](list []T, limit int, at func(T) mark) Page[T] {
	if len(list) <= limit {
		return Page[T]{Items: list}
	}
	list = list[:limit]
	return Page[T]{Items: list, Next: at(list[limit-1]).token()}
}

// listing builds the query of a page: for each status one range of an index,
// all merged. Without it a list of several statuses would sort all its rows.
type listing struct {
	table, columns, order string
	where                 []string // conditions with "?"
	args                  []any
	after                 mark
	limit                 int
	statuses              []string
	// extra is one more condition on the rows of a status.
	extra map[string]string
}

func (l listing) query() (string, []any) {
	var args []any
	q := ""
	for i, s := range l.statuses {
		if i > 0 {
			q += " UNION ALL "
		}
		q += fmt.Sprintf("SELECT * FROM (SELECT %s FROM %s WHERE status = ?", l.columns, l.table)
		for _, w := range l.where {
			q += " AND " + w
		}
		if x := l.extra[s]; x != "" {
			q += " AND " + x
		}
		q += fmt.Sprintf(" AND (%s, id) < (?, ?) ORDER BY %s DESC, id DESC LIMIT ?) AS s%d", l.order, l.order, i)
		args = append(append(append(args, s), l.args...), l.after.at, l.after.id, l.limit+1)
	}
	q = fmt.Sprintf("SELECT * FROM (%s) AS page ORDER BY %s DESC, id DESC LIMIT ?", q, l.order)
	return q, append(args, l.limit+1)
}

// Queries asks the read models. Answers are as fresh as the projector has
// come: call Projector.Wait first to demand more.
type Queries struct {
	p *Projector
}

// Queries gives the questions that the read models answer.
func (p *Projector) Queries() *Queries { return &Queries{p} }

// each runs a query of a projection and calls scan for every row.
func (q *Queries) each(ctx context.Context, projection, query string, args []any, scan func(func(...any) error) error) error {
	if err := q.p.state.answers(projection); err != nil {
		return err
	}
	rows, err := q.p.backend.Reader().QueryContext(ctx, q.p.backend.Dialect().Rebind(query), args...)
	if err != nil {
		return fmt.Errorf("query the %s: %w", projection, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows.Scan); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("query the %s: %w", projection, err)
	}
	return nil
}

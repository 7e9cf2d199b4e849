package projections

import (
	"context"
	"database/sql"
)

// Backend is a database for read models, as the runtime needs it. The suite in
// projectionstest says what it must keep.
type Backend interface {
	Dialect() Dialect
	// Update runs fn in one write transaction, which takes place as a whole
	// when fn and Update return no error, and else not at all. There is one
	// writer: a second Update waits for the first.
	Update(ctx context.Context, fn func(Tx) error) error
	// Reader answers queries, each from one consistent state, while Update
	// runs. It cannot write.
	Reader() *sql.DB
	// Close ends all connections.
	Close() error
}

// Tx is a write transaction. Queries are in the backend's own dialect.
type Tx interface {
	// Exec runs one statement. A backend may send many at once: an error may
	// come with a later call or with Update.
	Exec(query string, args ...any) error
	// Query runs one query, after all statements before it, and calls scan
	// for each row.
	Query(query string, args []any, scan func(scan func(dest ...any) error) error) error
}

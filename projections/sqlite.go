package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/jobsprint/jobsprint/migrations"
)

// Limits of the SQLite backend.
const (
	// maxReaders is the number of connections for queries.
	maxReaders = 4
	// maxPrepared bounds the writer's prepared statements; beyond it all are
	// closed and made again.
	maxPrepared = 256
	// maxCheckedBytes is the largest file that is read through at Open to see
	// whether it is sound. Of a larger one only the books are read.
	maxCheckedBytes = 32 << 20
)

// sqliteBackend keeps the read models in one SQLite file. WAL with
// synchronous NORMAL writes no sync per transaction: what a power loss takes
// is read again from the log.
type sqliteBackend struct {
	mu       sync.Mutex
	write    *sql.DB
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
	read     *sql.DB
	// temp is a folder that Close removes; empty for a file that is kept.
	temp string
}

// OpenSQLite opens the file at path, making it when it is missing, and brings
// its books up to date. An empty path means a temporary file that Close
// removes. A file that is damaged, or of a later version of Jobsprint, is
// moved aside with a notice, since all in it can be had from the log.
func OpenSQLite(ctx context.Context, path string, logger *slog.Logger) (Backend, error) {
	temp := ""
	if path == "" {
		dir, err := os.MkdirTemp("", "jobsprint-read-")
		if err != nil {
			return nil, fmt.Errorf("make a temporary folder for read models: %w", err)
		}
		temp, path = dir, filepath.Join(dir, "read.sqlite")
	}
	b, err := openSQLiteFile(ctx, path)
	if isUnusable(err) {
		aside, moveErr := moveAside(path)
		if moveErr != nil {
			return nil, errors.Join(err, moveErr)
		}
		logger.Warn("the read models' file cannot be used; it is rebuilt from the log", "file", path, "moved_to", aside, "error", err)
		b, err = openSQLiteFile(ctx, path)
	}
	if err != nil {
		err = fmt.Errorf("open the read models %s: %w", path, err)
		if temp != "" {
			err = errors.Join(err, os.RemoveAll(temp))
		}
		return nil, err
	}
	b.temp = temp
	return b, nil
}

func openSQLiteFile(ctx context.Context, path string) (_ *sqliteBackend, err error) {
	b := &sqliteBackend{prepared: map[string]*sql.Stmt{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Close())
		}
	}()
	if b.write, err = sql.Open("sqlite", sqliteName(path, writerPragmas)); err != nil {
		return nil, err
	}
	b.write.SetMaxOpenConns(1)
	if err = b.prepareFile(ctx, path); err != nil {
		return nil, err
	}
	if b.conn, err = b.write.Conn(ctx); err != nil {
		return nil, err
	}
	if b.read, err = sql.Open("sqlite", sqliteName(path, readerPragmas)); err != nil {
		return nil, err
	}
	b.read.SetMaxOpenConns(maxReaders)
	b.read.SetMaxIdleConns(maxReaders)
	return b, nil
}

// Pragmas of the two kinds of connection. The WAL may grow to 16 MiB before it
// is written back: fewer syncs for the same rows.
var (
	writerPragmas = url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)", "wal_autocheckpoint(4000)", "cache_size(-16000)", "temp_store(MEMORY)",
	}}
	readerPragmas = url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "query_only(1)", "cache_size(-4000)"}}
)

func sqliteName(path string, v url.Values) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: v.Encode()}
	return u.String()
}

// errUnsound reports a file that SQLite opens but finds wrong.
var errUnsound = errors.New("the database is damaged")

// errLater reports books that a later version has written.
var errLater = errors.New("the database is of a later version")

// prepareFile looks whether the file is sound and migrates its books.
func (b *sqliteBackend) prepareFile(ctx context.Context, path string) error {
	if st, err := os.Stat(path); err == nil && st.Size() > 0 && st.Size() <= maxCheckedBytes {
		var answer string
		if err := b.write.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&answer); err != nil {
			return err
		} else if answer != "ok" {
			return fmt.Errorf("%w: %s", errUnsound, answer)
		}
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, b.write, migrations.SQLite())
	if err != nil {
		return err
	}
	current, target, err := p.GetVersions(ctx)
	if err == nil && current > target {
		return fmt.Errorf("%w: %d, this one knows %d", errLater, current, target)
	}
	if err == nil {
		_, err = p.Up(ctx)
	}
	return err
}

// isUnusable reports an error that another file in its place would not have.
func isUnusable(err error) bool {
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() & 0xff {
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR:
			return true
		}
	}
	return errors.Is(err, errUnsound) || errors.Is(err, errLater)
}

// moveAside renames the file and what belongs to it to the first free name.
func moveAside(path string) (string, error) {
	aside := path + ".damaged-1"
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, os.ErrNotExist) {
			break
		}
		aside = fmt.Sprintf("%s.damaged-%d", path, n)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("move a damaged file aside: %w", err)
		}
	}
	return aside, nil
}

// Dialect is SQLite's.
func (b *sqliteBackend) Dialect() Dialect { return SQLite() }

// Reader is the pool of connections that only read.
func (b *sqliteBackend) Reader() *sql.DB { return b.read }

// Update runs fn in a transaction on the one writing connection. Once begun it
// is not interrupted: a context that can end costs a goroutine for every
// statement in this driver, and a batch is short.
func (b *sqliteBackend) Update(ctx context.Context, fn func(Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.conn == nil {
		return ErrClosed
	}
	tx := sqliteTx{b: b, ctx: context.WithoutCancel(ctx)}
	if err := tx.Exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := fn(tx)
	if err == nil {
		err = tx.Exec("COMMIT")
	}
	if err != nil {
		// The rollback's own error tells nothing more: without it the next
		// BEGIN fails.
		_ = tx.Exec("ROLLBACK")
	}
	return err
}

// Close ends all connections and removes a temporary file.
func (b *sqliteBackend) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var errs []error
	if b.read != nil {
		errs = append(errs, b.read.Close())
	}
	b.forget()
	if b.conn != nil {
		errs = append(errs, b.conn.Close())
		b.conn = nil
	}
	if b.write != nil {
		errs = append(errs, b.write.Close())
	}
	if b.temp != "" {
		errs = append(errs, os.RemoveAll(b.temp))
	}
	return errors.Join(errs...)
}

func (b *sqliteBackend) forget() {
	for q, st := range b.prepared {
		_ = st.Close() // only frees memory
		delete(b.prepared, q)
	}
}

type sqliteTx struct {
	b   *sqliteBackend
	ctx context.Context
}

func (t sqliteTx) statement(query string) (*sql.Stmt, error) {
	if st, ok := t.b.prepared[query]; ok {
		return st, nil
	}
	if len(t.b.prepared) >= maxPrepared {
		t.b.forget()
	}
	st, err := t.b.conn.PrepareContext(t.ctx, query)
	if err == nil {
		t.b.prepared[query] = st
	}
	return st, err
}

// Exec runs a prepared statement.
func (t sqliteTx) Exec(query string, args ...any) error {
	st, err := t.statement(query) //nolint:sqlclosecheck // it is kept for the next call; forget closes it
	if err == nil {
		_, err = st.ExecContext(t.ctx, args...)
	}
	return err
}

// Query runs a prepared query.
func (t sqliteTx) Query(query string, args []any, scan func(func(dest ...any) error) error) error {
	st, err := t.statement(query) //nolint:sqlclosecheck // it is kept for the next call; forget closes it
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(t.ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/ncruces/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/secret"
)

// Ledger is safe for concurrent use.
type Ledger struct {
	cfg     Config
	now     func() time.Time
	log     zerolog.Logger
	dialect dialect
	where   string // for messages
	// mu is held for reading while db is used, and for writing to replace it.
	mu sync.RWMutex
	db *sql.DB
	// memory is what db works on while the file cannot be written; nil when it can.
	memory *memory
	// writing lets one writer in at a time where the database does; waiting here is fair, waiting there is not.
	writing sync.Mutex
	// leasing has connections for leases alone: what else is asked of the ledger must not keep one from being renewed. nil with
	// SQLite.
	leasing *sql.DB
	// acting is the replica that writes; nil: the ledger has one user.
	acting atomic.Pointer[fence]
}

// dialect is where SQLite and PostgreSQL differ.
type dialect struct {
	name string
	// words replace the place holders of migrations.
	words *strings.Replacer
	// lockMigrations keeps other processes from migrating at the same time, until the transaction ends; empty: the
	// transaction does.
	lockMigrations string
	// shrink gives freed space back; empty: the server does.
	shrink string
}

var (
	sqliteDialect = dialect{
		name: "sqlite", shrink: "PRAGMA incremental_vacuum(2000)",
		words: strings.NewReplacer("{id}", "INTEGER PRIMARY KEY AUTOINCREMENT", "{bytes}", "BLOB", "{real}", "REAL"),
	}
	postgresDialect = dialect{
		name: "postgres", lockMigrations: "SELECT pg_advisory_xact_lock(7162405901)",
		words: strings.NewReplacer("{id}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "{bytes}", "BYTEA", "{real}",
			"DOUBLE PRECISION"),
	}
)

// Options are what Open may be given beyond its configuration.
type Options struct {
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	Log zerolog.Logger
}

// Open opens the ledger, creates it when there is none and brings its tables up to date. A ledger that a newer version has
// written is refused. A file that is there and cannot be written (disk full, read-only) is no error: the ledger then begins in
// memory, see [Ledger.Status]. One that cannot be created is an error, because then nothing was kept so far.
func Open(ctx context.Context, cfg Config, o Options) (*Ledger, error) {
	l := &Ledger{cfg: cfg, now: o.Now, log: o.Log}
	if l.now == nil {
		l.now = time.Now
	}
	db, err := l.connect(ctx)
	if err == nil {
		l.db = db
		return l, nil
	}
	if !cfg.postgres() && unwritable(err) {
		if file, missing := os.Stat(cfg.File); missing == nil && file.Mode().IsRegular() {
			err = l.intoMemory(ctx, err)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open ledger %s: %w", l.where, l.words(err))
	}
	return l, nil
}

// connect opens the database and brings its tables up to date.
func (l *Ledger) connect(ctx context.Context) (*sql.DB, error) {
	if !l.cfg.postgres() {
		l.dialect, l.where = sqliteDialect, l.cfg.File
		return l.openFile(ctx)
	}
	l.dialect, l.where = postgresDialect, "in PostgreSQL"
	resolve := func() (secret.String, error) { return secret.Resolve(l.cfg.PostgresURL, l.cfg.PostgresURLFile) }
	dsn, err := resolve()
	if err != nil {
		return nil, fmt.Errorf("postgres_url: %w", err)
	}
	db, err := openPostgres(dsn.Reveal(), resolve)
	if err != nil {
		return nil, err
	}
	if db, err = l.upToDate(ctx, db); err != nil {
		return nil, err
	}
	if l.leasing, err = openPostgres(dsn.Reveal(), resolve); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	l.leasing.SetMaxOpenConns(2)
	return db, nil
}

func (l *Ledger) openFile(ctx context.Context) (*sql.DB, error) {
	if dir := filepath.Dir(l.cfg.File); dir != "." {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, err
		}
	}
	db, err := sql.Open("sqlite3", sqliteURL(l.cfg.File,
		"busy_timeout(10000)", "auto_vacuum(incremental)", "journal_mode(wal)", "synchronous(full)", "cache_size(-2000)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	return l.upToDate(ctx, db)
}

func (l *Ledger) upToDate(ctx context.Context, db *sql.DB) (*sql.DB, error) {
	if err := l.migrate(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// sqliteURL makes the data source name of a file; transactions take the write lock when they begin.
func sqliteURL(file string, pragmas ...string) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": pragmas}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file), RawQuery: q.Encode()}).String()
}

var errMalformed = errors.New("postgres_url: not a connection string: write it as postgres://user:password@host:5432/database")

// openPostgres never shows the connection string, nor what its parser says of it: it holds a password. renewed, when there is
// one, is asked for the connection string at each new connection: a password that changes from time to time needs no restart.
func openPostgres(dsn string, renewed func() (secret.String, error)) (*sql.DB, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errMalformed
	}
	db := stdlib.OpenDB(*cfg, stdlib.OptionBeforeConnect(func(_ context.Context, c *pgx.ConnConfig) error {
		if renewed == nil {
			return nil
		}
		dsn, err := renewed()
		if err != nil {
			return err
		}
		now, err := pgx.ParseConfig(dsn.Reveal())
		if err != nil {
			return errMalformed
		}
		c.User, c.Password = now.User, now.Password
		return nil
	}))
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(4)
	return db, nil
}

// Close closes the ledger. An error says what is lost, when something could not be written to the file.
func (l *Ledger) Close() error {
	errs := []error{l.closeMemory(), l.db.Close()}
	if l.leasing != nil {
		errs = append(errs, l.leasing.Close())
	}
	return errors.Join(errs...)
}

// Ping reports whether the ledger answers.
func (l *Ledger) Ping(ctx context.Context) error {
	var one int
	return l.wrap("ask", l.row(ctx, "SELECT 1", nil, &one))
}

// write runs do in one transaction and says what it was about when it fails. Nothing of a failed one is kept. do may be run
// more than once, and later.
func (l *Ledger) write(ctx context.Context, what string, do func(context.Context, *sql.Tx) error) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.memory != nil {
		return l.wrap(what, l.keepInMemory(ctx, do))
	}
	err := l.transact(ctx, l.db, do)
	if err == nil || l.cfg.postgres() || !unwritable(err) {
		return l.wrap(what, err)
	}
	if err := l.intoMemory(ctx, err); err != nil {
		return l.wrap(what, err)
	}
	return l.wrap(what, l.keepInMemory(ctx, do))
}

func (l *Ledger) transact(ctx context.Context, db *sql.DB, do func(context.Context, *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(ctx, tx); err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			err = errors.Join(err, undo)
		}
		return err
	}
	return tx.Commit()
}

// exec is write for a single statement.
func (l *Ledger) exec(ctx context.Context, what, query string, args ...any) error {
	return l.write(ctx, what, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
}

// row reads the one row of a query.
func (l *Ledger) row(ctx context.Context, query string, args []any, into ...any) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.db.QueryRowContext(ctx, query, args...).Scan(into...)
}

// each runs a query and calls scan, which must not ask the ledger, for every row.
func (l *Ledger) each(ctx context.Context, query string, args []any, scan func(*sql.Rows) error) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return eachOf(ctx, l.db, query, args, scan)
}

func eachOf(ctx context.Context, db *sql.DB, query string, args []any, scan func(*sql.Rows) error) (err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (l *Ledger) wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("ledger: %s: %w", what, l.words(err))
}

// words adds what an operator can do about a database that cannot write.
func (l *Ledger) words(err error) error {
	switch {
	case errors.Is(err, sqlite3.FULL), errors.Is(err, sqlite3.IOERR):
		return fmt.Errorf("%s cannot be written, is the disk full: %w", l.cfg.File, err)
	case errors.Is(err, sqlite3.READONLY):
		return fmt.Errorf("%s cannot be written, check its owner and the disk: %w", l.cfg.File, err)
	case errors.Is(err, sqlite3.CANTOPEN):
		return fmt.Errorf("%s cannot be opened, check that its folder exists and is writable: %w", l.cfg.File, err)
	case errors.Is(err, sqlite3.NOTADB), errors.Is(err, sqlite3.CORRUPT):
		return fmt.Errorf("%s is damaged: restore it, or move it away to start a new one: %w", l.cfg.File, err)
	}
	return err
}

// millis and fromMillis translate times to and from the tables.
func millis(t time.Time) int64 { return t.UnixMilli() }

func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/overlay"
	"github.com/mskfit/mskfit/internal/workload"
)

// schema: what a sample says goes into log, a row each; fold moves it into days, a row per series and UTC day. Days of one
// series lie
// next to each other, so that a long window of it is read in one go.
const schema = `
CREATE TABLE IF NOT EXISTS series (
	id       INTEGER PRIMARY KEY,
	cluster  TEXT NOT NULL,
	level    TEXT NOT NULL,
	name     TEXT NOT NULL,
	quantity TEXT NOT NULL,
	source   TEXT NOT NULL,
	UNIQUE (cluster, level, name, quantity, source)
);
CREATE TABLE IF NOT EXISTS days (
	-- series × 65536 + day since 1970
	id     INTEGER PRIMARY KEY,
	day    INTEGER NOT NULL,
	points BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS days_by_day ON days (day);
CREATE TABLE IF NOT EXISTS log (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	cluster TEXT NOT NULL,
	-- minutes since 1970: [first, beyond)
	first   INTEGER NOT NULL,
	beyond  INTEGER NOT NULL,
	series  BLOB NOT NULL,
	points  BLOB NOT NULL
);
-- a read of one cluster must not pass over the minutes of all others
CREATE INDEX IF NOT EXISTS log_by_cluster ON log (cluster);
PRAGMA user_version = 1;`

// schemaVersion is what user_version is in a file of this schema.
const schemaVersion = 1

// dayKey is the row of a series' day.
func dayKey(series, day int64) int64 { return series<<16 | day }

// sqlite is the embedded store: one SQLite file, which one process writes and others may read.
type sqlite struct {
	cfg  Config
	file string
	log  zerolog.Logger
	lock *os.File
	// onlyReads: another process may have it open for writing.
	onlyReads bool

	// mu is held for reading while db is used, and for writing to replace it.
	mu sync.RWMutex
	// db is what reads; nil when the file could not be opened so far. writer is one connection for writes, so that they do not wait
	// for those that read; nil: nothing is written.
	db, writer *sql.DB
	// overlay is what db reads while the disk cannot be written; nil otherwise.
	overlay *overlay.FS
	// writing lets one writer in at a time. It guards the rest.
	writing  sync.Mutex
	writable bool
	ids      map[seriesID]int64
	newest   int64 // the minute behind the newest that is stored
	logged   int   // observations that were written since the log was moved into days
	foldedAt time.Time
}

// errLocked: another process has the store open.
var errLocked = errors.New("in use by another process")

// errReadOnly: a store that was opened for reading takes nothing.
var errReadOnly = errors.New("the history is open read-only")

// fileName is the database in the history's directory.
const fileName = "history.db"

// openSQLite opens or creates the store for writing. A folder that cannot be written is no error: the store then answers from
// what is
// there and is tried again at each write; the second error says why. Without a store, the error says why there is none.
func openSQLite(cfg Config, log zerolog.Logger) (*sqlite, error) {
	s := &sqlite{cfg: cfg, file: filepath.Join(cfg.Dir, fileName), log: log}
	err := s.open()
	if err == nil {
		return s, nil
	}
	if !unwritable(err) {
		return nil, errors.Join(err, s.close())
	}
	_ = s.openReading() // what is there can be read, or nothing is
	return s, err
}

// open opens the file for writing.
func (s *sqlite) open() error {
	if err := os.MkdirAll(s.cfg.Dir, 0o750); err != nil {
		return err
	}
	if s.lock == nil {
		lock, err := lockFile(filepath.Join(s.cfg.Dir, "lock"))
		if err != nil {
			return fmt.Errorf("%s: %w", s.cfg.Dir, err)
		}
		s.lock = lock
	}
	if err := s.room(0); err != nil {
		return err
	}
	writer, err := openDB(s.file, "rwc", "busy_timeout(10000)", "auto_vacuum(incremental)", "journal_mode(wal)",
		"synchronous(normal)", "journal_size_limit(16000000)", "cache_size(-4000)")
	if err != nil {
		return s.words(err)
	}
	if err := s.prepare(writer); err != nil {
		return s.words(errors.Join(err, writer.Close()))
	}
	writer.SetMaxOpenConns(1)
	db, err := openDB(s.file, "rw", "busy_timeout(10000)", "cache_size(-4000)")
	if err != nil {
		return s.words(errors.Join(err, writer.Close()))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db != nil {
		_ = s.db.Close() // it was open for reading
	}
	s.closeOverlay()
	s.db, s.writer, s.writable, s.ids = db, writer, true, map[seriesID]int64{}
	return nil
}

// prepare creates the tables, reads over what an earlier version has left, and finds out what is stored.
func (s *sqlite) prepare(db *sql.DB) error {
	ctx := context.Background()
	version := 0
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > schemaVersion {
		return fmt.Errorf("it was written by a newer version of mskfit (schema %d, this one supports up to %d): run that version or a later one", version, schemaVersion)
	}
	if _, err := db.ExecContext(ctx, schema); err != nil { // an index of a later program may be missing
		return err
	}
	if err := s.importEarlier(ctx, db); err != nil {
		return err
	}
	return db.QueryRowContext(ctx, "SELECT max(coalesce((SELECT max(beyond) FROM log), 0), coalesce((SELECT max(day) FROM days), 0) * 1440)").Scan(&s.newest)
}

// openReading opens the file without writing to its folder; nil when there is none. On a disk that cannot be written there is
// no room
// for what readers and a writer share: the file is then read by one connection, from an overlay.
func (s *sqlite) openReading() error {
	if _, err := os.Stat(s.file); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		return err
	}
	db, err := openDB(s.file, "ro", "busy_timeout(10000)", "cache_size(-4000)")
	if err == nil {
		if err = s.reads(db); err == nil {
			return nil
		}
	}
	if unused := s.unused(); unused != nil {
		return errors.Join(err, unused)
	}
	s.overlay = overlay.New()
	db, again := sql.Open("sqlite3", s.overlay.URL(s.file))
	if again == nil {
		db.SetMaxOpenConns(1)
		again = s.reads(db)
	}
	if again != nil {
		return errors.Join(err, again)
	}
	return nil
}

// reads takes a database that can be read; one that is only just being made is none yet.
func (s *sqlite) reads(db *sql.DB) error {
	var version int
	err := db.QueryRow("PRAGMA user_version").Scan(&version)
	if err != nil || version == 0 {
		return errors.Join(err, db.Close())
	}
	s.db = db
	return nil
}

// unused is an error while another process has the store open.
func (s *sqlite) unused() error {
	if s.lock != nil {
		return nil
	}
	return probeLock(filepath.Join(s.cfg.Dir, "lock"))
}

// openDB opens a file; mode is that of its URL.
func openDB(file, mode string, pragmas ...string) (*sql.DB, error) {
	q := url.Values{"_pragma": pragmas}
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file), RawQuery: q.Encode() + "&mode=" + mode}
	db, err := sql.Open("sqlite3", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	db.SetConnMaxIdleTime(time.Minute) // a connection keeps the memory of its largest answer
	return db, nil
}

// openReader opens the store for reading; nil when there is none.
func openReader(cfg Config, log zerolog.Logger) (*sqlite, error) {
	s := &sqlite{cfg: cfg, file: filepath.Join(cfg.Dir, fileName), log: log}
	if hasEarlier(cfg.Dir) {
		return nil, fmt.Errorf("%s: %w", cfg.Dir, errEarlier)
	}
	s.onlyReads = true
	if err := s.openReading(); err != nil {
		return nil, errors.Join(s.words(err), s.close())
	}
	if s.db == nil {
		return nil, s.close()
	}
	return s, nil
}

// room reports errFull unless more bytes than the reserve are free.
func (s *sqlite) room(more float64) error {
	free, err := freeBytes(s.cfg.Dir)
	if err != nil {
		return err
	}
	if need := float64(s.cfg.MinFree) + more; free < need {
		return fmt.Errorf("%w: %s free below %s, %s wanted", errFull, workload.FormatBytes(free), s.cfg.Dir,
			workload.FormatBytes(need))
	}
	return nil
}

// errFull is why nothing is written: the disk is below its reserve.
var errFull = errors.New("disk full")

func (s *sqlite) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	if s.db != nil {
		errs = append(errs, s.words(s.db.Close()))
		s.db = nil
	}
	if s.writer != nil { // last: it leaves one file
		errs = append(errs, s.words(s.writer.Close()))
		s.writer = nil
	}
	s.closeOverlay()
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
		s.lock = nil
	}
	return errors.Join(errs...)
}

func (s *sqlite) closeOverlay() {
	if s.overlay != nil {
		s.overlay.Close()
		s.overlay = nil
	}
}

// words adds what an operator can do.
func (s *sqlite) words(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sqlite3.NOTADB), errors.Is(err, sqlite3.CORRUPT), errors.Is(err, errDamaged):
		return fmt.Errorf("%s is damaged: restore it from a backup, or move it away to start a new one (sqlite3 %s .recover saves what can be read): %w",
			s.file, fileName, err)
	case errors.Is(err, sqlite3.FULL), errors.Is(err, sqlite3.IOERR):
		return fmt.Errorf("%s cannot be written, is the disk full: %w", s.file, err)
	case errors.Is(err, sqlite3.READONLY), errors.Is(err, sqlite3.CANTOPEN):
		return fmt.Errorf("%s cannot be written, is the disk read-only: %w", s.file, err)
	}
	return fmt.Errorf("%s: %w", s.file, err)
}

func (s *sqlite) ping(ctx context.Context) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return nil
	}
	return s.words(s.db.PingContext(ctx))
}

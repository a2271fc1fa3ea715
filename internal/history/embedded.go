package history

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/util/compression"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/workload"
)

const (
	// blockRange is the span of the smallest block on disk. A day makes full chunks of five-minute values, where two hours
	// (Prometheus's default, for values of 15 s) would spend more on headers and indexes than on values.
	blockRange = day
	// walSegment bounds one file of the log, and with it the space that mending a torn one takes.
	walSegment = 16 << 20
	// never keeps the database's own loop asleep: it writes in a goroutine whose panic on a full disk nobody could catch. What
	// it would do, maintain does.
	never = 100 * 365 * day
	// compactEvery is how often it is looked whether a day is full.
	compactEvery = 10 * time.Minute
	// compactLateEvery is how often back-filled values are made into blocks.
	compactLateEvery = time.Hour
)

// errFull is why nothing is written: the disk is below its reserve.
var errFull = errors.New("disk full")

// embedded is Prometheus's database in the process. Its data is in dir; nobody else may write there, which a lock file
// enforces.
type embedded struct {
	cfg  Config
	dir  string
	log  zerolog.Logger
	lock *os.File

	// mu is held for reading by whoever uses db, and for writing to replace it.
	mu sync.RWMutex
	db *tsdb.DB
	// writing lets one writer in at a time.
	writing sync.Mutex
	// refs speeds up appending to known series; dropped with db.
	refs map[seriesID]knownSeries
	// broken: the log may end in a torn record, and what is written behind it would be lost with it at the next start. The
	// database must be opened anew before it takes anything.
	broken atomic.Bool
	// maintaining lets one maintain at a time, which alone unmaps files while the database is open.
	maintaining sync.Mutex
	// compactedAt and oooAt belong to maintain.
	compactedAt, oooAt time.Time
}

// openEmbedded opens or creates the database. A folder that cannot be written is no error: the store then works in memory
// and tries again; the second error says why.
func openEmbedded(cfg Config, log zerolog.Logger) (*embedded, error) {
	e := &embedded{cfg: cfg, dir: filepath.Join(cfg.Dir, "tsdb"), log: log}
	e.broken.Store(true)
	if err := e.reopen(); err != nil {
		if errors.Is(err, errLocked) {
			return nil, err
		}
		return e, err
	}
	return e, nil
}

// errNotOpen: the database could not be opened so far; Status says why.
var errNotOpen = errors.New("the history database is not open")

// errLocked: another process has the store open.
var errLocked = errors.New("in use by another process")

func (e *embedded) options() *tsdb.Options {
	o := tsdb.DefaultOptions()
	o.RetentionDuration = e.cfg.Retention.Duration().Milliseconds()
	o.MaxBytes = int64(e.cfg.MaxSize)
	o.MinBlockDuration = blockRange.Milliseconds()
	o.MaxBlockDuration = max(blockRange, e.cfg.Retention.Duration()/10).Milliseconds()
	o.OutOfOrderTimeWindow = e.cfg.Backfill.Duration().Milliseconds()
	o.WALSegmentSize = walSegment
	o.WALCompression = compression.Snappy
	o.HeadChunksWriteBufferSize = 64 << 10
	o.StripeSize = 1 << 10 // the default is made for millions of series
	o.NoLockfile = true    // ours outlives a database that is opened anew
	o.BlockReloadInterval = never
	return o
}

// reopen replaces the database by a freshly opened one, which mends the end of its log.
func (e *embedded) reopen() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := os.MkdirAll(e.dir, 0o750); err != nil {
		return err
	}
	if err := e.takeLock(); err != nil {
		return err
	}
	if err := e.room(2 * walSegment); err != nil {
		return err
	}
	e.discard()
	db, err := openTSDB(e.dir, slog.New(zerolog.NewSlogHandler(e.log.Level(zerolog.WarnLevel))), e.options())
	if err != nil {
		return err
	}
	db.DisableCompactions() // maintain compacts
	e.db, e.refs = db, map[seriesID]knownSeries{}
	e.broken.Store(false)
	return nil
}

// openTSDB is tsdb.Open with panics as errors.
func openTSDB(dir string, log *slog.Logger, o *tsdb.Options) (db *tsdb.DB, err error) {
	defer caught(&err)
	return tsdb.Open(dir, log, nil, o, nil)
}

func (e *embedded) takeLock() error {
	if e.lock != nil {
		return nil
	}
	lock, err := lockFile(filepath.Join(e.dir, "lock"))
	if err != nil {
		return fmt.Errorf("%s: %w", e.dir, err)
	}
	e.lock = lock
	return nil
}

// discard closes a database that is to be replaced. One that panicked may hold its own locks for ever: it is left alone.
func (e *embedded) discard() {
	if e.db == nil {
		return
	}
	old := e.db
	e.db = nil
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := closeTSDB(old); err != nil {
			e.log.Warn().Err(err).Msg("a broken history database was closed with an error")
		}
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		e.log.Warn().Msg("a broken history database did not close; it is left behind")
	}
}

func closeTSDB(db *tsdb.DB) (err error) {
	defer caught(&err)
	return db.Close()
}

// caught turns a panic of the database (it panics when its chunk files cannot be written) into an error.
func caught(err *error) {
	if p := recover(); p != nil {
		if cause, ok := p.(error); ok {
			*err = fmt.Errorf("history database: %w", cause)
			return
		}
		*err = fmt.Errorf("history database: %v", p)
	}
}

// room reports errFull unless more bytes than the reserve are free.
func (e *embedded) room(more float64) error {
	free, err := freeBytes(e.dir)
	if err != nil {
		return err
	}
	if need := float64(e.cfg.MinFree) + more; free < need {
		return fmt.Errorf("%w: %s free below %s, %s wanted", errFull, workload.FormatBytes(free), e.dir, workload.FormatBytes(need))
	}
	return nil
}

func (e *embedded) close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var errs []error
	if e.db != nil {
		errs = append(errs, closeTSDB(e.db))
		e.db = nil
	}
	if e.lock != nil {
		errs = append(errs, e.lock.Close())
		e.lock = nil
	}
	return errors.Join(errs...)
}

// reading calls use with the database, or with a snapshot of its files while it is not open for writing.
func (e *embedded) reading(use func(tsdbReader) error) error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.db != nil {
		return use(tsdbReader{chunks: e.db.ChunkQuerier})
	}
	s, err := openSnapshot(e.dir, e.log)
	if err != nil {
		return fmt.Errorf("%w, and its files cannot be read: %w", errNotOpen, err)
	}
	if s == nil { // there is none yet
		return nil
	}
	return errors.Join(use(s.tsdbReader), s.close())
}

func (e *embedded) each(ctx context.Context, sel selection, visit func(name string, all []series) error) error {
	return e.reading(func(r tsdbReader) error { return r.each(ctx, sel, visit) })
}

func (e *embedded) ping(context.Context) error {
	return e.reading(func(tsdbReader) error { return nil })
}

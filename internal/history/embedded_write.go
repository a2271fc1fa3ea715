package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/fileutil"
)

// knownSeries is a series that was appended to: its labels are built once.
type knownSeries struct {
	ref    storage.SeriesRef
	labels labels.Labels
}

func (e *embedded) write(ctx context.Context, rows []row) (refused int, err error) {
	e.writing.Lock()
	defer e.writing.Unlock()
	if e.broken.Load() {
		if err := e.reopen(); err != nil {
			return 0, fmt.Errorf("open %s: %w", e.dir, err)
		}
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.db == nil {
		return 0, errNotOpen // closed
	}
	if err := e.room(0); err != nil {
		return 0, err
	}
	refused, err = e.append(ctx, rows)
	if err != nil {
		e.broken.Store(true)
		return 0, fmt.Errorf("append to %s: %w", e.dir, err)
	}
	return refused, nil
}

// append writes the rows in one transaction. Any error leaves the end of the log in doubt.
func (e *embedded) append(ctx context.Context, rows []row) (refused int, err error) {
	defer caught(&err)
	app := e.db.Appender(ctx)
	for _, r := range rows {
		known, ok := e.refs[r.id]
		if !ok {
			known.labels = r.id.labels()
		}
		ref, err := app.Append(known.ref, known.labels, r.t, r.v)
		switch {
		case err == nil:
		case isRefusal(err):
			refused++
			continue
		default:
			return 0, errors.Join(err, app.Rollback())
		}
		if ref != known.ref {
			known.ref = ref
			e.refs[r.id] = known
		}
	}
	return refused, app.Commit()
}

// isRefusal tells a value that the database does not take from a database that cannot write.
func isRefusal(err error) bool {
	return errors.Is(err, storage.ErrOutOfBounds) || errors.Is(err, storage.ErrTooOldSample) ||
		errors.Is(err, storage.ErrOutOfOrderSample) || errors.Is(err, storage.ErrDuplicateSampleForTimestamp)
}

// maintain forces the log to disk and, every so often, writes full days out and forgets what is past its retention.
func (e *embedded) maintain(ctx context.Context, now time.Time) error {
	e.maintaining.Lock()
	defer e.maintaining.Unlock()
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.db == nil || e.broken.Load() {
		return nil // the next write opens it, or says why not
	}
	if err := e.sync(); err != nil {
		return fmt.Errorf("force %s to disk: %w", e.dir, err)
	}
	debug.FreeOSMemory() // an answer over two weeks takes as much again as all the rest
	if now.Sub(e.compactedAt) < compactEvery && !now.Before(e.compactedAt) {
		return nil
	}
	e.compactedAt = now
	if err := e.room(0); err != nil {
		return err
	}
	if err := e.compact(ctx, now); err != nil {
		return fmt.Errorf("compact %s: %w", e.dir, err)
	}
	return nil
}

// compact writes full days out of memory, and what was back-filled every so often: until then that is a list of small
// pieces that every start reads again.
func (e *embedded) compact(ctx context.Context, now time.Time) (err error) {
	defer caught(&err)
	if err := e.db.Compact(ctx); err != nil {
		return err
	}
	if now.Sub(e.oooAt).Abs() < compactLateEvery {
		return nil
	}
	e.oooAt = now
	if size, err := fileutil.DirSize(filepath.Join(e.dir, "wbl")); err != nil || size == 0 {
		return nil // no value came late
	}
	return e.db.CompactOOOHead(ctx)
}

// sync forces the newest file of either log to disk; the database itself does that only when it begins the next one.
func (e *embedded) sync() error {
	var errs []error
	for _, name := range []string{"wal", "wbl"} {
		errs = append(errs, syncNewest(filepath.Join(e.dir, name)))
	}
	return errors.Join(errs...)
}

func syncNewest(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	}
	segments := slices.DeleteFunc(entries, func(e os.DirEntry) bool { return e.IsDir() })
	if len(segments) == 0 {
		return nil
	}
	newest := slices.MaxFunc(segments, func(a, b os.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	f, err := os.OpenFile(filepath.Join(dir, newest.Name()), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

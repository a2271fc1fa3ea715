package history

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"time"
)

const (
	// foldEvery is how often the log is moved into the days.
	foldEvery = time.Hour
	// foldedAfter is how long a minute stays in the log: one that is replaced within it is replaced exactly, also in the five
	// minutes of a topic.
	foldedAfter = 30 // minutes
	// valuesPerFold is how many observations are moved in one transaction.
	valuesPerFold = 250_000
	// logLimit is the number of observations in the log from which on it is moved at once: days that are read back come fast.
	logLimit = 2 * valuesPerFold
)

// maintain forces the log to disk and, every so often, moves it into days and forgets what is past its retention.
func (s *sqlite) maintain(ctx context.Context, now time.Time) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.RLock()
	defer s.mu.RUnlock()
	if !s.writable {
		return nil // the next write opens it, or says why not
	}
	if err := s.room(0); err != nil {
		return err
	}
	err := s.housekeeping(ctx, now)
	_, synced := s.writer.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
	if err = errors.Join(err, synced); err != nil {
		return s.words(err)
	}
	return nil
}

func (s *sqlite) housekeeping(ctx context.Context, now time.Time) error {
	due := now.Sub(s.foldedAt).Abs() >= foldEvery
	if !due && s.logged < logLimit {
		return nil
	}
	for more := true; more; {
		err := s.transact(ctx, func(tx *sql.Tx) (err error) {
			more, err = s.fold(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	s.logged = 0
	if !due {
		return nil
	}
	s.foldedAt = now
	if err := s.transact(ctx, func(tx *sql.Tx) error { return s.forget(ctx, tx) }); err != nil {
		return err
	}
	return s.shrink(ctx)
}

// fold moves the oldest rows of the log into days; more says that there are others.
func (s *sqlite) fold(ctx context.Context, tx *sql.Tx) (more bool, err error) {
	runs, folded := map[int64][]run{}, []int64{}
	values := 0
	err = rowsOf(ctx, tx, func(rows *sql.Rows) error {
		if values >= valuesPerFold {
			more = true
			return nil
		}
		n, id, err := unpackRow(rows, runs)
		values += n
		folded = append(folded, id)
		return err
	}, "SELECT id, first, beyond, series, points FROM log WHERE beyond <= ? ORDER BY id",
		(s.newest-foldedAfter)/blockMinutes*blockMinutes)
	if err != nil {
		return false, err
	}
	days, err := openDays(ctx, tx)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, days.close()) }()
	for _, id := range slices.Sorted(maps.Keys(runs)) {
		if err := days.take(ctx, id, runs[id]); err != nil {
			return false, err
		}
	}
	for _, id := range folded {
		if _, err := tx.ExecContext(ctx, "DELETE FROM log WHERE id = ?", id); err != nil {
			return false, err
		}
	}
	return more, nil
}

// unpackRow takes a row of the log into the runs of its series.
func unpackRow(rows *sql.Rows, runs map[int64][]run) (n int, id int64, err error) {
	var r run
	var beyond int64
	var list, packed sql.RawBytes
	if err := rows.Scan(&id, &r.first, &beyond, &list, &packed); err != nil {
		return 0, 0, err
	}
	numbers, err := unpackIDs(list)
	if err != nil {
		return 0, 0, err
	}
	all, err := unpackObservations(packed)
	if err != nil {
		return 0, 0, err
	}
	if len(all) != len(numbers) {
		return 0, 0, errDamaged
	}
	r.n = int32(beyond - r.first)
	for i, o := range all {
		r.observed = o
		runs[numbers[i]] = append(runs[numbers[i]], r)
	}
	return len(all), id, nil
}

// daysWriter changes days in a transaction.
type daysWriter struct {
	kind, read, write *sql.Stmt
	points            []point
	memory            []byte
}

func openDays(ctx context.Context, tx *sql.Tx) (*daysWriter, error) {
	w := &daysWriter{}
	for into, query := range map[**sql.Stmt]string{
		&w.kind:  "SELECT level, quantity FROM series WHERE id = ?",
		&w.read:  "SELECT points FROM days WHERE id = ?",
		&w.write: "INSERT INTO days (id, day, points) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET points = excluded.points",
	} {
		var err error
		if *into, err = tx.PrepareContext(ctx, query); err != nil { //nolint:sqlclosecheck // close does
			return nil, errors.Join(err, w.close())
		}
	}
	return w, nil
}

func (w *daysWriter) close() error {
	var errs []error
	for _, s := range []*sql.Stmt{w.kind, w.read, w.write} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}

// take puts runs into the days of one series.
func (w *daysWriter) take(ctx context.Context, number int64, runs []run) error {
	var lv level
	var q Quantity
	if err := w.kind.QueryRowContext(ctx, number).Scan(&lv, &q); err != nil {
		return err
	}
	byDay := map[int64][]run{}
	for _, r := range runs {
		for day := r.first / minutesPerDay; day <= (r.first+int64(r.n)-1)/minutesPerDay; day++ {
			byDay[day] = append(byDay[day], r)
		}
	}
	for _, day := range slices.Sorted(maps.Keys(byDay)) {
		sp := dayOf(lv, day)
		points, err := w.load(ctx, number, sp, day)
		if err != nil {
			return err
		}
		sp.putAll(points, byDay[day], bitsOf(q), false)
		if _, err := w.write.ExecContext(ctx, dayKey(number, day), day, encodeDay(points)); err != nil {
			return err
		}
	}
	return nil
}

// load reads a day of a series; the points are valid until the next call.
func (w *daysWriter) load(ctx context.Context, number int64, sp span, day int64) ([]point, error) {
	w.points = slices.Grow(w.points[:0], sp.n)[:sp.n]
	clear(w.points)
	var blob []byte
	err := w.read.QueryRowContext(ctx, dayKey(number, day)).Scan(&blob)
	if errors.Is(err, sql.ErrNoRows) {
		return w.points, nil
	}
	if err == nil {
		w.memory, err = decodeDay(blob, w.memory, sp, sp, w.points)
	}
	return w.points, err
}

// merge adds points to a day of a series; where both have the same minutes, the one that has more of them stays.
func (w *daysWriter) merge(ctx context.Context, number int64, id seriesID, day int64, points []point) error {
	stored, err := w.load(ctx, number, dayOf(id.level, day), day)
	if err != nil {
		return err
	}
	for i, p := range points {
		if p.mask != 0 {
			joinPart(&stored[i], p)
			stored[i].round(bitsOf(id.quantity))
		}
	}
	if blob := encodeDay(stored); blob != nil {
		_, err = w.write.ExecContext(ctx, dayKey(number, day), day, blob)
	}
	return err
}

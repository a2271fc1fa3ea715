package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/mskfit/mskfit/internal/history/earlier"
)

// earlierDir is where earlier versions kept the history, and importedDir what it is called once it was read over.
const (
	earlierDir  = "tsdb"
	importedDir = "tsdb.imported"
)

// errEarlier: there is a history of an earlier version that was not read over.
var errEarlier = errors.New("the history is in the format of an earlier version: start `mskfit run` once to convert it")

// hasEarlier reports whether there is a history of an earlier version in the directory.
func hasEarlier(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, earlierDir))
	return err == nil
}

// importEarlier reads over what an earlier version has kept, once. A crash in the middle does no harm: it begins again.
func (s *sqlite) importEarlier(ctx context.Context, db *sql.DB) error {
	from := filepath.Join(s.cfg.Dir, earlierDir)
	if !hasEarlier(s.cfg.Dir) {
		return nil
	}
	lock, err := lockFile(filepath.Join(from, "lock")) // the earlier version's
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	defer func() { _ = lock.Close() }() // which lets go of it
	s.log.Info().Str("from", from).Str("to", s.file).Msg("converting the history of an earlier version; this takes a few minutes, once")
	err = earlier.Read(ctx, from, func(part earlier.Part) error {
		byFigure := map[seriesID][]earlier.Series{}
		for _, one := range part.Series {
			if id, ours := parseMetric(one.Labels); ours && id.quantity != ingressPlace && id.quantity != egressPlace {
				byFigure[id.seriesID] = append(byFigure[id.seriesID], one)
			}
		}
		s.log.Info().Str("part", part.Name).Int("figures", len(byFigure)).Msg("reading over")
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }() // after a commit it does nothing
		if err := importFigures(ctx, tx, byFigure); err != nil {
			return err
		}
		return tx.Commit()
	})
	if err != nil {
		return fmt.Errorf("convert the history of an earlier version: %w", err)
	}
	to := filepath.Join(s.cfg.Dir, importedDir)
	if err := os.Rename(from, to); err != nil {
		return err
	}
	s.log.Info().Str("folder", to).Msg("history of an earlier version converted; its folder is no longer needed and can be deleted")
	return nil
}

// Which partition was the busiest was kept as a number that nothing can be read from without the names of that time.
const (
	ingressPlace Quantity = "hottest_partition_ingress_place"
	egressPlace  Quantity = "hottest_partition_egress_place"
)

func importFigures(ctx context.Context, tx *sql.Tx, byFigure map[seriesID][]earlier.Series) error {
	find, err := tx.PrepareContext(ctx, findSeries)
	if err != nil {
		return err
	}
	defer func() { _ = find.Close() }() // the transaction says what went wrong
	days, err := openDays(ctx, tx)
	if err != nil {
		return err
	}
	defer func() { _ = days.close() }()
	w := logWriter{fresh: map[seriesID]int64{}}
	for id, all := range byFigure {
		number, err := w.find(ctx, find, id)
		if err != nil {
			return err
		}
		rows, first, last, err := readEarlier(all)
		if err != nil {
			return err
		}
		for day := first / minutesPerDay; day <= last/minutesPerDay; day++ {
			sp := dayOf(id.level, day)
			points := make([]point, sp.n)
			if err := storedRows(sp, rows)(points); err != nil {
				return err
			}
			if err := days.merge(ctx, number, id, day, points); err != nil {
				return err
			}
		}
	}
	return nil
}

// readEarlier reads the series of a figure, and the first and last minute that it has.
func readEarlier(all []earlier.Series) (rows []*remote, first, last int64, err error) {
	first = math.MaxInt64
	for _, one := range all {
		id, _ := parseMetric(one.Labels)
		r, peaks := &remote{id: id}, &remote{id: id}
		peaks.id.stat = statMaxMinute
		err := one.Each(func(t int64, v float64) {
			if id.stat == statMax {
				peak, minute := splitMinute(v)
				v = peak
				peaks.t, peaks.v = append(peaks.t, t), append(peaks.v, minute)
			}
			r.t, r.v = append(r.t, t), append(r.v, v)
			first, last = min(first, t/minuteMillis), max(last, t/minuteMillis)
		})
		if err != nil {
			return nil, 0, 0, err
		}
		rows = append(rows, r)
		if peaks.t != nil {
			rows = append(rows, peaks)
		}
	}
	return rows, first, last, nil
}

// splitMinute reads a maximum as earlier versions wrote it: the minute in which it occurred is in the three bits below those
// of the value.
func splitMinute(v float64) (value, minute float64) {
	const shift = mantissaBits + 1 - rateBits - 3
	u := math.Float64bits(v)
	return math.Float64frombits(u &^ (7 << shift)), float64(u >> shift & 7)
}

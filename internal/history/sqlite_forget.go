package history

import (
	"context"
	"database/sql"
)

// forget deletes days past the retention, counted from the newest, and the oldest ones while the file is larger than it may
// be; then
// series that nothing is left of.
func (s *sqlite) forget(ctx context.Context, tx *sql.Tx) error {
	before, deleted := s.newest/minutesPerDay-int64(s.cfg.Retention.Duration()/day), int64(0)
	for {
		r, err := tx.ExecContext(ctx, "DELETE FROM days WHERE day < ?", before)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if err != nil {
			return err
		}
		deleted += n
		var used, oldest int64
		const size = `SELECT (page_count - freelist_count) * page_size, coalesce((SELECT min(day) FROM days), 0)
			FROM pragma_page_count, pragma_freelist_count, pragma_page_size`
		if err := tx.QueryRowContext(ctx, size).Scan(&used, &oldest); err != nil {
			return err
		}
		if used <= int64(s.cfg.MaxSize) || oldest == 0 {
			break
		}
		before = oldest + 1
	}
	if deleted == 0 {
		return nil
	}
	return s.forgetSeries(ctx, tx)
}

// forgetSeries deletes the series that have neither days nor rows in the log.
func (s *sqlite) forgetSeries(ctx context.Context, tx *sql.Tx) error {
	logged := map[int64]bool{}
	err := rowsOf(ctx, tx, func(rows *sql.Rows) error {
		var list sql.RawBytes
		if err := rows.Scan(&list); err != nil {
			return err
		}
		numbers, err := unpackIDs(list)
		for _, n := range numbers {
			logged[n] = true
		}
		return err
	}, "SELECT series FROM log")
	if err != nil {
		return err
	}
	var gone []int64
	err = rowsOf(ctx, tx, func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		if !logged[n] {
			gone = append(gone, n)
		}
		return err
	}, "SELECT id FROM series WHERE NOT EXISTS (SELECT 1 FROM days WHERE days.id BETWEEN series.id << 16 AND (series.id << 16) + 65535)")
	if err != nil {
		return err
	}
	s.ids = map[seriesID]int64{} // they are looked up again
	for _, n := range gone {
		if _, err := tx.ExecContext(ctx, "DELETE FROM series WHERE id = ?", n); err != nil {
			return err
		}
	}
	return nil
}

// shrink gives space back once a quarter of the file is free; less is used again.
func (s *sqlite) shrink(ctx context.Context) error {
	var pages, free int64
	const sizes = "SELECT page_count, freelist_count FROM pragma_page_count, pragma_freelist_count"
	err := s.writer.QueryRowContext(ctx, sizes).Scan(&pages, &free)
	if err == nil && free > pages/4 {
		_, err = s.writer.ExecContext(ctx, "PRAGMA incremental_vacuum(20000)")
	}
	return err
}

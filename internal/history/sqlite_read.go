package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// each reads what the log and the days hold at one instant, and works on several names at the same time.
func (s *sqlite) each(ctx context.Context, sel selection, waiting []*entry,
	visit func(name string, all []series) error) (err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return empty{}.each(ctx, sel, waiting, visit)
	}
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.words(err)
	}
	defer func() { _ = tx.Rollback() }() // it has changed nothing
	newest, err := s.recent(ctx, tx, sel)
	if err != nil {
		return s.words(err)
	}
	if err := newest.add(sel, waiting...); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	err = eachName(ctx, tx, sel, func(name string, all []series) error {
		all = newest.take(name, all)
		g.Go(func() error { return visit(name, all) })
		return ctx.Err()
	})
	if err := errors.Join(g.Wait(), err); err != nil {
		return s.words(err)
	}
	return newest.rest(visit)
}

// where is the selection as a condition on the table of series.
func (sel selection) where() (condition string, args []any) {
	condition, args = "cluster = ? AND level = ?", []any{sel.cluster, string(sel.level)}
	if sel.name != "" {
		condition, args = condition+" AND name = ?", append(args, sel.name)
	}
	if len(sel.quantities) > 0 {
		condition += " AND quantity IN (" + strings.Repeat("?, ", len(sel.quantities)-1) + "?)"
		for _, q := range sel.quantities {
			args = append(args, string(q))
		}
	}
	return condition, args
}

// recent reads from the log what the selection wants.
func (s *sqlite) recent(ctx context.Context, tx *sql.Tx, sel selection) (newestRuns, error) {
	out := newestRuns{}
	from, to := sel.span.minutes()
	where, args := sel.where()
	ids := map[int64]seriesID{}
	err := rowsOf(ctx, tx, func(rows *sql.Rows) error {
		var n int64
		id := seriesID{cluster: sel.cluster, level: sel.level}
		err := rows.Scan(&n, &id.name, &id.quantity, &id.source)
		ids[n] = id
		return err
	}, "SELECT id, name, quantity, source FROM series WHERE "+where, args...)
	if err != nil || len(ids) == 0 {
		return out, err
	}
	return out, rowsOf(ctx, tx, func(rows *sql.Rows) error {
		var e entry
		var beyond int64
		var list sql.RawBytes
		var packed []byte
		if err := rows.Scan(&e.first, &beyond, &list, &packed); err != nil {
			return err
		}
		numbers, err := unpackIDs(list)
		if err != nil {
			return err
		}
		e.cluster, e.n, e.packed = sel.cluster, int(beyond-e.first), packed
		for _, n := range numbers {
			e.ids = append(e.ids, ids[n])
		}
		return out.add(sel, &e)
	}, logOf, sel.cluster, to, from)
}

// logOf reads what the log has of a cluster before the second argument and after the third.
const logOf = "SELECT first, beyond, series, points FROM log WHERE cluster = ? AND first < ? AND beyond > ? ORDER BY id"

// rowsOf runs a query and calls scan for every row.
func rowsOf(ctx context.Context, tx *sql.Tx, scan func(*sql.Rows) error, query string, args ...any) (err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
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

// dayBlob is a stored day of a series.
type dayBlob struct {
	day  int64
	blob []byte
}

// eachName calls use for every name that has stored days, in order.
func eachName(ctx context.Context, tx *sql.Tx, sel selection, use func(name string, all []series) error) error {
	first, last := sel.span.days()
	where, args := sel.where()
	query := "SELECT s.id, s.name, s.quantity, s.source, d.day, d.points FROM series s JOIN days d ON d.id BETWEEN (s.id << 16) + ? AND (s.id << 16) + ? WHERE " +
		where + " ORDER BY s.name, s.quantity, s.source, d.id"
	var all []series
	var days []dayBlob
	var id seriesID
	var number int64
	finish := func() {
		if days != nil {
			all = append(all, series{id: id, stored: storedDays(sel, id, days)})
			days = nil
		}
	}
	err := rowsOf(ctx, tx, func(rows *sql.Rows) error {
		var n int64
		next, d := seriesID{cluster: sel.cluster, level: sel.level}, dayBlob{}
		var name, quantity, source sql.RawBytes
		if err := rows.Scan(&n, &name, &quantity, &source, &d.day, &d.blob); err != nil {
			return err
		}
		if n != number {
			finish()
			next.name, next.quantity, next.source = string(name), Quantity(quantity), string(source)
			if len(all) > 0 && next.name != id.name {
				if err := use(id.name, all); err != nil {
					return err
				}
				all = nil
			}
			number, id = n, next
		}
		days = append(days, d)
		return nil
	}, query, slices.Concat([]any{first, last}, args)...)
	finish()
	if err == nil && len(all) > 0 {
		err = use(id.name, all)
	}
	return err
}

// decodeMemory is what days are decompressed into.
var decodeMemory = sync.Pool{New: func() any { return new([]byte) }}

// storedDays reads days into the points of the selection.
func storedDays(sel selection, id seriesID, days []dayBlob) func([]point) error {
	return func(into []point) error {
		memory := decodeMemory.Get().(*[]byte)
		defer decodeMemory.Put(memory)
		for _, d := range days {
			var err error
			if *memory, err = decodeDay(d.blob, *memory, dayOf(sel.level, d.day), sel.span, into); err != nil {
				return fmt.Errorf("%s of %s %q on %s: %w", id.quantity, id.level, id.name,
					time.Unix(d.day*24*3600, 0).UTC().Format(time.DateOnly), err)
			}
		}
		return nil
	}
}

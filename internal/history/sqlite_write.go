package history

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"io/fs"
	"maps"
	"syscall"

	"github.com/ncruces/go-sqlite3"
)

// write puts the entries into the log, in one transaction. They survive a kill when it returns, and power loss after the next
// maintain.
func (s *sqlite) write(ctx context.Context, entries []*entry) (refused int, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.onlyReads {
		return 0, errReadOnly
	}
	if !s.writable {
		if err := s.open(); err != nil {
			return 0, err
		}
	}
	if err := s.room(0); err != nil {
		return 0, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	w := logWriter{ids: s.ids, fresh: map[seriesID]int64{}, newest: s.newest, backfill: int64(s.cfg.Backfill.Duration().Minutes())}
	if err := s.transact(ctx, func(tx *sql.Tx) error { return w.write(ctx, tx, entries) }); err != nil {
		return 0, s.words(err)
	}
	maps.Copy(s.ids, w.fresh)
	s.newest = w.newest
	for _, e := range entries {
		s.logged += len(e.ids)
	}
	return w.refused, nil
}

// transact runs do in one transaction.
func (s *sqlite) transact(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// findSeries finds or makes a series.
const findSeries = `INSERT INTO series (cluster, level, name, quantity, source) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT DO UPDATE SET source = source RETURNING id`

// logWriter writes entries into the log.
type logWriter struct {
	ids, fresh       map[seriesID]int64
	newest, backfill int64 // minutes
	refused          int
}

func (w *logWriter) write(ctx context.Context, tx *sql.Tx, entries []*entry) error {
	w.refused = 0
	find, err := tx.PrepareContext(ctx, findSeries)
	if err != nil {
		return err
	}
	defer func() { _ = find.Close() }() // the transaction says what went wrong
	add, err := tx.PrepareContext(ctx, "INSERT INTO log (cluster, first, beyond, series, points) VALUES ($1, $2, $3, $4, $5)")
	if err != nil {
		return err
	}
	defer func() { _ = add.Close() }()
	for _, e := range entries {
		if e.end() < w.newest-w.backfill {
			w.refused += len(e.ids)
			continue
		}
		list := make([]int64, len(e.ids))
		for i, id := range e.ids {
			if list[i], err = w.find(ctx, find, id); err != nil {
				return err
			}
		}
		if _, err := add.ExecContext(ctx, e.cluster, e.first, e.end(), packIDs(list), e.packed); err != nil {
			return err
		}
		w.newest = max(w.newest, e.end())
	}
	return nil
}

func (w *logWriter) find(ctx context.Context, query *sql.Stmt, id seriesID) (n int64, err error) {
	if n, ok := w.ids[id]; ok {
		return n, nil
	}
	if n, ok := w.fresh[id]; ok {
		return n, nil
	}
	err = query.QueryRowContext(ctx, id.cluster, string(id.level), id.name, string(id.quantity), id.source).Scan(&n)
	w.fresh[id] = n
	return n, err
}

// packIDs codes a list of numbers as the differences between neighbours.
func packIDs(list []int64) []byte {
	var out []byte
	last := int64(0)
	for _, id := range list {
		out = binary.AppendVarint(out, id-last)
		last = id
	}
	return zstdEncoder().EncodeAll(out, nil)
}

// unpackIDs is the inverse of packIDs.
func unpackIDs(packed []byte) ([]int64, error) {
	raw, err := zstdDecoder().DecodeAll(packed, nil)
	if err != nil {
		return nil, errors.Join(errDamaged, err)
	}
	var out []int64
	for last := int64(0); len(raw) > 0; {
		d, n := binary.Varint(raw)
		if n <= 0 {
			return nil, errDamaged
		}
		last, raw = last+d, raw[n:]
		out = append(out, last)
	}
	return out, nil
}

// unwritable reports whether err says that the disk, and not what was wanted of it, is the trouble.
func unwritable(err error) bool {
	for _, of := range []error{errFull, sqlite3.FULL, sqlite3.IOERR, sqlite3.READONLY, sqlite3.CANTOPEN, syscall.ENOSPC,
		syscall.EROFS, syscall.EDQUOT,
		fs.ErrPermission} {
		if errors.Is(err, of) {
			return true
		}
	}
	return false
}

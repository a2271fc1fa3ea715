package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/mskfit/mskfit/internal/overlay"
)

const (
	// memoryLimit bounds what is kept in memory while the file cannot be written; beyond it, writes fail.
	memoryLimit = 64 << 20
	// retryEvery is how often it is tried whether the file can be written again.
	retryEvery = 5 * time.Second
)

// memory is what a ledger works on while its file cannot be written: the file as it is, with every change in memory.
type memory struct {
	files *overlay.FS
	// disk is the file's own database, where it was open.
	disk *sql.DB
	// writes have to be done again on the file. They find there what they found here: the ledger is the file's only user.
	writes []func(context.Context, *sql.Tx) error
	reason error
	since  time.Time
}

// Status says whether what was written is on disk.
type Status struct {
	// Reason is why it is not; empty when it is. Since is when that began.
	Reason string
	Since  time.Time
	// Waiting counts the changes that are only in memory. They are lost when the process ends before the file can be written
	// again.
	Waiting int
}

// Status says whether the file can be written.
func (l *Ledger) Status() Status {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.memory == nil {
		return Status{}
	}
	return Status{l.memory.reason.Error(), l.memory.since, len(l.memory.writes)}
}

// unwritable reports whether err says that the file, and not what was wanted of it, is the trouble.
func unwritable(err error) bool {
	for _, of := range []error{sqlite3.FULL, sqlite3.IOERR, sqlite3.READONLY, sqlite3.CANTOPEN, syscall.ENOSPC, syscall.EROFS,
		syscall.EDQUOT, fs.ErrPermission} {
		if errors.Is(err, of) {
			return true
		}
	}
	return false
}

// intoMemory goes on in memory from what the file holds. The caller holds writing, or is Open. The error joins why the
// file cannot be read either.
func (l *Ledger) intoMemory(ctx context.Context, cause error) error {
	if f, err := os.Open(l.cfg.File); err == nil {
		_ = f.Close() // it was opened to see whether it can be
	} else if !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(cause, err)
	}
	m := &memory{files: overlay.New(), disk: l.db, reason: l.words(cause), since: l.now()}
	db, err := sql.Open("sqlite3", m.files.URL(l.cfg.File))
	if err == nil {
		db.SetMaxOpenConns(1)
		if err = l.migrate(ctx, db); err != nil {
			err = errors.Join(err, db.Close())
		}
	}
	if err != nil {
		m.forget()
		return errors.Join(cause, fmt.Errorf("continue in memory: %w", err))
	}
	l.mu.Lock()
	l.db, l.memory = db, m
	l.mu.Unlock()
	l.log.Error().Err(m.reason).Msg("ledger cannot be written; changes are kept in memory and are lost when the process ends")
	return nil
}

// keepInMemory does a write in memory and remembers it. The caller holds writing.
func (l *Ledger) keepInMemory(ctx context.Context, do func(context.Context, *sql.Tx) error) error {
	if used := l.memory.files.Used(); used > memoryLimit {
		return fmt.Errorf("%w; %d changes are in memory; no more are accepted", l.memory.reason, len(l.memory.writes))
	}
	if err := l.transact(ctx, l.db, do); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.memory.writes = append(l.memory.writes, do)
	return nil
}

// Run goes back to the file as soon as it can be written again, until ctx is done.
func (l *Ledger) Run(ctx context.Context) error {
	tick := time.NewTicker(retryEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			_ = l.backToDisk(ctx) // Status shows
		}
	}
}

// backToDisk does on the file what was done in memory, all or nothing, and goes on there. It is nil when nothing is in memory.
func (l *Ledger) backToDisk(ctx context.Context) (err error) {
	l.writing.Lock()
	defer l.writing.Unlock()
	m := l.memory
	if m == nil {
		return nil
	}
	disk := m.disk
	if disk == nil {
		if disk, err = l.openFile(ctx); err != nil {
			return l.stillInMemory(err)
		}
	}
	err = l.transact(ctx, disk, func(ctx context.Context, tx *sql.Tx) error {
		for _, do := range m.writes {
			if err := do(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		if m.disk == nil {
			err = errors.Join(err, disk.Close())
		}
		return l.stillInMemory(err)
	}
	l.mu.Lock()
	old := l.db
	l.db, l.memory = disk, nil
	l.mu.Unlock()
	l.log.Info().Time("since", m.since).Int("changes", len(m.writes)).Msg("ledger is writable again")
	defer m.forget()
	return l.wrap("leave the memory", old.Close())
}

// stillInMemory notes why the file still cannot be written.
func (l *Ledger) stillInMemory(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.memory.reason = l.words(err)
	return l.memory.reason
}

// forget lets go of what was kept.
func (m *memory) forget() {
	m.files.Close()
}

// closeMemory ends work in memory; the error says what is lost. It is nil when nothing is in memory.
func (l *Ledger) closeMemory() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	cause := l.backToDisk(ctx)
	m := l.memory
	if m == nil {
		return nil
	}
	defer m.forget()
	var errs []error
	if m.disk != nil {
		errs = append(errs, m.disk.Close())
	}
	if n := len(m.writes); n > 0 {
		errs = append(errs, fmt.Errorf("ledger: %d changes since %s were only in memory and are lost: %w", n,
			m.since.UTC().Format(time.RFC3339), cause))
	}
	return errors.Join(errs...)
}

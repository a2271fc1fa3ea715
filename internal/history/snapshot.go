package history

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/rs/zerolog"
)

// snapshot reads an embedded store without writing to its folder: one that another process has open, or on a disk that
// cannot be written. It shows what was there when it was opened.
type snapshot struct {
	tsdbReader
	tmp string
	db  *tsdb.DBReadOnly
	all storage.ChunkQuerier
}

var _ backend = (*snapshot)(nil)

// errReadOnly: a store that was opened for reading takes nothing.
var errReadOnly = errors.New("the history is open for reading only")

// openSnapshot opens the database in dir; nil when there is none.
func openSnapshot(dir string, log zerolog.Logger) (s *snapshot, err error) {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	tmp, err := os.MkdirTemp("", "mskfit-snapshot")
	if err != nil {
		return nil, err
	}
	s = &snapshot{tmp: tmp}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	defer caught(&err)
	if err := mirror(dir, tmp); err != nil {
		return s, err
	}
	if s.db, err = tsdb.OpenDBReadOnly(tmp, tmp, slog.New(zerolog.NewSlogHandler(log.Level(zerolog.ErrorLevel)))); err != nil {
		return s, err
	}
	s.all, err = s.db.ChunkQuerier(math.MinInt64, math.MaxInt64) // reads the log: once is enough
	s.tsdbReader = tsdbReader{engine: newEngine(), values: s.db, chunks: func(int64, int64) (storage.ChunkQuerier, error) { return shared{s.all}, nil }}
	return s, err
}

// mirror builds a folder that looks like the database: links to its blocks and logs, which are only read, and a copy of the chunks
// of the last day, which the database's reader wants to link to within one file system.
func mirror(dir, tmp string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch {
		case e.Name() == "chunks_head":
			err = os.CopyFS(filepath.Join(tmp, e.Name()), os.DirFS(filepath.Join(dir, e.Name())))
		case e.IsDir():
			err = os.Symlink(filepath.Join(abs, e.Name()), filepath.Join(tmp, e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // the writer may have removed a file meanwhile
			return err
		}
	}
	return nil
}

func (s *snapshot) write(context.Context, []row) (int, error) { return 0, errReadOnly }

// shared is a querier that its user does not close.
type shared struct{ storage.ChunkQuerier }

// Close does nothing: the snapshot closes the querier.
func (shared) Close() error { return nil }

func (s *snapshot) maintain(context.Context, time.Time) error { return nil }

func (s *snapshot) close() (err error) {
	defer caught(&err)
	var errs []error
	if s.all != nil {
		errs = append(errs, s.all.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(s.tmp))...)
}

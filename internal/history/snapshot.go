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
	tmp   string
	parts []*tsdb.DBReadOnly
	all   storage.ChunkQuerier
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
	h := halves{filepath.Join(tmp, "blocks"), filepath.Join(tmp, "head"), slog.New(zerolog.NewSlogHandler(log.Level(zerolog.ErrorLevel)))}
	if err := h.mirror(dir); err != nil {
		return s, err
	}
	if s.parts, err = h.open(); err != nil {
		return s, err
	}
	var all []storage.ChunkQuerier
	for _, part := range s.parts {
		q, err := part.ChunkQuerier(math.MinInt64, math.MaxInt64) // reads the log: once is enough
		if err != nil {
			return s, err
		}
		all = append(all, q)
	}
	s.all = storage.NewMergeChunkQuerier(all, nil, storage.NewCompactingChunkSeriesMerger(storage.ChainedSeriesMerge))
	s.tsdbReader = tsdbReader{chunks: func(int64, int64) (storage.ChunkQuerier, error) { return shared{s.all}, nil }}
	return s, nil
}

// halves are two folders that together look like the database: its blocks, and its head. They are read apart, because a read-only
// database leaves out of the log what is older than the end of the last block, and a block of back-filled values ends with its
// day, not with its newest value.
type halves struct {
	blocks, head string
	log          *slog.Logger
}

// open opens both. A read-only database is for one querier.
func (h halves) open() (out []*tsdb.DBReadOnly, err error) {
	for _, dir := range []string{h.blocks, h.head} {
		db, err := tsdb.OpenDBReadOnly(dir, dir, h.log)
		if err != nil {
			return nil, errors.Join(err, closeParts(out))
		}
		out = append(out, db)
	}
	return out, nil
}

func closeParts(parts []*tsdb.DBReadOnly) error {
	var errs []error
	for _, p := range parts {
		errs = append(errs, p.Close())
	}
	return errors.Join(errs...)
}

// mirror fills the folders: with links to blocks and logs, which are only read, and a copy of the chunks of the last day, which the
// database's reader wants to link to within one file system.
func (h halves) mirror(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for _, made := range []string{h.head, filepath.Join(h.blocks, "wal")} { // an empty log
		if err := os.MkdirAll(made, 0o750); err != nil {
			return err
		}
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case name == "chunks_head":
			err = os.CopyFS(filepath.Join(h.head, name), os.DirFS(filepath.Join(dir, name)))
		case name == "wal", name == "wbl":
			err = os.Symlink(filepath.Join(abs, name), filepath.Join(h.head, name))
		case e.IsDir():
			err = linkAll(filepath.Join(abs, name), filepath.Join(h.blocks, name))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // the writer may have removed a file meanwhile
			return err
		}
	}
	return nil
}

// linkAll makes the folder and links what is in the other one: the database overlooks a block whose own folder is a link.
func linkAll(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.Mkdir(to, 0o750); err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.Symlink(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
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

func (s *snapshot) ping(context.Context) error { return nil }

func (s *snapshot) maintain(context.Context, time.Time) error { return nil }

func (s *snapshot) close() (err error) {
	defer caught(&err)
	var errs []error
	if s.all != nil {
		errs = append(errs, s.all.Close())
	}
	return errors.Join(append(errs, closeParts(s.parts), os.RemoveAll(s.tmp))...)
}

// Package earlier reads the history that versions before 1.0 kept in a database of Prometheus: [Read] visits all its values.
// It reads
// blocks with Prometheus's own readers and the write-ahead logs with a few lines of its own, because the database itself would
// bring hundreds of packages with it.
package earlier

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/tsdb/index"
)

// Part is a block or the logs of the database.
type Part struct {
	// Name is its folder.
	Name string
	// Series are all that it has; there may be several of the same labels.
	Series []Series
}

// Series is one series of a part.
type Series struct {
	Labels map[string]string
	// Each visits its values: milliseconds since 1970, not always in order.
	Each func(visit func(t int64, v float64)) error
}

// Read visits the blocks of the database in dir, oldest first, and then its logs. What Each of a series reads is gone after
// visit returns.
func Read(ctx context.Context, dir string, visit func(Part) error) error {
	blocks, err := filepath.Glob(filepath.Join(dir, "*", "index")) // names of blocks sort by age
	if err != nil {
		return err
	}
	for _, b := range blocks {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := readBlock(ctx, filepath.Dir(b), visit); err != nil {
			return fmt.Errorf("read block %s: %w", filepath.Dir(b), err)
		}
	}
	logs, err := readLogs(dir)
	if err != nil {
		return fmt.Errorf("read the log of %s: %w", dir, err)
	}
	return visit(logs)
}

func readBlock(ctx context.Context, dir string, visit func(Part) error) (err error) {
	if _, err := os.Stat(filepath.Join(dir, "meta.json")); err != nil {
		return nil // it was not finished
	}
	ir, err := index.NewFileReader(filepath.Join(dir, "index"), index.DecodePostingsRaw)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ir.Close()) }()
	cr, err := chunks.NewDirReader(filepath.Join(dir, "chunks"), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cr.Close()) }()
	name, value := index.AllPostingsKey()
	all, err := ir.Postings(ctx, name, value)
	if err != nil {
		return err
	}
	part := Part{Name: dir}
	builder := labels.NewScratchBuilder(8)
	for all.Next() {
		s, err := seriesOf(ir, cr, all.At(), &builder)
		if err != nil {
			return err
		}
		part.Series = append(part.Series, s)
	}
	if err := all.Err(); err != nil {
		return err
	}
	return visit(part)
}

func seriesOf(ir *index.Reader, cr *chunks.Reader, ref storage.SeriesRef, builder *labels.ScratchBuilder) (Series, error) {
	var metas []chunks.Meta
	if err := ir.Series(ref, builder, &metas); err != nil {
		return Series{}, err
	}
	return Series{Labels: builder.Labels().Map(), Each: func(visit func(int64, float64)) error {
		var values chunkenc.Iterator
		for _, m := range metas {
			chunk, _, err := cr.ChunkOrIterable(m)
			if err != nil {
				return err
			}
			values = chunk.Iterator(values)
			for values.Next() == chunkenc.ValFloat {
				visit(values.At())
			}
			if err := values.Err(); err != nil {
				return err
			}
		}
		return nil
	}}, nil
}

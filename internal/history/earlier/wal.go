package earlier

import (
	"encoding/binary"
	"hash/crc32"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/tsdb/record"
)

// The format of the logs: tsdb/docs/format/wal.md of Prometheus.
const (
	pageSize   = 32 << 10
	headerSize = 7 // type, length, checksum

	typeMask, snappyBit, zstdBit = 7, 1 << 3, 1 << 4

	endOfPage, full, first, middle = 0, 1, 2, 3
)

// readLogs reads the log, its checkpoints and the log of values that came late.
func readLogs(dir string) (Part, error) {
	found := map[chunks.HeadSeriesRef]*logged{}
	var files []string
	for _, pattern := range []string{"wal/checkpoint.*/*", "wal/0*", "wbl/0*"} {
		some, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return Part{}, err
		}
		slices.Sort(some)
		files = append(files, some...)
	}
	decoder := record.NewDecoder(nil, slog.New(slog.DiscardHandler))
	for _, file := range files {
		segment, err := os.ReadFile(file)
		if err != nil {
			return Part{}, err
		}
		if err := records(segment, func(rec []byte) error { return take(found, &decoder, rec) }); err != nil {
			return Part{}, err
		}
	}
	part := Part{Name: dir}
	for _, l := range found {
		if l.labels != nil && len(l.t) > 0 {
			part.Series = append(part.Series, Series{l.labels, l.each})
		}
	}
	return part, nil
}

// logged is what the logs hold of a series.
type logged struct {
	labels map[string]string
	t      []int64
	v      []float64
}

func (l *logged) each(visit func(int64, float64)) error {
	for i := range l.t {
		visit(l.t[i], l.v[i])
	}
	return nil
}

func take(found map[chunks.HeadSeriesRef]*logged, decoder *record.Decoder, rec []byte) error {
	of := func(ref chunks.HeadSeriesRef) *logged {
		if found[ref] == nil {
			found[ref] = &logged{}
		}
		return found[ref]
	}
	switch decoder.Type(rec) {
	case record.Series:
		all, err := decoder.Series(rec, nil)
		for _, s := range all {
			of(s.Ref).labels = s.Labels.Map()
		}
		return err
	case record.Samples, record.SamplesV2:
		all, err := decoder.Samples(rec, nil)
		for _, s := range all {
			l := of(s.Ref)
			l.t, l.v = append(l.t, s.T), append(l.v, s.V)
		}
		return err
	}
	return nil
}

// records visits the records of one file, up to the first that a crash has cut off.
func records(segment []byte, visit func(rec []byte) error) error {
	table := crc32.MakeTable(crc32.Castagnoli)
	var rec []byte
	for at := 0; at+headerSize <= len(segment); {
		header := segment[at : at+headerSize]
		if header[0]&typeMask == endOfPage {
			at = (at/pageSize + 1) * pageSize
			continue
		}
		n := int(binary.BigEndian.Uint16(header[1:]))
		if at+headerSize+n > len(segment) {
			return nil
		}
		part := segment[at+headerSize : at+headerSize+n]
		if crc32.Checksum(part, table) != binary.BigEndian.Uint32(header[3:]) {
			return nil
		}
		at += headerSize + n
		switch header[0] & typeMask {
		case full, first:
			rec = append(rec[:0], part...)
		default:
			rec = append(rec, part...)
		}
		if kind := header[0] & typeMask; kind == first || kind == middle {
			continue
		}
		whole, err := decompress(header[0], rec)
		if err != nil {
			return err
		}
		if err := visit(whole); err != nil {
			return err
		}
	}
	return nil
}

func decompress(header byte, rec []byte) ([]byte, error) {
	switch {
	case header&snappyBit != 0:
		return snappy.Decode(nil, rec)
	case header&zstdBit != 0:
		d, err := zstd.NewReader(nil)
		if err != nil {
			return nil, err
		}
		defer d.Close()
		return d.DecodeAll(rec, nil)
	}
	return slices.Clone(rec), nil
}

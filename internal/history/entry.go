package history

import (
	"fmt"
)

// entry is what one source said of one window: an observation of each of some series, for every minute of [first, first+n). It
// is not
// changed once it is made.
type entry struct {
	cluster string
	first   int64
	n       int
	// ids are the series; entries of one source share them as long as they are the same.
	ids []seriesID
	// packed are the observations in the order of ids.
	packed []byte
	// shared: ids are also an earlier entry's.
	shared bool
}

// entryBytes and idBytes are about what an entry and a series of it take beside its observations.
const (
	entryBytes = 150
	idBytes    = 100
)

// memory is about how many bytes the entry takes.
func (e *entry) memory() int {
	if e.shared {
		return entryBytes + len(e.packed)
	}
	return entryBytes + len(e.packed) + idBytes*len(e.ids)
}

// end is the minute behind the last.
func (e *entry) end() int64 { return e.first + int64(e.n) }

// packObservations codes observations as they are stored.
func packObservations(all []observed) []byte {
	col := newColumns(1, len(all))
	col.head[0] = format
	for _, o := range all {
		col.add(o, 0)
	}
	return col.compress()
}

// unpackObservations is the inverse of packObservations.
func unpackObservations(packed []byte) ([]observed, error) {
	raw, err := zstdDecoder().DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if len(raw) == 0 || raw[0] != format || (len(raw)-1)%columnBytes != 0 {
		return nil, errDamaged
	}
	col := readColumns(raw, 1)
	out := make([]observed, col.n)
	for i := range out {
		out[i], _ = col.get(i)
	}
	return out, nil
}

// newEntry makes an entry of the observations of a window.
func newEntry(obs []observation, ids []seriesID, first int64, n int, isCoarse bool) *entry {
	kept := make([]observed, len(obs))
	for i, o := range obs {
		kept[i] = observe(o.figure, bitsOf(o.quantity))
		if isCoarse {
			kept[i].flags |= coarse
		}
	}
	return &entry{cluster: ids[0].cluster, first: first, n: n, ids: ids, packed: packObservations(kept)}
}

// each visits the observations of the entry.
func (e *entry) each(visit func(seriesID, run)) error {
	all, err := unpackObservations(e.packed)
	if err == nil && len(all) != len(e.ids) {
		err = errDamaged
	}
	if err != nil {
		return err
	}
	for i, o := range all {
		visit(e.ids[i], run{observed: o, first: e.first, n: int32(e.n)})
	}
	return nil
}

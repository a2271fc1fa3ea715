package history

import (
	"context"
	"time"
)

// backend keeps rows and gives them back. It is safe for concurrent use.
type backend interface {
	// write stores rows and returns how many the store does not take (too old, or there already). After an error the
	// same rows may be written again.
	write(ctx context.Context, rows []row) (refused int, err error)
	// each calls visit once for every cluster (level ofCluster), topic or group that has values in the span, with all its series.
	// Calls for different names may run at the same time; the series are valid until visit returns.
	each(ctx context.Context, sel selection, visit func(name string, all []series) error) error
	// ping reports whether the store answers.
	ping(ctx context.Context) error
	// maintain does what is due: force the log to disk, compact, mend.
	maintain(ctx context.Context, now time.Time) error
	close() error
}

// selection names the series of one level of one cluster in [from, to), in milliseconds.
type selection struct {
	level    level
	cluster  string
	from, to int64
	// quantities restricts what is read; empty: all of the level.
	quantities []quantity
}

// wants reports whether the row's series belongs to the selection.
func (sel selection) wants(r row) bool {
	if r.id.level != sel.level || r.id.cluster != sel.cluster || r.t < sel.from || r.t >= sel.to {
		return false
	}
	for _, q := range sel.quantities {
		if r.id.quantity == q {
			return true
		}
	}
	return len(sel.quantities) == 0
}

// series is one series of a selection.
type series struct {
	id seriesID
	// each calls visit for every value in order of time.
	each func(visit func(t int64, v float64)) error
}

// empty is a store that is not there yet, opened for reading.
type empty struct{}

var _ backend = empty{}

func (empty) write(context.Context, []row) (int, error) { return 0, errReadOnly }

func (empty) each(context.Context, selection, func(string, []series) error) error { return nil }

func (empty) ping(context.Context) error { return nil }

func (empty) maintain(context.Context, time.Time) error { return nil }

func (empty) close() error { return nil }

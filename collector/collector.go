// Package collector says what a collector is. Each kind of source has a folder of its own below; the interface is
// here, and not at its caller, because it is what every one of them implements.
package collector

import (
	"context"

	"github.com/mskfit/mskfit/internal/workload"
)

// Source reads one window of the workload of one cluster. It returns what it could read: everything that is missing
// from the sample is listed in its Gaps, with the reason. The error is for a window from which nothing could be read; the sample
// then carries no figure. Collect returns promptly once ctx is done. Sources that compare with an earlier reading
// (an admin client's counters) return no rates on their first call, and the gap says so.
//
// A Source is used by one goroutine at a time.
type Source interface {
	Collect(ctx context.Context, w workload.Window) (workload.Sample, error)
}

// Batch is a Source that returns several windows at once: a service that answers late and is asked rarely has many minutes
// to return each time. What keeps history calls CollectAll and not Collect, and appends every sample in turn.
type Batch interface {
	Source
	// CollectAll returns the windows that have become known since the last call, oldest first. None is no error.
	CollectAll(ctx context.Context) ([]workload.Sample, error)
}

// Resumable is a Batch that remembers over processes how far it has come. Kept says that all it has returned so far is in the
// history: the next process continues from there.
type Resumable interface {
	Kept(ctx context.Context)
}

package scale

import (
	"time"

	"github.com/mskfit/mskfit/internal/measure"
)

// Begin is a run that begins now.
func Begin(id, commit string) Run {
	return Run{ID: id, At: time.Now().UTC().Truncate(time.Second), Commit: commit, Machine: measure.Machine(),
		Load: measure.LoadAverage()}
}

// BeginSoak is a soak that begins now.
func BeginSoak(kind, commit string, length time.Duration) Soak {
	return Soak{Kind: kind, At: time.Now().UTC().Truncate(time.Second), Commit: commit, Machine: measure.Machine(),
		Load:    measure.LoadAverage(),
		Seconds: length.Seconds()}
}

package agent

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

// everyFive learns of five minutes at once, every five minutes.
type everyFive struct{ next time.Time }

var _ collector.Batch = (*everyFive)(nil)

func (s *everyFive) CollectAll(context.Context) (out []workload.Sample, err error) {
	now := time.Now().UTC().Truncate(5 * time.Minute)
	for ; s.next.Before(now); s.next = s.next.Add(time.Minute) {
		out = append(out, workload.Sample{Window: workload.Window{Start: s.next, End: s.next.Add(time.Minute)}})
	}
	return out, nil
}

func (s *everyFive) Collect(context.Context, workload.Window) (workload.Sample, error) {
	return workload.Sample{Window: workload.Window{Start: s.next, End: s.next}, Gaps: []workload.Gap{{Source: "cloudwatch", What: "nothing new"}}}, nil
}

// A source of many windows has every one of them kept once, in turn, also while history cannot be written.
func TestEveryWindowOfABatchIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick})
		source := &everyFive{next: time.Now().UTC()}
		a.clusters[0].Sources[0].Source = source
		tried := 0
		f.appendFn = func(one workload.Sample) error {
			if one.Window.Duration() == 0 {
				return nil
			}
			tried++
			if tried%3 == 0 {
				return errors.New("the values wait in memory")
			}
			return nil
		}
		runFor(t, a, 62*time.Minute)
		if tried != 60 {
			t.Errorf("history was given %d minutes of an hour, want each of the 60 once", tried)
		}
		if gaps := a.Status()[0].Sources[0].Gaps; len(f.samples) == 0 || len(gaps) > 1 {
			t.Errorf("status %+v", gaps)
		}
	})
}

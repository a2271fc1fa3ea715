package observe

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// past hands over an hour after the other, newest first, each taking a while: 2 MB/s of orders until they end, and then err.
type past struct {
	hours int
	bare  bool // its samples have no figure of the cluster
	took  time.Duration
	err   error
	deaf  bool
	asked workload.Window
}

func (p *past) ReadBack(ctx context.Context, span workload.Window, emit func(workload.Sample) error) error {
	p.asked = span
	end := span.End
	for range p.hours {
		if p.deaf {
			time.Sleep(p.took)
		} else {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(p.took):
			}
		}
		s := workload.Sample{Source: "kafka", Window: workload.Window{Start: end.Add(-time.Hour), End: end}}
		f := workload.Between(2e6, 1e6, 3e6, workload.Estimated, "offsets")
		s.Totals = workload.Totals{IngressBytesPerSec: f.Ptr(),
			HottestIngress: &workload.Hottest{Topic: "orders", Partition: 1, Rate: f}}
		s.Topics = []workload.Topic{{Name: "orders", Partitions: 2, IngressBytesPerSec: f.Ptr()}}
		if p.bare {
			s.Totals = workload.Totals{}
		}
		if err := emit(s); err != nil {
			return err
		}
		end = end.Add(-time.Hour)
	}
	return p.err
}

// flow is a look at 4 MB/s in and 8 MB/s out of one topic and one group.
type flow struct{ source }

func (f *flow) Collect(ctx context.Context, w workload.Window) (workload.Sample, error) {
	s, err := f.source.Collect(ctx, w)
	s.Topics = []workload.Topic{{Name: "orders", Partitions: 2}}
	s.Groups = []workload.Group{{Name: "billing", Topics: []string{"orders"}}}
	if w.Duration() > 0 {
		in, out := workload.Exactly(4e6, workload.Derived, "sizes"), workload.AtLeast(8e6, workload.Estimated, "commits")
		s.Totals.IngressBytesPerSec, s.Totals.EgressBytesPerSec = in.Ptr(), out.Ptr()
		s.Topics[0].IngressBytesPerSec, s.Topics[0].EgressBytesPerSec = in.Ptr(), out.Ptr()
		s.Groups[0].EgressBytesPerSec = out.Ptr()
	}
	return s, err
}

func (f *flow) WholeWindow() (workload.Sample, bool) { return workload.Sample{}, false }

func TestTheTimeBeforeTheLook(t *testing.T) {
	for _, tt := range []struct {
		name  string
		past  past
		asked time.Duration
		hours float64
		gap   string // empty: none beside those of what was read
	}{
		{"back to the start of the logs", past{hours: 100, took: time.Millisecond}, 14 * 24 * time.Hour, 100, ""},
		{"as far as the look is long", past{hours: 336, took: time.Second}, 14 * 24 * time.Hour, 60,
			"reading back had not finished when the observation ended"},
		{"nothing is there", past{}, 14 * 24 * time.Hour, 0, ""},
		{"nothing is wanted", past{hours: 9}, 0, 0, ""},
		{"too much is gone", past{hours: 9, bare: true}, 14 * 24 * time.Hour, 0, "no longer in the logs"},
		{"a broker fails on the way", past{hours: 5, err: errors.New("broker 2: gone")}, 14 * 24 * time.Hour, 5, "broker 2: gone"},
		{"a broker fails at once", past{err: errors.New("broker 2: gone")}, 14 * 24 * time.Hour, 0, "broker 2: gone"},
		{"it does not listen", past{hours: 3, took: 40 * time.Second, deaf: true}, 14 * 24 * time.Hour, 1,
			"reading back had not finished"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := tt.past
				var lines []string
				began := time.Now()
				r, err := Run(t.Context(), &flow{}, Plan{For: time.Minute, Past: &p, Backfill: tt.asked}, time.Now,
					func(p Progress) { lines = append(lines, p.String()) })
				if took := time.Since(began); err != nil || took > time.Minute+grace {
					t.Fatalf("%v after %s", err, took)
				}
				v := Decide(r, input(t), time.Now())
				if tt.asked > 0 && (!p.asked.End.Equal(began.UTC()) || p.asked.Duration() != tt.asked) {
					t.Errorf("asked for %v, want what was before %s", p.asked, began)
				}
				hours := tt.hours
				if got := v.Window.Duration() - time.Minute; math.Abs(got.Hours()-hours) > 1.01 || tt.gap == "" &&
					got.Hours() != hours {
					t.Errorf("the window begins %s before the look, want %g h", got, hours)
				}
				minutes := 60 * math.Round((v.Window.Duration() - time.Minute).Hours())
				mean := func(before, now float64) float64 { return (minutes*before + now) / (minutes + 1) }
				in, out := v.Workload.IngressBytesPerSec, v.Workload.EgressBytesPerSec
				if !nearly(in.Value, mean(2e6, 4e6)) || !nearly(in.Low, mean(1e6, 4e6)) || !nearly(out.Value, mean(4e6, 8e6)) ||
					out.Bounded() {
					t.Errorf("ingress %+v, egress %+v", in, out)
				}
				topic, group := v.Topics[0], v.Groups[0]
				if !nearly(topic.IngressBytesPerSec.Value, in.Value) || !nearly(topic.EgressBytesPerSec.Value, out.Value) ||
					!nearly(group.EgressBytesPerSec.Value, out.Value) {
					t.Errorf("topic %+v, group %+v", topic, group)
				}
				if f := v.Workload.FanOut; f == nil || !nearly(f.Value, 2) {
					t.Errorf("fan-out %+v, want 2", f)
				}
				if hours > 0 && (in.Method != workload.Estimated || *in.Peak != 4e6 || *in.P50 != 2e6) {
					t.Errorf("ingress %+v, want the hours as median and the look as peak", in)
				}
				told := fmt.Sprint(v.Gaps)
				if tt.gap != "" && !strings.Contains(told, tt.gap) || tt.gap == "" && strings.Contains(told, "the time before") ||
					(hours > 0) != strings.Contains(told, "minutes before the observation") {
					t.Errorf("gaps %s", told)
				}
				if read := strings.Contains(strings.Join(lines, "\n"), " read back · "); read != (hours > 0) {
					t.Errorf("progress %q", lines)
				}
				synctest.Wait()
				time.Sleep(2 * time.Minute) // what did not listen ends
			})
		})
	}
}

func nearly(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }

// Ctrl-C ends reading back, too, and what was read is part of the answer.
func TestCtrlCEndsReadingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 20500*time.Millisecond)
		defer cancel()
		r, err := Run(ctx, &flow{}, Plan{For: time.Minute, Past: &past{hours: 336, took: time.Second}, Backfill: 336 * time.Hour},
			time.Now, nil)
		if err != nil || !r.Interrupted || len(r.Before.Samples) != 20 || !r.Before.Cut {
			t.Fatalf("%v: interrupted %v, %d hours", err, r.Interrupted, len(r.Before.Samples))
		}
		v := Decide(r, input(t), time.Now())
		if !v.Partial || v.Window.Duration() < 20*time.Hour {
			t.Errorf("partial %v, window %v", v.Partial, v.Window)
		}
	})
}

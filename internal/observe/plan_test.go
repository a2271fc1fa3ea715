package observe

import (
	"strings"
	"testing"
	"time"
)

func TestPlan(t *testing.T) {
	for _, tt := range []struct {
		plan   Plan
		sweeps int
		second time.Duration // when the second sweep is due
		err    string
	}{
		{plan: Plan{For: time.Minute}, sweeps: 13, second: 5 * time.Second},
		{plan: Plan{For: 10 * time.Minute}, sweeps: 13, second: 50 * time.Second},
		{plan: Plan{For: time.Hour}, sweeps: 61, second: time.Minute},
		{plan: Plan{For: 3 * time.Second}, sweeps: 4, second: time.Second},
		{plan: Plan{For: time.Second}, sweeps: 2, second: time.Second},
		{plan: Plan{For: 30 * time.Second, Interval: 30 * time.Second}, sweeps: 2, second: 30 * time.Second},
		{plan: Plan{For: 25 * time.Second, Interval: 10 * time.Second}, sweeps: 4, second: 25 * time.Second / 3},
		{plan: Plan{}, err: "for: 0s is too short: a rate needs two sweeps, 1s apart at least"},
		{plan: Plan{For: -time.Minute}, err: "for: -1m0s is too short"},
		{plan: Plan{For: 48 * time.Hour}, err: "mskfit run to watch for longer"},
		{plan: Plan{For: time.Minute, Interval: time.Millisecond}, err: "interval: 1ms is too short: use 1s or more"},
		{plan: Plan{For: 3 * time.Second, Interval: 5 * time.Second}, err: "for: 3s is shorter than two sweeps: they are 5s apart"},
	} {
		err := tt.plan.Validate()
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%+v: got %v, want %q", tt.plan, err, tt.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%+v: %v", tt.plan, err)
			continue
		}
		if got := tt.plan.Sweeps(); got != tt.sweeps {
			t.Errorf("%+v: %d sweeps, want %d", tt.plan, got, tt.sweeps)
		}
		if got := tt.plan.mark(1); got != tt.second {
			t.Errorf("%+v: second sweep at %s, want %s", tt.plan, got, tt.second)
		}
		if got := tt.plan.mark(tt.plan.Sweeps() - 1); got != tt.plan.For {
			t.Errorf("%+v: last sweep at %s", tt.plan, got)
		}
	}
}

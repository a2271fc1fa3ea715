package alert_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

var update = flag.Bool("update", false, "write the golden files of testdata")

// monday is when the month begins; two weeks of history lie before it.
var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// at is the time in the month: day 1 is the first.
func at(day, hour, minute int) time.Time {
	return monday.AddDate(0, 0, day-1).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

// span is one thing that happens in the month.
type span struct {
	from, to time.Time
	// factor multiplies the load; 0: nothing is known, a broker is dead.
	factor float64
}

func (s span) holds(now time.Time) bool { return !now.Before(s.from) && now.Before(s.to) }

var (
	sale       = span{at(11, 9, 0), at(11, 14, 0), 1.8}
	flapping   = span{at(16, 3, 0), at(16, 15, 0), 1.55} // every other quarter of an hour
	deadBroker = span{at(19, 4, 0), at(19, 7, 0), 0}
	loadTest   = span{at(14, 2, 0), at(14, 3, 30), 4} // in the Sunday's maintenance
	standstill = span{at(24, 1, 0), at(24, 5, 0), 0}  // mskfit itself does not run
)

// ingress is what flows into the cluster: its peak grows by 3.2 MB/s a day, sleeps at night and rests on weekends.
func ingress(now time.Time) (float64, bool) {
	days := now.Sub(monday).Hours() / 24
	hour := float64(now.Hour()) + float64(now.Minute())/60
	v := (90 + 3.2*days) * (0.75 + 0.25*math.Sin((hour-6)/24*2*math.Pi))
	if w := now.Weekday(); w == time.Saturday || w == time.Sunday {
		v *= 0.8
	}
	for _, s := range []span{sale, loadTest} {
		if s.holds(now) {
			v *= s.factor
		}
	}
	if flapping.holds(now) && now.Minute()/15%2 == 0 {
		v *= flapping.factor
	}
	return v * workload.MB, !deadBroker.holds(now)
}

// observed is what a window says; without data everything that flows is missing.
func observed(now time.Time, peaks []workload.DailyPeak) workload.Workload {
	one := func(v float64) *workload.Figure { return workload.Exactly(v, workload.Measured, "kafka").Ptr() }
	w := workload.Workload{Cluster: "shop", Region: "us-east-1",
		Window: workload.Window{Start: now.Add(-15 * time.Minute), End: now}, Coverage: 1,
		Partitions: one(240), CompactedPartitions: one(0), Topics: one(2), ConsumerGroups: one(12), MaxMessageBytes: one(1e6),
		StoredBytes: one(5e12), AverageMessageBytes: one(1000),
		ReplicationFactor: 3, DailyPeaks: peaks,
		Posture: &workload.Posture{ReadAt: now, KafkaVersion: "3.9", Mode: "kraft", Authentication: []string{"iam"},
			BrokerConfig: map[string]workload.ConfigValue{}}}
	in, known := ingress(now)
	if !known {
		return w
	}
	rate := func(v float64) *workload.Quantity {
		return workload.Constantly(workload.Between(v, 0.99*v, 1.01*v, workload.Derived, "kafka: log sizes"))
	}
	w.IngressBytesPerSec, w.EgressBytesPerSec, w.MessagesPerSec = rate(in), rate(in), rate(in/1000)
	w.HottestIngress, w.HottestEgress = rate(in/200), rate(in/200)
	notCompacted := false
	for name, share := range map[string]float64{"orders": 0.7, "clicks": 0.3} {
		w.TopicList = append(w.TopicList, workload.TopicWorkload{Name: name, Partitions: 120, ReplicationFactor: 3,
			Compacted: &notCompacted, IngressBytesPerSec: rate(in * share)})
	}
	return w
}

// simulation is the daemon's alerting without the daemon: decide, follow, plan.
type simulation struct {
	input    analyzer.Input
	cfg      alert.Config
	long     verdict.Verdict
	state    drift.State
	alertLog alert.Log
	peaks    []workload.DailyPeak
	lines    []string
}

func newSimulation(t *testing.T) *simulation {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	none := 0.0
	// The month is about the quotas of Serverless; without the preference the premium over Express would decide.
	requirements := workload.Requirements{ExtraReaders: &none, Prefer: "serverless"}
	s := &simulation{cfg: alert.DefaultConfig(),
		input: analyzer.Input{Catalog: c, Options: analyzer.DefaultOptions(), Requirements: requirements}}
	s.input.Options.Headroom = 0 // serverless stays the choice all through the month
	s.cfg.Maintenance = []alert.Maintenance{{Schedule: "0 2 * * 0", Duration: 2 * time.Hour}}
	s.cfg.Routes = []alert.Route{{Targets: []string{"slack"}}, {Targets: []string{"oncall"}, Severities: []string{"critical"}}}
	for day := -14; day < 0; day++ {
		s.day(monday.AddDate(0, 0, day))
	}
	return s
}

// day adds the peak of a day to the history.
func (s *simulation) day(day time.Time) {
	highest := 0.0
	for m := 0; m < 24*60; m += 15 {
		if v, known := ingress(day.Add(time.Duration(m) * time.Minute)); known {
			highest = max(highest, v)
		}
	}
	s.peaks = append(s.peaks, workload.DailyPeak{Day: day, Values: map[string]float64{"ingress_bytes_per_second": highest},
		Complete: true})
}

// step is one turn of the analyze job.
func (s *simulation) step(now time.Time) {
	if s.long.At.IsZero() || now.Hour() == 0 && now.Minute() == 0 {
		in := s.input
		in.Workload = observed(now.Add(-12*time.Hour), s.peaks)
		in.Workload.Window.Start = now.AddDate(0, 0, -14)
		s.long = analyzer.Analyze(in, now)
	}
	in := s.input
	in.Workload = observed(now, nil)
	policy := drift.DefaultPolicy()
	s.state = s.state.Noted(s.long, in.Requirements)
	present := analyzer.Present(in, s.long, s.state, policy, now)
	var events []drift.Event
	s.state, events = drift.Advance(s.state, present, drift.Seen{}, policy, now)
	var messages []alert.Envelope
	s.alertLog, messages = alert.Plan(s.alertLog, alert.Input{Config: s.cfg,
		Recipients: []alert.Recipient{{Name: "oncall"}, {Name: "slack"}}, Cluster: present.Cluster,
		Verdict: present, Events: events, State: s.state}, now)
	for _, m := range messages {
		s.lines = append(s.lines, fmt.Sprintf("%s  %-6s  %s", now.Format("Mon 01-02 15:04"), m.Target, m.Message.Title))
		for _, i := range m.Message.Items {
			s.lines = append(s.lines, "                         "+string(i.State)+": "+i.Reason)
		}
	}
}

// restart is what a restart does to what is remembered.
func (s *simulation) restart(t *testing.T) {
	t.Helper()
	for _, memory := range []struct{ from, to any }{{s.state, &s.state}, {s.alertLog, &s.alertLog}} {
		data, err := json.Marshal(memory.from)
		if err != nil {
			t.Fatal(err)
		}
		switch to := memory.to.(type) {
		case *drift.State:
			*to = drift.State{}
		case *alert.Log:
			*to = alert.Log{}
		}
		if err := json.Unmarshal(data, memory.to); err != nil {
			t.Fatal(err)
		}
	}
}

// A month with all that happens in one must bring the messages of the golden file, which a person can read in a minute.
func TestASimulatedMonth(t *testing.T) {
	s := newSimulation(t)
	for day := 1; day <= 31; day++ {
		for m := 0; m < 24*60; m += 15 {
			now := at(day, 0, m)
			switch {
			case standstill.holds(now):
				continue
			case now.Equal(standstill.to):
				s.restart(t)
			}
			s.step(now)
		}
		s.day(at(day, 0, 0))
	}
	messages := 0
	for _, line := range s.lines {
		if !strings.HasPrefix(line, " ") {
			messages++
		}
	}
	if messages > 15 {
		t.Errorf("%d messages in a month are not few", messages)
	}
	golden(t, "testdata/month.txt", strings.Join(s.lines, "\n")+"\n")
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the messages are not those of %s (write it with -update and look at the difference):\n%s", file, got)
	}
}

package msk

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// daily rises and falls with the hour of the day, between 2 and 10 MB/s, and grows by 1 % a day.
func daily(at time.Time) float64 {
	days := at.Sub(noon).Hours() / 24
	hour := float64(at.Hour()) + float64(at.Minute())/60
	return math.Floor((6e6 + 4e6*math.Sin(hour/24*2*math.Pi)) * (1 + 0.01*days/2))
}

func readBack(t *testing.T, s *Source, from, to time.Time) (cluster, topics []workload.Sample) {
	t.Helper()
	err := s.ReadBack(t.Context(), workload.Window{Start: from, End: to}, func(one workload.Sample) error {
		if one.Totals.IngressBytesPerSec != nil {
			cluster = append(cluster, one)
		} else {
			topics = append(topics, one)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return cluster, topics
}

// spans adds up windows by length and fails on a minute that comes twice.
func spans(t *testing.T, samples []workload.Sample) map[time.Duration]int {
	t.Helper()
	out, seen := map[time.Duration]int{}, map[time.Time]bool{}
	for _, one := range samples {
		out[one.Window.Duration()]++
		for at := one.Window.Start; at.Before(one.Window.End); at = at.Add(time.Minute) {
			if seen[at] {
				t.Fatalf("%v comes twice", at)
			}
			seen[at] = true
		}
	}
	return out
}

// liveSince is where the first call of Collect begins at noon: an hour before the last block that is old enough.
var liveSince = noon.Add(-65 * time.Minute)

func TestReadBackOf63Days(t *testing.T) {
	server := &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
		Metrics: standardMetrics("orders", 3, daily)}
	s := sourceOf(t, server, nil)
	plan, err := s.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	cluster, topics := readBack(t, s, noon.Add(-63*day), noon)
	t.Logf("%d and %d samples in %s; %d calls, %d metrics, %d datapoints", len(cluster), len(topics),
		time.Since(began).Round(time.Millisecond),
		s.Stats().Calls, s.Stats().Metrics, s.Stats().Datapoints)
	got := spans(t, cluster)
	if want := (15*24-1)*60 - 65; got[time.Minute] != want {
		t.Errorf("%d minutes, want %d: 15 days less an hour, and what Collect reads", got[time.Minute], want)
	}
	if want := (48*24 + 1) * 12; got[5*time.Minute] != want {
		t.Errorf("%d times five minutes, want %d: the other 48 days", got[5*time.Minute], want)
	}
	if got := spans(t, topics); got[5*time.Minute] != (15*24-1)*12-13 || len(got) != 1 {
		t.Errorf("topics in %v, want 15 days of five minutes", got)
	}
	for _, one := range cluster {
		if one.Window.Duration() == time.Minute {
			exactly(t, "ingress at "+one.Window.Start.String(), one.Totals.IngressBytesPerSec, daily(one.Window.Start))
			exactly(t, "connections", one.Totals.ClientConnections, 150)
		}
	}
	if stats := s.Stats(); stats.Metrics != int64(plan.BackfillMetrics) || stats.Metrics != int64(server.MetricsAsked()) {
		t.Errorf("asked for %d metrics, AWS counts %d, the plan said %d", stats.Metrics, server.MetricsAsked(),
			plan.BackfillMetrics)
	}
	exactly(t, "ingress of the topic", topics[0].Topics[0].IngressBytesPerSec, 0.75*mean(topics[0].Window))
}

func mean(w workload.Window) float64 {
	total := 0.0
	for at := w.Start; at.Before(w.End); at = at.Add(time.Minute) {
		total += daily(at)
	}
	return total / w.Duration().Minutes()
}

// Interrupted anywhere, and each time by another process, it goes on where it was stopped.
func TestReadBackGoesOnWhereItWasStopped(t *testing.T) {
	server := &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{mskfake.Serverless("clicks")}}
	server.Metrics, _ = serverlessMetrics("clicks", 3)
	from, to := noon.Add(-20*day), noon
	all, _ := readBack(t, sourceOf(t, server, nil), from, to)

	full := errors.New("disk full")
	var parts []workload.Sample
	reached := to
	for range 3 {
		left := 9_999
		err := sourceOf(t, server, nil).ReadBack(t.Context(), workload.Window{Start: from, End: reached},
			func(one workload.Sample) error {
				if left--; left < 0 {
					return full
				}
				parts, reached = append(parts, one), one.Window.Start
				return nil
			})
		if err == nil {
			break
		}
		if !errors.Is(err, full) {
			t.Fatal(err)
		}
	}
	spans(t, parts)
	if got, want := spansOf(parts), spansOf(all); len(got) != len(want) {
		t.Errorf("%d windows in parts, %d at once", len(got), len(want))
	}
}

func spansOf(samples []workload.Sample) map[workload.Window]bool {
	out := map[workload.Window]bool{}
	for _, one := range samples {
		out[one.Window] = true
	}
	return out
}

func TestReadBackComesNewestFirst(t *testing.T) {
	server := &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
		Metrics: standardMetrics("orders", 3, daily)}
	end := liveSince
	err := sourceOf(t, server, nil).ReadBack(t.Context(), workload.Window{Start: noon.Add(-30 * day), End: noon},
		func(one workload.Sample) error {
			switch rated := one.Totals.IngressBytesPerSec != nil; {
			case rated && !one.Window.End.Equal(end), !rated && !one.Window.Start.Equal(end):
				t.Fatalf("%v does not adjoin %v", one.Window, end)
			}
			end = one.Window.Start
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	if !end.Equal(noon.Add(-30 * day)) {
		t.Errorf("it ended at %v", end)
	}
}

// A broker whose datapoints are missing for some minutes of the past leaves bounds there, and names itself.
func TestReadBackSaysWhatIsMissing(t *testing.T) {
	l := newLateCluster()
	l.from, l.to, l.arrive = noon.Add(-10*time.Hour), noon.Add(-10*time.Hour+3*time.Minute), noon.Add(1000*time.Hour)
	cluster, _ := readBack(t, sourceOf(t, l.server, nil), noon.Add(-day), noon)
	estimated := 0
	for _, one := range cluster {
		if one.Window.Start.Before(l.from) || !one.Window.Start.Before(l.to) {
			exactly(t, "ingress", one.Totals.IngressBytesPerSec, 6e6)
			continue
		}
		estimated++
		if f := one.Totals.IngressBytesPerSec; f.Low != 3e6 || f.High != 6e6 || f.Method != workload.Estimated {
			t.Errorf("ingress %+v, want between the others' and the usual", f)
		}
		gapAbout(t, one.Gaps, "BytesInPerSec of broker 3")
	}
	if estimated != 3 || len(cluster) != 24*60-65 {
		t.Errorf("%d estimated minutes of %d, want 3 of a day", estimated, len(cluster))
	}
}

package demo

import (
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/workload"
)

func like() workload.Sample {
	figure := func(v float64) *workload.Figure { f := workload.Exactly(v, workload.Measured, "test"); return &f }
	s := workload.Sample{Source: "kafka", Cluster: "demo",
		Totals: workload.Totals{IngressBytesPerSec: figure(3e6), EgressBytesPerSec: figure(5e6), MessagesPerSec: figure(9000),
			Partitions: figure(226), Topics: figure(34),
			HottestIngress: &workload.Hottest{Topic: "clickstream", Rate: *figure(200e3)}}}
	for _, sh := range shapes {
		s.Topics = append(s.Topics, workload.Topic{Name: sh.topic, Partitions: int(sh.partitions),
			IngressBytesPerSec: figure(100e3), MessagesPerSec: figure(100),
			HottestIngress: &workload.Hottest{Topic: sh.topic, Rate: *figure(50e3)}})
	}
	return s
}

// The past is continuous, ends now with what was measured, has the sale's hot partition, and says that it is made up.
func TestPastEndsWithWhatWasMeasured(t *testing.T) {
	now := time.Date(2026, 11, 30, 9, 41, 30, 0, time.UTC)
	var last workload.Sample
	hottest, n := 0.0, 0
	err := Past(like(), now, 4.6e6, func(s workload.Sample) error {
		if n > 0 && !s.Window.Start.Equal(last.Window.End) {
			t.Fatalf("a hole before %s", s.Window.Start)
		}
		if len(s.Gaps) != 1 || !s.Gaps[0].Inherent {
			t.Fatal("the sample does not say that it is made up")
		}
		hottest = max(hottest, s.Totals.HottestIngress.Rate.Value)
		last = s
		n++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if end := now.Truncate(5 * time.Minute); !last.Window.End.Equal(end) {
		t.Errorf("ends at %s, want %s", last.Window.End, end)
	}
	if v := last.Totals.IngressBytesPerSec.Value; v < 2.7e6 || v > 3.3e6 {
		t.Errorf("ends with %g, measured were 3e6", v)
	}
	if hottest < 4.6e6*0.999 || hottest > 4.6e6*1.001 {
		t.Errorf("hottest partition %g, want 4.6e6", hottest)
	}
	if got := *like().Totals.IngressBytesPerSec; got.Value != 3e6 {
		t.Error("the sample was changed")
	}
}

func BenchmarkPastIntoHistory(b *testing.B) {
	now := time.Now()
	for b.Loop() {
		cfg := history.DefaultConfig()
		cfg.Dir = b.TempDir()
		store, err := history.Open(cfg, history.Options{Now: func() time.Time { return now }, Log: zerolog.Nop()})
		if err != nil {
			b.Fatal(err)
		}
		if err := Past(like(), now, 4.6e6, func(s workload.Sample) error { return store.Append(b.Context(), s) }); err != nil {
			b.Fatal(err)
		}
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

package msk_test

import (
	"math"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// A day of reading goes into history minute by minute, rates soon and details late, and comes out as the load that was: nothing
// counted twice, nothing lost, and what is no rate is the latest.
func TestADayInHistory(t *testing.T) {
	now := noon
	server := oversized()
	server.Now = func() time.Time { return now }
	server.Metrics = append(server.Metrics, &mskfake.Metric{Name: "SumOffsetLag",
		Dimensions: map[string]string{"Cluster Name": "orders", "Consumer Group": "billing", "Topic": "carts"},
		Raw:        func(at time.Time) []float64 { return []float64{at.Sub(noon).Minutes()} }})
	cfg, source := discovered(t, server)
	if cfg.CloudWatch.DetailInterval != time.Hour {
		t.Fatal("this test reckons with details every hour")
	}
	c := history.DefaultConfig()
	c.Dir = t.TempDir()
	store, err := history.Open(c, history.Options{Now: server.Now, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for range 26 * 60 {
		samples, err := source.CollectAll(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range samples {
			if err := store.Append(t.Context(), one); err != nil {
				t.Fatal(err)
			}
		}
		if err := store.Maintain(t.Context()); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
	}
	if refused := store.Status().Refused; refused > 0 {
		t.Errorf("history refused %d values", refused)
	}
	w, err := store.Workload(t.Context(), "orders", workload.Window{Start: noon, End: noon.Add(day)})
	if err != nil {
		t.Fatal(err)
	}
	if w.Coverage < 0.999 {
		t.Errorf("coverage %g, want the whole day", w.Coverage)
	}
	near := func(what string, q *workload.Quantity, mean, peak float64) {
		t.Helper()
		switch {
		case q == nil:
			t.Errorf("%s is absent", what)
		case math.Abs(q.Value-mean) > mean*1e-4 || q.Peak == nil || math.Abs(*q.Peak-peak) > peak*1e-4 ||
			q.Method != workload.Measured:
			t.Errorf("%s has a mean of %g and a peak of %g, %s; want %g and %g, measured", what, q.Value, *q.Peak, q.Method, mean,
				peak)
		}
	}
	near("ingress", w.IngressBytesPerSec, 36e6, 60e6)
	near("egress", w.EgressBytesPerSec, 72e6, 120e6)
	if len(w.TopicList) != 1 {
		t.Fatalf("topics %+v", w.TopicList)
	}
	near("ingress of the topic", w.TopicList[0].IngressBytesPerSec, 18e6, 30e6)
	if len(w.GroupList) != 1 || w.GroupList[0].LagMessages == nil || w.GroupList[0].LagMessages.Value < 24*60 {
		t.Errorf("groups %+v, want a lag from the 25th hour", w.GroupList)
	}
	if w.MSK == nil || w.MSK.Size != "kafka.m5.2xlarge" || w.Posture == nil {
		t.Errorf("MSK %+v, posture %+v", w.MSK, w.Posture)
	}
}

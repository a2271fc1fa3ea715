package history

import (
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/workload"
)

// A reader answers every query, also when the writer has read back and its late values are in files of chunks.
func TestReaderAnswersAgain(t *testing.T) {
	cfg, clk := testConfig(t.TempDir()), newClock(t0)
	s := openTest(t, cfg, clk)
	const minutes = 400
	clk.set(t0.Add(minutes * time.Minute))
	for m := range minutes {
		sample := ingressSample("prod", "kafka", t0.Add(time.Duration(minutes-1-m)*time.Minute), exactly(float64(m+1)))
		if err := s.Append(t.Context(), sample); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(cfg, Options{Now: clk.now, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, r := range []*Store{s, r, r, r} {
		got, err := r.Series(t.Context(), SeriesQuery{Cluster: "prod", Quantity: Ingress, Window: workload.Window{Start: t0, End: clk.now()}})
		if err != nil || len(got.Points) != minutes {
			t.Fatalf("series: %d points, %v, want %d", len(got.Points), err, minutes)
		}
	}
}

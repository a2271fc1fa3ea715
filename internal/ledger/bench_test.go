package ledger

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/verdict"
)

// BenchmarkOpen is the start on a ledger that is there already.
func BenchmarkOpen(b *testing.B) {
	cfg := DefaultConfig()
	cfg.File = filepath.Join(b.TempDir(), "ledger.db")
	for b.Loop() {
		l, err := Open(b.Context(), cfg, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecision is what one decision keeps: a verdict of 500 topics, the state, and a message; durably.
func BenchmarkDecision(b *testing.B) {
	cfg := DefaultConfig()
	cfg.File = filepath.Join(b.TempDir(), "ledger.db")
	l, err := Open(b.Context(), cfg, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	v := exampleVerdict(t0, verdict.Express, 1e8)
	for i := range 500 {
		v.Topics = append(v.Topics, verdict.TopicFigures{Name: fmt.Sprintf("topic-%03d", i), Partitions: 20,
			IngressBytesPerSec: v.Workload.IngressBytesPerSec, EgressBytesPerSec: v.Workload.EgressBytesPerSec})
	}
	n := 0
	for b.Loop() {
		n++
		v.At = t0.Add(time.Duration(n) * time.Hour)
		if err := l.SaveVerdict(b.Context(), v); err != nil {
			b.Fatal(err)
		}
		c := Commitment{Cluster: v.Cluster, Drift: &drift.State{At: v.At},
			Messages: []Message{{fmt.Sprint(n), "slack", []byte("{}")}}}
		if err := l.Commit(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
}

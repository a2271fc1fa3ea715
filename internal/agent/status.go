package agent

import (
	"slices"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// SourceStatus is the state of one source of a cluster.
type SourceStatus struct {
	// Name is the collector's: "kafka", "cloudwatch", "prometheus".
	Name string
	// TriedAt and CollectedAt are the last attempt and the last success; zero: none yet.
	TriedAt, CollectedAt time.Time
	// Gaps are those of the last success; empty: nothing was missing.
	Gaps []workload.Gap
	// Error is why the last attempt gave nothing; empty after a success.
	Error string
	// Backfill is how far reading back has come; nil when nothing is read back.
	Backfill *Backfill
}

// ClusterStatus is what the agent knows of one cluster at present.
type ClusterStatus struct {
	// Name is the cluster's in the configuration.
	Name string
	// Region is empty where it is not declared.
	Region string
	// Sources are in the order of the configuration.
	Sources []SourceStatus
	// Verdict and Drift are nil before the first decision.
	Verdict *verdict.Verdict
	// Drift is the state of the rules; nil before the first decision.
	Drift *drift.State
	// KeptAt is when history last took a sample; zero: none yet.
	KeptAt time.Time
	// Replica is the one that works on the cluster; empty where there is only one, or none does at present.
	Replica string
	// Remote is set when that is another one than this: sources and KeptAt are what it reported.
	Remote bool
}

// Status returns every cluster's status, in the order of the configuration.
func (a *Agent) Status() []ClusterStatus {
	out := make([]ClusterStatus, len(a.clusters))
	for i, c := range a.clusters {
		c.mu.Lock()
		out[i] = ClusterStatus{Name: c.Name, Region: c.Region, Sources: slices.Clone(c.sources), KeptAt: c.keptAt, Remote: c.Remote,
			Verdict: c.verdict, Drift: c.drift} // neither is changed once it is there
		c.mu.Unlock()
	}
	return out
}

// Ready reports whether every cluster has been tried at least once: the daemon serves what it can know.
func (a *Agent) Ready() bool {
	for _, c := range a.Status() {
		for _, s := range c.Sources {
			if s.TriedAt.IsZero() {
				return false
			}
		}
	}
	return true
}

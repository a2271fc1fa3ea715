package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon/sources"
	"github.com/mskfit/mskfit/internal/permissions"
	"github.com/mskfit/mskfit/internal/workload"
)

// readingGap is the time between the two readings of a check: the second says what the first cannot.
const readingGap = time.Second

// source reads one source of a cluster twice and says what it lacks.
func (c *checker) source(ctx context.Context, cluster config.Cluster, w sources.Wanted) []Result {
	part := "cluster " + cluster.Name
	s, err := w.Open(c.log)
	if err != nil {
		return []Result{Outcome(part, w.Name, "", err, "")}
	}
	defer s.Release()
	end := c.now().UTC()
	sample, err := s.Collect(ctx, workload.Window{Start: end.Add(-time.Minute), End: end})
	if err != nil {
		return []Result{Outcome(part, w.Name+": connect", "", err, "")}
	}
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(readingGap):
	}
	end = c.now().UTC()
	if again, err := s.Collect(ctx, workload.Window{Start: end.Add(-time.Minute), End: end}); err == nil {
		sample.Gaps, sample.Totals = again.Gaps, again.Totals
	}
	out := []Result{Outcome(part, w.Name+": connect", seen(sample, s.Spent), nil, "")}
	if cluster.Kafka == nil || w.Name != "kafka" {
		return append(out, gapResults(part, w.Name, sample.Gaps)...)
	}
	return append(out, kafkaResults(part, cluster, sample.Gaps)...)
}

// seen says in a line what the readings showed and what they cost.
func seen(s workload.Sample, spent func() kafka.Stats) string {
	var parts []string
	switch n := len(s.Brokers); n {
	case 0:
	case 1:
		parts = append(parts, "1 broker")
	default:
		parts = append(parts, fmt.Sprintf("%d brokers", n))
	}
	if s.Posture != nil && s.Posture.KafkaVersion != "" {
		parts = append(parts, "Kafka "+s.Posture.KafkaVersion)
	}
	if p := s.Totals.Partitions; p != nil {
		parts = append(parts, workload.FormatNumber(p.Value)+" partitions")
	}
	if spent != nil {
		parts = append(parts, fmt.Sprintf("%d requests for two readings, connecting included", spent().Total()))
	}
	return strings.Join(parts, ", ")
}

// kafkaResults is a line for each permission, and one for each gap that no permission explains.
func kafkaResults(part string, cluster config.Cluster, gaps []workload.Gap) []Result {
	cfg := cluster.Kafka.Config
	missing := kafka.MissingPermissions(cfg, gaps)
	var out []Result
	noTopics := false // no topic is seen
	for _, p := range kafka.Permissions(cfg) {
		r := Result{Part: part, What: fmt.Sprintf("kafka: %s on %s", p.Operation, p.Resource), State: OK}
		var what []string
		for _, g := range missing[p] {
			what = append(what, g.What)
		}
		switch {
		case len(what) > 0:
			r.State, r.Detail, r.Fix = Missing, "not seen: "+strings.Join(what, "; "), permissions.ToAllow(cluster, p)
			noTopics = noTopics || p.Resource == kafka.OnTopic && slices.Contains(what, "topics")
		case noTopics && p.Resource == kafka.OnTopic:
			r.State, r.Detail, r.Fix = Missing, "not tried: no topic is seen", permissions.ToAllow(cluster, p)
		}
		out = append(out, r)
	}
	rest := slices.DeleteFunc(slices.Clone(gaps), func(g workload.Gap) bool {
		return slices.ContainsFunc(kafka.Permissions(cfg), func(p kafka.Permission) bool { return p.Explains(g) })
	})
	for _, r := range gapResults(part, "kafka", rest) {
		if r.What == "kafka: "+kafka.NoTopics { // a cluster that is still empty lacks nothing
			r.State = Warning
		}
		out = append(out, r)
	}
	return out
}

func gapResults(part, source string, gaps []workload.Gap) []Result {
	var out []Result
	for _, g := range gaps {
		out = append(out, Result{Part: part, What: source + ": " + g.What, State: Missing, Detail: g.Why + ": " + g.Effect})
	}
	return out
}

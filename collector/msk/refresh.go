package msk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/workload"
)

// listWhenDue finds the metrics again every hour: topics come and go.
func (s *Source) listWhenDue(ctx context.Context, now time.Time) error {
	if !s.listedAt.IsZero() && now.Sub(s.listedAt) < time.Hour && !now.Before(s.listedAt) {
		return nil
	}
	all, err := listSeries(ctx, s.through(), s.Cluster(), s.cfg, s.meter, true)
	if err != nil {
		if s.series == nil {
			return err
		}
		s.log.Warn().Err(err).Msg("metrics could not be listed again; the last list is used")
		return nil
	}
	plan, err := s.planOf(all)
	if err != nil {
		return err
	}
	s.series, s.listedAt = all, now
	s.namelessLag(ctx)
	s.forget()
	s.mu.Lock()
	s.plan = &plan
	s.mu.Unlock()
	if text := plan.String(); text != s.announced {
		s.announced = text
		s.log.Info().Int("rates", plan.Rates.Metrics).Dur("interval", plan.Rates.Interval).Int("details", plan.Details.Metrics).
			Dur("detail_interval", plan.Details.Interval).Float64("monthly_usd", plan.MonthlyUSD).Msg("reading CloudWatch")
	}
	return nil
}

// describeWhenDue asks again what the cluster is. A cluster that is gone is an error; one that cannot be described stays as it was.
func (s *Source) describeWhenDue(ctx context.Context, now time.Time) error {
	if age := now.Sub(s.describe); age >= 0 && age < s.refresh {
		return nil
	}
	fresh, err := Describe(ctx, s.through(), s.Cluster().ARN, now)
	switch {
	case awsconf.KindOf(err) == awsconf.NotFound:
		return fmt.Errorf("cluster %s was deleted: %w", s.Cluster().Name, err)
	case err != nil:
		s.log.Warn().Err(err).Msg("the cluster could not be described again; the last description is used")
		return nil
	}
	s.describe = now
	s.posture = &fresh.Posture
	s.logGaps(fresh.Gaps)
	s.mu.Lock()
	if !slices.Equal(s.cluster.Nodes, fresh.Nodes) {
		s.known = map[int32]*workload.Broker{}
	}
	s.cluster = fresh
	s.mu.Unlock()
	return nil
}

// logGaps logs what the control plane does not say, once until it changes.
func (s *Source) logGaps(gaps []workload.Gap) {
	for _, g := range gaps {
		if !slices.Contains(s.logged, g) {
			s.log.Warn().Str("what", g.What).Str("why", g.Why).Str("effect",
				g.Effect).Msg("the description of the cluster is incomplete")
		}
	}
	s.logged = slices.Clone(gaps)
}

// gaps are all that hold at present: of the control plane, of the kind of cluster, and of the last readings.
func (s *Source) gaps() []workload.Gap {
	cluster := s.Cluster()
	out := slices.Clone(cluster.Gaps)
	out = append(out, notPublished(&cluster)...)
	all := &collector.Gaps{}
	for _, g := range s.gapsOf {
		all.Join(g)
	}
	if s.nameless {
		all.Add("lag of consumer groups", "CloudWatch has it without the cluster's name, so it could belong to another cluster",
			"lag is unknown; add a Kafka source to read it")
	}
	return append(out, all.List(sourceName)...)
}

// namelessLag finds out whether lag is published without the cluster's name, as AWS's lists have it for some clusters (S-METX;
// S-MET names the cluster): then it is unknown whose it is.
func (s *Source) namelessLag(ctx context.Context) {
	s.nameless = false
	if !s.cfg.Lag || slices.ContainsFunc(s.series, func(x *series) bool { return x.quantity == lag }) {
		return
	}
	found, err := listed(ctx, s.through(), s.meter, "SumOffsetLag")
	if err != nil {
		return // the gap would be about a gap
	}
	for _, dims := range found {
		_, named := dims[dimCluster]
		s.nameless = s.nameless || !named
	}
}

// forget drops what is remembered of series that are gone.
func (s *Source) forget() {
	kept := make(map[string]*memory, len(s.series))
	for _, x := range s.series {
		if m := s.memories[x.key]; m != nil {
			kept[x.key] = m
		}
	}
	s.memories = kept
}

package sources

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/workload"
)

// CloudWatch is the source's name, which its figures carry.
const CloudWatch = "cloudwatch"

// mskSource is one cluster's CloudWatch source. The cluster is looked up when it is first read, and again once it is gone: a
// cluster that cannot be found fails on its own, and one that is made again under its name is taken up. Collecting is for one
// goroutine at a time; reading back may run beside it.
type mskSource struct {
	access *Access
	cfg    config.MSK
	// name is the cluster's in history.
	name   string
	region string
	log    zerolog.Logger

	opening sync.Mutex  // held while the cluster is looked up
	mu      sync.Mutex  // guards the rest
	inner   *msk.Source // nil until the cluster was found
	// expired: the credentials have to be read again before the next call.
	expired bool
}

var (
	_ collector.Batch     = (*mskSource)(nil)
	_ collector.Resumable = (*mskSource)(nil)
	_ agent.Past          = (*mskSource)(nil)
)

// wantedMSK is the source of a cluster of Amazon MSK.
func wantedMSK(cfg config.MSK, name, region string, access *Access) Wanted {
	id := struct {
		config.MSK
		region string
	}{cfg, region}
	return Wanted{CloudWatch, id, nil, func(log zerolog.Logger) (*Source, error) {
		s := &mskSource{access: access, cfg: cfg, name: name, region: region, log: log}
		out := &Source{Source: s, cloudwatch: s, Late: s.late}
		if reach := cfg.CloudWatch.Backfill.Duration(); reach > 0 {
			out.Past, out.Reach = s, reach
		}
		return out, nil
	}}
}

// Metrics finds a cluster and returns what reads its metrics.
func (a *Access) Metrics(ctx context.Context, cluster config.Cluster, log zerolog.Logger) (*msk.Source, error) {
	return (&mskSource{access: a, cfg: *cluster.MSK, region: cluster.Region, log: log}).open(ctx)
}

// open returns the source of the cluster, and finds the cluster first where that has not been done.
func (s *mskSource) open(ctx context.Context) (*msk.Source, error) {
	s.opening.Lock()
	defer s.opening.Unlock()
	s.mu.Lock()
	inner, expired := s.inner, s.expired
	s.mu.Unlock()
	if inner != nil && !expired {
		return inner, nil
	}
	s.access.paces.know(s.cfg.AWS, s.cfg.ARN)
	clients, err := s.access.Clients(ctx, s.cfg.AWS, s.region)
	if err != nil {
		return nil, err
	}
	if inner != nil {
		inner.Use(clients)
	} else {
		cluster, err := s.access.find(ctx, clients, s.cfg.ARN, s.cfg.Name)
		if err != nil {
			s.access.Renew(s.cfg.AWS, s.region, err)
			return nil, err
		}
		s.access.paces.know(s.cfg.AWS, cluster.ARN)
		inner = msk.NewSource(s.cfg.In(s.region), cluster, clients, s.log, msk.WithClock(s.access.now),
			msk.WithAccounts(s.access.accounts, s.name))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inner, s.expired = inner, false
	return inner, nil
}

// reread has the next call begin anew, with the account that the ledger has then.
func (s *mskSource) reread() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inner = nil
}

// opened returns the source if the cluster was found.
func (s *mskSource) opened() *msk.Source {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inner
}

// late is how old the newest minute may be: as the intervals are configured, until it is known how the budget stretches them.
func (s *mskSource) late() time.Duration {
	if inner := s.opened(); inner != nil {
		return inner.Late()
	}
	return s.cfg.CloudWatch.Oldest()
}

// mind draws the consequences of an error for the next call: other credentials, or another cluster of the name. It returns the
// error.
func (s *mskSource) mind(inner *msk.Source, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil || s.inner != inner:
	case awsconf.KindOf(err) == awsconf.NotFound:
		s.inner = nil
	case s.access.Renew(s.cfg.AWS, s.region, err):
		s.expired = true
	}
	return err
}

// Collect reads what has become known as one sample.
func (s *mskSource) Collect(ctx context.Context, w workload.Window) (workload.Sample, error) {
	inner, err := s.open(ctx)
	if err != nil {
		return workload.Sample{Source: CloudWatch}, err
	}
	sample, err := inner.Collect(ctx, w)
	return sample, s.mind(inner, err)
}

// CollectAll reads what has become known, oldest first: where two windows end together, the one with the cluster's rates comes
// last.
func (s *mskSource) CollectAll(ctx context.Context) ([]workload.Sample, error) {
	inner, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	samples, err := inner.CollectAll(ctx)
	slices.SortStableFunc(samples, func(a, b workload.Sample) int {
		if c := a.Window.End.Compare(b.Window.End); c != 0 {
			return c
		}
		return hasRates(a) - hasRates(b)
	})
	return samples, s.mind(inner, err)
}

// Kept notes that history has all that was collected.
func (s *mskSource) Kept(ctx context.Context) {
	if inner := s.opened(); inner != nil {
		inner.Kept(ctx)
	}
}

func hasRates(s workload.Sample) int {
	if s.Totals.IngressBytesPerSec != nil {
		return 1
	}
	return 0
}

// ReadBack goes back from where b has come to, a few clusters at a time.
func (s *mskSource) ReadBack(ctx context.Context, b agent.Backfill, emit func(workload.Sample, agent.Progress) error) error {
	select {
	case s.access.reading <- struct{}{}:
		defer func() { <-s.access.reading }()
	case <-ctx.Done():
		return ctx.Err()
	}
	inner, err := s.open(ctx)
	if err != nil {
		return err
	}
	err = inner.ReadBack(ctx, workload.Window{Start: b.Span.Start, End: b.Reached}, func(sample workload.Sample) error {
		return emit(sample, agent.Progress{Reached: sample.Window.Start})
	})
	return s.mind(inner, err)
}

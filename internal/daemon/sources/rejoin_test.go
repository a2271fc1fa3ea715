package sources

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// oneLedger keeps accounts as a ledger that replicas share does.
type oneLedger struct {
	mu  sync.Mutex
	all map[string]msk.Account
}

func (l *oneLedger) LoadAccount(_ context.Context, arn string) (msk.Account, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all[arn], nil
}

func (l *oneLedger) UpdateAccount(_ context.Context, arn string, change func(msk.Account) msk.Account) (msk.Account, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all[arn] = change(l.all[arn])
	return l.all[arn], nil
}

// orders is a configuration with one MSK cluster, and who answers for it.
func orders(t *testing.T, now func() time.Time) (config.Config, *mskfake.Server) {
	t.Helper()
	server := &mskfake.Server{Now: now, Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
		Metrics: mskfake.ProvisionedMetrics("orders", 3, mskfake.Office)}
	cfg, err := config.Load(mskfake.File(t, mskfake.Config(t, server)+"clusters: [{name: orders, msk: {}}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	return cfg, server
}

// turn is one reading of the fleet's only cluster by the replica that holds its lease.
func turn(t *testing.T, f *Fleet, cfg config.Config) []workload.Sample {
	t.Helper()
	clusters, err := f.Plan(cfg.Clusters, func(string) bool { return true }, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	source := clusters[0].Sources[0].Source
	samples, err := source.(collector.Batch).CollectAll(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	source.(collector.Resumable).Kept(t.Context())
	return samples
}

// A replica that loses its lease and gets it back goes on where the one in between has come to: it asks for nothing twice, and has
// what that one has spent.
func TestALeaseThatComesBackBringsTheAccount(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	cfg, server := orders(t, func() time.Time { return now })
	l := &oneLedger{all: map[string]msk.Account{}}
	var a, b Fleet
	for _, f := range []*Fleet{&a, &b} {
		f.Access = NewAccess("test", l, func() time.Time { return now })
		defer f.Close()
	}
	turn(t, &a, cfg)
	now = now.Add(time.Hour)
	theirs := turn(t, &b, cfg)
	now = now.Add(15 * time.Minute)
	a.Reread()
	ours := turn(t, &a, cfg)
	if len(ours) != 15 {
		t.Errorf("%d minutes were read after the lease came back, want the 15 since the other replica's", len(ours))
	}
	reached := time.Time{}
	for _, s := range theirs {
		if s.Window.End.After(reached) {
			reached = s.Window.End
		}
	}
	for _, s := range ours {
		if s.Window.Start.Before(reached) {
			t.Errorf("%v was read by the other replica already", s.Window)
		}
	}
	if got := l.all[server.Clusters[0].ARN()].Metrics; got != int64(server.MetricsAsked()) {
		t.Errorf("the account has %d metrics, AWS %d", got, server.MetricsAsked())
	}
}

package sources

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/awsconf"
)

var testQuota = msk.Quota{Name: "test", PerSecond: 100}

// replicas are processes that share the quotas of an account; used is what each has used.
type replicas struct {
	alive atomic.Int64
	used  []atomic.Int64
}

// hammer has n replicas with ten callers each use the quota as fast as they may, until their context ends.
func hammer(ctx context.Context, r *replicas, identity func(caller int) awsconf.Config) (kill []context.CancelFunc) {
	for i := range r.used {
		p := newPaces()
		p.replicas = func() int { return int(r.alive.Load()) }
		alive, end := context.WithCancel(ctx)
		kill = append(kill, end)
		for caller := range 10 {
			as := identity(caller)
			p.know(as, "arn:aws:kafka:us-east-1:123456789012:cluster/orders/uuid")
			go func() {
				for (pace{p, as, "us-east-1"}).Wait(alive, testQuota, 1) == nil {
					r.used[i].Add(1)
				}
			}()
		}
	}
	return kill
}

func someone(int) awsconf.Config { return awsconf.DefaultConfig() }

// Two replicas together use half of the account's quota, each one a half of that; what a dead one had goes to the other.
func TestReplicasShareAQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		r := &replicas{used: make([]atomic.Int64, 2)}
		r.alive.Store(2)
		kill := hammer(ctx, r, someone)
		time.Sleep(time.Minute)
		synctest.Wait()
		for i := range r.used {
			if got := r.used[i].Load(); got < 60*25 || got > 61*25+1 { // half of 100 a second, of which each has half
				t.Errorf("replica %d of 2 used %d in a minute, want %d", i, got, 60*25)
			}
		}
		kill[1]()
		synctest.Wait()
		dead, before := r.used[1].Load(), r.used[0].Load()
		r.alive.Store(1) // its lease has run out
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := r.used[0].Load() - before; got < 59*50 || got > 61*50+1 {
			t.Errorf("the one that is left used %d in a minute, want %d", got, 60*50)
		}
		if got := r.used[1].Load(); got != dead {
			t.Errorf("the dead one used %d more", got-dead)
		}
		before = r.used[0].Load()
		r.alive.Store(4) // three join
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := float64(r.used[0].Load() - before); got < 60*12.5-1 || got > 61*12.5+1 {
			t.Errorf("one of four used %g in a minute, want %g", got, 60*12.5)
		}
		end()
		synctest.Wait()
	})
}

// All identities of one account share its quota; another account and another region have their own.
func TestQuotasAreOfAnAccountAndRegion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		r := &replicas{used: make([]atomic.Int64, 1)}
		r.alive.Store(1)
		hammer(ctx, r, func(caller int) awsconf.Config {
			as := awsconf.DefaultConfig()
			switch caller % 3 {
			case 1:
				as.Profile = "team"
			case 2:
				as.RoleARN = "arn:aws:iam::123456789012:role/mskfit"
			}
			return as
		})
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := r.used[0].Load(); got < 60*50 || got > 61*50+1 {
			t.Errorf("three identities of one account used %d in a minute, want %d", got, 60*50)
		}
		end()
		synctest.Wait()
	})
	p, as := newPaces(), awsconf.DefaultConfig()
	other := as
	other.RoleARN = "arn:aws:iam::210987654321:role/mskfit"
	here := p.bucket(as, "us-east-1", testQuota)
	if p.bucket(as, "eu-west-1", testQuota) == here || p.bucket(other, "us-east-1", testQuota) == here {
		t.Error("another region or account has the same quota")
	}
	p.know(as, "arn:aws:kafka:us-east-1:123456789012:cluster/orders/uuid")
	if p.bucket(as, "us-east-1", testQuota) != here {
		t.Error("what an identity has used is forgotten once its account is known")
	}
}

// A call that needs more than a second's quota goes, and the next one waits for it; a caller that gives up leaves the line.
func TestALargeCallIsPaidOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pace{newPaces(), awsconf.DefaultConfig(), "us-east-1"}
		began := time.Now()
		for range 2 {
			if err := p.Wait(t.Context(), testQuota, 550); err != nil {
				t.Fatal(err)
			}
		}
		if got := time.Since(began).Round(time.Second); got != 10*time.Second { // 50 a second: (550 − 50) ÷ 50
			t.Errorf("the second call went after %s, want 10s", got)
		}
		impatient, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		began = time.Now()
		if err := p.Wait(impatient, testQuota, 1); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 3*time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	})
}

// A source and a discovery that reach AWS through one Access are counted in the same place.
func TestAccessPacesAllItsClients(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	cfg, server := orders(t, func() time.Time { return now })
	f := Fleet{Access: NewAccess("test", &oneLedger{all: map[string]msk.Account{}}, server.Now)}
	defer f.Close()
	as := cfg.Clusters[0].MSK.AWS
	clients, err := f.Access.Clients(t.Context(), as, "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	inv, err := msk.Discover(t.Context(), clients, msk.Filter{}, now)
	if err != nil {
		t.Fatal(err)
	}
	f.Access.Keep(as, inv.Clusters)
	turn(t, &f, cfg)
	if _, err := f.Access.Metrics(t.Context(), cfg.Clusters[0], zerolog.Nop()); err != nil {
		t.Fatal(err)
	}
	sent := map[string]float64{}
	for _, operation := range []string{"ListMetrics", "GetMetricData"} {
		sent[operation] = float64(server.Calls(operation))
	}
	used := map[string]float64{}
	f.Access.Quotas(func(region, quota string, n, _ float64) { used[region+" "+quota] = n })
	if used["us-east-1 list_metrics_requests"] != sent["ListMetrics"] || sent["ListMetrics"] == 0 ||
		used["us-east-1 get_metric_data_requests"] != sent["GetMetricData"] || sent["GetMetricData"] == 0 ||
		used["us-east-1 msk_requests"] < 2 {
		t.Errorf("counted %v, sent %v", used, sent)
	}
	if len(f.Access.paces.accounts) != 1 {
		t.Errorf("accounts %v", f.Access.paces.accounts)
	}
}

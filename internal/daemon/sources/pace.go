package sources

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/awsconf"
)

const (
	// share is the part of an account's quota that mskfit uses at most, over all replicas: the rest is for dashboards, alarms and
	// whatever else asks AWS there.
	share = 0.5
	// burst is how much of a quota that was not used is still there later.
	burst = time.Second
	// longestPause is after how long a call that waits looks again: there may be fewer replicas.
	longestPause = time.Second
)

// paces hold the calls of this process back, by account, region and quota. All clusters and discoveries of the process share them.
type paces struct {
	// replicas is how many processes share the quotas; nil: only this one.
	replicas func() int

	mu sync.Mutex
	// accounts are the known ones of identities.
	accounts map[awsconf.Config]string
	buckets  map[bucketID]*bucket
}

// bucketID is a quota in an account and region. An account that is not known yet is its identity.
type bucketID struct {
	account string
	as      awsconf.Config
	region  string
	quota   msk.Quota
}

func newPaces() *paces {
	return &paces{accounts: map[awsconf.Config]string{}, buckets: map[bucketID]*bucket{}}
}

// accountIn is the account of an ARN; empty: it has none, or is no ARN.
func accountIn(text string) string {
	a, _ := arn.Parse(text) // the zero value with an error
	return a.AccountID
}

// know notes that the cluster of an ARN is asked about as this identity. What it has used so far counts for the account.
func (p *paces) know(as awsconf.Config, cluster string) {
	account := accountIn(cluster)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.accounts[as] != "" || account == "" || as.RoleARN != "" {
		return
	}
	p.accounts[as] = account
	for id, b := range p.buckets {
		if id.as != as {
			continue
		}
		delete(p.buckets, id)
		id.account, id.as = account, awsconf.Config{}
		if p.buckets[id] == nil {
			p.buckets[id] = b
		}
	}
}

// bucket is the one of a quota for calls as this identity.
func (p *paces) bucket(as awsconf.Config, region string, q msk.Quota) *bucket {
	p.mu.Lock()
	defer p.mu.Unlock()
	id := bucketID{account: accountIn(as.RoleARN), region: region, quota: q}
	if id.account == "" {
		id.account = p.accounts[as]
	}
	if id.account == "" {
		id.as = as
	}
	b := p.buckets[id]
	if b == nil {
		b = &bucket{turn: make(chan struct{}, 1)}
		p.buckets[id] = b
	}
	return b
}

// part is what this process uses of every quota at most, 0–1.
func (p *paces) part() float64 {
	n := 1
	if p.replicas != nil {
		n = max(1, p.replicas())
	}
	return share / float64(n)
}

func (p *paces) perSecond(q msk.Quota) float64 { return p.part() * q.PerSecond }

// pace holds back calls as one identity in one region.
type pace struct {
	*paces
	as     awsconf.Config
	region string
}

// Wait returns once n of the quota may be used.
func (p pace) Wait(ctx context.Context, q msk.Quota, n float64) error {
	return p.bucket(p.as, p.region, q).wait(ctx, func() float64 { return p.perSecond(q) }, n)
}

// bucket is a token bucket that may be overdrawn once: a call that needs more than it holds goes, and the next one waits
// longer. So over any time t no more is used than rate × (t + burst) and one call.
type bucket struct {
	turn chan struct{} // held by the first call in line

	mu sync.Mutex
	// level is what may be used at this time; below zero: calls wait.
	level float64
	at    time.Time
	// used and waited are since the start.
	used   float64
	waited time.Duration
}

func (b *bucket) wait(ctx context.Context, rate func() float64, n float64) error {
	began := time.Now()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.waited += time.Since(began)
	}()
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		pause := b.take(time.Now(), rate(), n)
		if pause == 0 {
			return nil
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}

// take takes n, or returns how long to wait before the next attempt.
func (b *bucket) take(now time.Time, perSecond, n float64) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	full := perSecond * burst.Seconds()
	if b.at.IsZero() {
		b.level = full
	} else {
		b.level = min(full, b.level+perSecond*now.Sub(b.at).Seconds())
	}
	b.at = now
	if b.level >= 0 {
		b.level -= n
		b.used += n
		return 0
	}
	pause := time.Duration(-b.level / perSecond * float64(time.Second)).Round(time.Millisecond)
	return min(max(pause, time.Millisecond), longestPause)
}

// Part is what this process uses at most of AWS's quotas, 0–1: half, divided by the replicas.
func (a *Access) Part() float64 { return a.paces.part() }

// Quotas calls each with what was used of every quota in every region since the start, and how many seconds calls have waited for
// it. Accounts are added up.
func (a *Access) Quotas(each func(region, quota string, used, waitedSeconds float64)) {
	type key struct{ region, quota string }
	type sum struct{ used, waited float64 }
	sums := map[key]sum{}
	a.paces.mu.Lock()
	for id, b := range a.paces.buckets {
		k := key{id.region, id.quota.Name}
		s := sums[k]
		b.mu.Lock()
		s.used, s.waited = s.used+b.used, s.waited+b.waited.Seconds()
		b.mu.Unlock()
		sums[k] = s
	}
	a.paces.mu.Unlock()
	for k, s := range sums {
		each(k.region, k.quota, s.used, s.waited)
	}
}

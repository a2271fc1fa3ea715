package discovery

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon/sources"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workload"
)

// Finder finds the clusters of the configuration's msk lines, region by region: one that cannot be asked keeps the clusters that
// it had. What was found is in the ledger, so that a start without AWS watches them all the same. It is safe for concurrent
// use.
type Finder struct {
	access *sources.Access
	store  Documents
	now    func() time.Time
	log    zerolog.Logger

	mu     sync.Mutex
	places map[string]*place
	left   []web.Left
	// stale: what was found is not in force yet; unsaved: the ledger does not have it. triedAt is when either was last tried in
	// vain.
	stale, unsaved bool
	triedAt        time.Time
}

// Documents is the part of the ledger that a discovery needs; nil keeps nothing.
type Documents interface {
	Document(ctx context.Context, kind, name string) ([]byte, time.Time, error)
	SaveDocument(ctx context.Context, kind, name string, body []byte) error
}

// place is one region as one line of the configuration sees it.
type place struct {
	Clusters []foundCluster `json:"clusters"`
	// ListedAt is when the list was last read to its end.
	ListedAt time.Time `json:"listed_at"`

	// unread: the ledger could not be read, so that what it has must not be replaced by what is known here.
	unread               bool
	triedAt, failedSince time.Time
	err                  error
	gaps                 []workload.Gap
}

// foundCluster is a cluster that was found.
type foundCluster struct {
	ARN  string `json:"arn"`
	Name string `json:"name"`
	// As is how it is called here: its name, unless another cluster has that.
	As string `json:"as"`
}

// New has found nothing yet; what was found before is read from the store when the first line is due.
func New(access *sources.Access, store Documents, now func() time.Time, log zerolog.Logger) *Finder {
	return &Finder{access: access, store: store, now: now, log: log, places: map[string]*place{}}
}

// Spot is a region of a line.
type Spot struct {
	Line   int
	Fleet  config.Fleet
	Region string
	key    string
}

// String names the spot as messages do.
func (s Spot) String() string { return fmt.Sprintf("msk[%d] %s", s.Line, s.Region) }

// Spots lists the regions of all lines, in the order of the file.
func Spots(cfg config.Config) (out []Spot) {
	for i, f := range cfg.MSK {
		for _, region := range f.Regions {
			id, _ := json.Marshal(struct { // these always have a JSON form
				AWS    awsconf.Config
				Filter msk.Filter
				Region string
			}{f.AWS, f.Filter, region})
			out = append(out, Spot{i, f, region, fmt.Sprintf("%x", sha256.Sum256(id))})
		}
	}
	return out
}

// Clusters are those that the lines have found, as the configuration would name them. Those that are in it are left out.
func (d *Finder) Clusters(ctx context.Context, cfg config.Config) []config.Cluster {
	d.mu.Lock()
	defer d.mu.Unlock()
	spots := Spots(cfg)
	taken, seen := map[string]bool{}, map[string]bool{}
	for _, c := range cfg.Clusters {
		taken[c.Name] = true
	}
	type hit struct {
		Spot
		*foundCluster
	}
	var hits []hit
	for _, s := range spots {
		p := d.place(ctx, s)
		for i := range p.Clusters {
			if c := &p.Clusters[i]; !seen[c.ARN] && !named(cfg, s, c) {
				seen[c.ARN] = true
				hits = append(hits, hit{s, c})
			}
		}
	}
	for _, h := range hits { // a cluster keeps the name that it had
		if taken[h.As] {
			h.As = ""
		}
		taken[h.As] = true
	}
	var out []config.Cluster
	for _, h := range hits {
		if h.As == "" {
			h.As = freeName(taken, h.Name, h.Region, awsconf.AccountOf(h.ARN))
			taken[h.As] = true
		}
		out = append(out, config.Cluster{Name: h.As, Region: h.Region, Requirements: h.Fleet.Requirements, Limits: h.Fleet.Limits,
			MSK: &config.MSK{ARN: h.ARN, Name: h.Name, AWS: h.Fleet.AWS, Refresh: h.Fleet.Refresh, CloudWatch: h.Fleet.CloudWatch}})
	}
	return out
}

// named reports whether the cluster is in the file itself.
func named(cfg config.Config, s Spot, found *foundCluster) bool {
	return slices.ContainsFunc(cfg.Clusters, func(c config.Cluster) bool {
		if c.MSK == nil {
			return false
		}
		return c.MSK.ARN == found.ARN || c.MSK.ARN == "" && c.MSK.Name == found.Name && c.Region == s.Region &&
			c.MSK.AWS == s.Fleet.AWS
	})
}

// freeName is the cluster's name, or one that says where it is when another cluster has that.
func freeName(taken map[string]bool, name, region, account string) string {
	for _, one := range []string{name, name + "." + region, name + "." + region + "." + account} {
		if !taken[one] {
			return one
		}
	}
	for n := 2; ; n++ {
		if one := fmt.Sprintf("%s.%d", name, n); !taken[one] {
			return one
		}
	}
}

// place returns what is known of a spot, from memory or from the ledger; a ledger that cannot be read now is read again the
// next time. The caller holds mu.
func (d *Finder) place(ctx context.Context, s Spot) *place {
	p := d.places[s.key]
	if p != nil && !p.unread {
		return p
	}
	if p == nil {
		p = &place{}
		d.places[s.key] = p
	}
	if d.store == nil {
		return p
	}
	body, _, err := d.store.Document(ctx, ledger.Discovered, s.key)
	if err == nil && body != nil {
		err = json.Unmarshal(body, p)
	}
	if err != nil && !p.unread {
		d.log.Warn().Err(err).Str("where", s.String()).Msg("the clusters found before are unknown")
	}
	p.unread = err != nil
	return p
}

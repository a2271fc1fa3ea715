package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workload"
)

// discovery finds the clusters of the configuration's msk lines, region by region: one that cannot be asked keeps the clusters that
// it had. What was found stands in the ledger, so that a start without AWS watches them all the same. It is safe for concurrent
// use.
type discovery struct {
	access *mskAccess
	store  documents
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

// documents is the part of the ledger that a discovery needs; nil keeps nothing.
type documents interface {
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

func newDiscovery(access *mskAccess, store documents, now func() time.Time, log zerolog.Logger) *discovery {
	return &discovery{access: access, store: store, now: now, log: log, places: map[string]*place{}}
}

// spot is a region of a line.
type spot struct {
	line   int
	fleet  config.Fleet
	region string
	key    string
}

// String names the spot as messages do.
func (s spot) String() string { return fmt.Sprintf("msk[%d] %s", s.line, s.region) }

// spotsOf lists the regions of all lines, in the order of the file.
func spotsOf(cfg config.Config) (out []spot) {
	for i, f := range cfg.MSK {
		for _, region := range f.Regions {
			id, _ := json.Marshal(struct { // these always have a JSON form
				AWS    awsconf.Config
				Filter msk.Filter
				Region string
			}{f.AWS, f.Filter, region})
			out = append(out, spot{i, f, region, fmt.Sprintf("%x", sha256.Sum256(id))})
		}
	}
	return out
}

// clusters are those that the lines have found, as the configuration would name them. Those that stand in it are left out.
func (d *discovery) clusters(ctx context.Context, cfg config.Config) []config.Cluster {
	d.mu.Lock()
	defer d.mu.Unlock()
	spots := spotsOf(cfg)
	taken, seen := map[string]bool{}, map[string]bool{}
	for _, c := range cfg.Clusters {
		taken[c.Name] = true
	}
	type hit struct {
		spot
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
			h.As = freeName(taken, h.Name, h.region, accountOf(h.ARN))
			taken[h.As] = true
		}
		out = append(out, config.Cluster{Name: h.As, Region: h.region, Requirements: h.fleet.Requirements, Limits: h.fleet.Limits,
			MSK: &config.MSK{ARN: h.ARN, Name: h.Name, AWS: h.fleet.AWS, Refresh: h.fleet.Refresh, CloudWatch: h.fleet.CloudWatch}})
	}
	return out
}

// named reports whether the cluster stands in the file itself.
func named(cfg config.Config, s spot, found *foundCluster) bool {
	return slices.ContainsFunc(cfg.Clusters, func(c config.Cluster) bool {
		if c.MSK == nil {
			return false
		}
		return c.MSK.ARN == found.ARN || c.MSK.ARN == "" && c.MSK.Name == found.Name && c.Region == s.region && c.MSK.AWS == s.fleet.AWS
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

// accountOf is the account in the ARN of a cluster or a role; empty for anything else.
func accountOf(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 4 {
		return parts[4]
	}
	return ""
}

// place returns what is known of a spot, from memory or from the ledger; a ledger that cannot be read now is read again the
// next time. The caller holds mu.
func (d *discovery) place(ctx context.Context, s spot) *place {
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

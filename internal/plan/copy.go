package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// copying is what moving the data that is kept today takes.
type copying struct {
	// Stored is one copy of what is kept, bytes; nil: unknown.
	Stored *float64
	// Limit is what the target may take in, Live the traffic that it takes in anyway, both bytes per second at the statistic
	// that the sizing uses; nil: unknown.
	Limit, Live *float64
	// Rates are shares of what is free and how long they take.
	Rates []copyRate
	// Parts are the clusters of a split, each with its own; nil: one cluster.
	Parts []copyPart
	// Slow says which topics take longer, because their partitions are limited.
	Slow []string
	// Late: even with all that is free the oldest messages expire before they are copied; LateAt names the clusters of a split
	// where they do.
	Late   bool
	LateAt []string
	// Workers says how many MirrorMaker workers the rates need.
	Workers string
	Costs   []string
	// DayCosts are what a day of mirroring the live traffic costs.
	DayCosts []string
}

type copyRate struct {
	Share, Rate, Duration string
}

func (p *plan) copying() copying {
	var c copying
	if s := p.Workload.StoredBytes; s != nil {
		c.Stored = &s.Value
	}
	c.costs(p)
	each := p.ingressLimit()
	if c.Live = p.liveIngress(); each != nil {
		all := *each * float64(max(len(p.clusters), 1))
		c.Limit = &all
	}
	if c.Limit == nil || c.Live == nil || *c.Limit <= *c.Live {
		return c
	}
	free := *c.Limit - *c.Live
	c.Workers = p.workers(free)
	if p.copyParts(&c, *each); c.Parts != nil {
		return c
	}
	least, slow := p.slowest(nil)
	c.Slow = slow
	for i, share := range copyShares {
		r := copyRate{Share: fmt.Sprintf("%.0f %%", share*100), Rate: workload.FormatByteRate(free * share),
			Duration: "unknown: it is not known how much is kept"}
		if c.Stored != nil {
			var late bool
			r.Duration, late = copyTime(max(*c.Stored/(free*share), least), p.Workload.Retention)
			c.Late = c.Late || late && i == 0
		}
		c.Rates = append(c.Rates, r)
	}
	return c
}

// copyShares are the shares of what is free that a copy may take.
var copyShares = []float64{1, 0.5, 0.25}

// copyTime says how long a copy takes, and whether that is longer than anything is kept; keep is nil where that is unknown.
func copyTime(seconds float64, keep *time.Duration) (text string, late bool) {
	text = duration(seconds)
	if late = keep != nil && *keep != workload.RetentionUnlimited && seconds > keep.Seconds(); late {
		text += ", longer than the retention of " + workload.FormatDuration(*keep) +
			": the oldest messages expire before they are copied"
	}
	return text, late
}

func duration(seconds float64) string {
	switch {
	case seconds < 60:
		return "less than a minute"
	case seconds > 365*86400:
		return "more than a year"
	}
	return workload.FormatDuration(time.Duration(seconds * float64(time.Second)))
}

// ingressLimit is what one cluster of the target may take in during a copy, bytes per second: the quota without the headroom,
// or what AWS recommends to sustain. Nil: unknown.
func (p *plan) ingressLimit() *float64 {
	if p.serverless() {
		const quota = "ingress_per_cluster"
		limit, ok := analyzer.QuotaLimit(&p.Input.Input, quota)
		if !ok {
			return nil
		}
		if h := p.Verdict.Headroom; h != nil {
			share, named := h.Limits[quota]
			if !named {
				share = h.Share
			}
			limit *= 1 - share
		}
		return &limit
	}
	if r := p.Option.Rule(string(p.Option.Kind) + ".ingress"); r != nil && r.Limit != nil {
		limit := *r.Limit
		if r.Recommended != nil { // a copy ends: for so long the reserve of the plan may be used
			limit = max(limit, *r.Recommended)
		}
		limit *= verdict.BaseUnits(r.Unit)
		return &limit
	}
	return nil
}

func (p *plan) liveIngress() *float64 {
	q := p.Workload.IngressBytesPerSec
	if q == nil {
		return nil
	}
	f, _ := q.At(p.statistic())
	return &f.Value
}

// statistic is the one that the sizing uses.
func (p *plan) statistic() workload.Statistic { return cmp.Or(p.Options.Statistic, workload.P99) }

// costs prices the copy: what the target bills for data in, and what MSK Replicator bills where it can be used.
func (c *copying) costs(p *plan) {
	region, err := p.Catalog.Region(p.Workload.Region)
	if err != nil {
		return
	}
	type perGB struct {
		what  string
		price *float64
	}
	var lines []perGB
	switch {
	case p.serverless():
		lines = append(lines, perGB{"data in of Serverless", region.ServerlessDataInGB})
	case p.Option.Kind == verdict.Express:
		lines = append(lines, perGB{"data in of Express", region.ExpressDataInGB})
	}
	replicates, _ := p.replicator()
	if replicates {
		lines = append(lines, perGB{"MSK Replicator, same region, if you use it", region.ReplicatorGBSameRegion})
	}
	for _, l := range lines {
		if l.price == nil {
			c.Costs = append(c.Costs, l.what+": no price is known in "+p.Workload.Region)
			continue
		}
		if c.Stored != nil {
			c.Costs = append(c.Costs, p.dataCost(l.what, *c.Stored, *l.price))
		}
		if in := p.Workload.IngressBytesPerSec; in != nil {
			c.DayCosts = append(c.DayCosts, p.dataCost(l.what, in.Value*86400, *l.price))
		}
	}
	if replicates && region.ReplicatorHour != nil {
		c.DayCosts = append(c.DayCosts, fmt.Sprintf("MSK Replicator, if you use it: 24 hours × $%g = %s", *region.ReplicatorHour,
			workload.FormatUSD(24**region.ReplicatorHour)))
	}
	if region.ConnectMCUHour != nil {
		c.DayCosts = append(c.DayCosts, fmt.Sprintf("MirrorMaker 2 on MSK Connect, if you use it: $%g for each MCU-hour, %s a day for each MCU (1 vCPU, 4 GiB)", *region.ConnectMCUHour, workload.FormatUSD(24**region.ConnectMCUHour)))
	}
	if p.Option.Kind == verdict.Standard {
		c.DayCosts = append(c.DayCosts, "Standard brokers bill no data in")
	}
	c.DayCosts = append(c.DayCosts, "both clusters: the old one costs on until it is gone, and the new one costs "+
		priceOf(&p.Option)+" from its first day")
}

// dataCost prices bytes in the unit of the verdict's bill, so that both say the same of the same data.
func (p *plan) dataCost(what string, bytes, price float64) string {
	profile := p.Catalog.Profiles[p.Verdict.Profile]
	size, unit := profile.BytesOfData()
	return fmt.Sprintf("%s: %s × $%g/%s = %s", what, workload.FormatBytes(bytes), price, unit, workload.FormatUSD(bytes/size*price))
}

// replicator says whether MSK Replicator can copy there, and what is in its way. Between MSK clusters it needs IAM on the
// source and three brokers there (MSK developer guide, "Prepare source and target clusters", read 2026-11-30).
func (p *plan) replicator() (can bool, why string) {
	if m := p.Workload.MSK; m != nil {
		return betweenMSK(m)
	}
	if p.Option.Kind != verdict.Express {
		return false, "MSK Replicator copies from Kafka outside MSK only to Express; use MirrorMaker 2."
	}
	methods := inUse(&p.Input)
	if methods != nil && !slices.ContainsFunc(methods,
		func(m string) bool { return m == "sasl_scram" || m == "mtls" || m == "oauthbearer" }) {
		return false, "MSK Replicator reads from Kafka outside MSK by SCRAM, mTLS or OAuth, and the source has " +
			strings.Join(methods, ", ") +
			": add such a listener, or use MirrorMaker 2."
	}
	if m := p.Workload.MaxMessageBytes; m != nil && m.Value > 20*workload.MB {
		return false, "The largest message, " + workload.FormatBytes(m.Value) +
			", is above the 20 MB of MSK Replicator; use MirrorMaker 2."
	}
	return true, "It reads from Kafka outside MSK by SCRAM, mTLS or OAuth; records up to 20 MB within a region, 10 MB across."
}

// betweenMSK says what MSK Replicator needs of a source on MSK.
func betweenMSK(m *workload.MSKCluster) (can bool, why string) {
	if m.Kind != string(verdict.Serverless) && m.Brokers > 0 && m.Brokers < 3 {
		return false, fmt.Sprintf("MSK Replicator needs at least three brokers at the source, which has %d; use MirrorMaker 2.",
			m.Brokers)
	}
	why = "Between MSK clusters it needs IAM access control on the source"
	switch {
	case m.Kind == string(verdict.Serverless), slices.Contains(m.Authentication, "iam"):
		why += ", which has it."
	case m.Authentication == nil:
		why += "; whether the source has it is unknown."
	default:
		why += ": turn it on there first, the source has " + strings.Join(m.Authentication, ", ") + "."
	}
	return true, why + " Versions and sizes that it takes were not checked: see its documentation."
}

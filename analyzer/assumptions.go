package analyzer

import (
	"fmt"
	"math"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

const (
	// peakOfMean is the ratio of the peak to the mean in AWS's sizing workbook where only one of them is known (S-MIG).
	peakOfMean = 2
	// tryGrowth is the growth that the verdict prices for a cluster that is sized for today.
	tryGrowth = 1.5
	// guideReserve is the storage that AWS's guide plans for one byte to keep: 20 % on top (S-SKILL).
	guideReserve = 1.2
)

// assumptions are what the choice and its price take for granted. What each would cost if it did not hold is found by deciding
// again without it.
func (d *decision) assumptions() []verdict.Assumption {
	o := &d.options[d.chosen]
	var out []verdict.Assumption
	for _, a := range []*verdict.Assumption{d.unlimitedRetention(), d.rackAware(o), d.storageReserve(o), d.evenPartitions(o),
		d.steadyLoad(), d.noGrowth()} {
		if a != nil {
			out = append(out, *a)
		}
	}
	return out
}

// rackAware: reads within a zone are free. It matters for brokers; Serverless bills no traffic between zones.
func (d *decision) rackAware(o *option) *verdict.Assumption {
	if o.size == "" {
		return nil
	}
	in := *d.in
	in.Workload.RackAwareConsumers = !in.Workload.RackAwareConsumers
	a := &verdict.Assumption{ID: "rack_aware_consumers"}
	a.Text = "consumers read from a replica in their own zone (rack_aware_consumers)"
	otherwise := "if they read across zones"
	if in.Workload.RackAwareConsumers {
		a.Text = "consumers read across zones (rack_aware_consumers is not set)"
		otherwise = "if they read from a replica in their own zone"
	}
	d.otherwise(a, otherwise, d.again(&in, forChoice))
	return a
}

// storageReserve: volumes of Standard brokers hold every copy, and a reserve on top.
func (d *decision) storageReserve(o *option) *verdict.Assumption {
	reserve := d.profile.Standard.StorageHeadroom
	if o.kind != verdict.Standard || reserve <= guideReserve {
		return nil
	}
	a := &verdict.Assumption{ID: "storage_replicas"}
	a.Text = fmt.Sprintf("volumes hold %d copies of the data and stay %s free", d.load.replication, percent(1-1/reserve, 1))
	if d.in.Workload.ReplicationFactor == 0 {
		a.Text += " (replication factor unknown)"
	}
	then := &decision{evalContext: evalContextOf(d.in, d.evalContext, forComparison), like: d}
	then.profile.Standard.StorageHeadroom = guideReserve
	then.prune = true
	then.evaluate(d.load)
	d.otherwise(a, "with 20 % on top of the data, as in AWS's guide", then)
	return a
}

// evenPartitions: a described workload without a hottest partition is spread evenly.
func (d *decision) evenPartitions(o *option) *verdict.Assumption {
	w, l := &d.in.Workload, &d.load
	if !w.Declared || !l.hotIn.ok || l.hotIn.Method != workload.Estimated || l.hotIn.Value <= 0 {
		return nil
	}
	a := &verdict.Assumption{ID: "even_partitions"}
	a.Text = "traffic is spread evenly over the partitions: " + workload.FormatByteRate(l.hotIn.Value) + " into each"
	if o.kind == verdict.Standard {
		a.IfNot = "the broker that leads the hottest partition carries more than planned; AWS sets no limit per partition"
		return a
	}
	limitIn, limitOut := d.partitionLimits(o.kind)
	k := skewUpTo(limitIn, l.hotIn, skewUpTo(limitOut, l.hotOut, math.Inf(1)))
	if l.in.Value <= l.hotIn.Value*k && l.out.Value <= l.hotOut.Value*k {
		zero := 0.0
		a.IfNot, a.ExtraUSD = "nothing changes: one partition could take all of the traffic", &zero
		return a
	}
	then := *l
	then.hotIn, then.hotOut = l.hotIn.scale(k*1.01), l.hotOut.scale(k*1.01)
	d.otherwise(a, fmt.Sprintf("above %s times that, one partition exceeds AWS's limit", count(k)), d.carrying(then))
	return a
}

// skewUpTo is how many times its even share a partition may carry before it exceeds the limit; at most k.
func skewUpTo(limit float64, even fig, k float64) float64 {
	if limit <= 0 || !even.ok || even.Value <= 0 {
		return k
	}
	return math.Min(k, limit/even.Value)
}

// steadyLoad: without a peak the mean is sized for.
func (d *decision) steadyLoad() *verdict.Assumption {
	q := d.in.Workload.IngressBytesPerSec
	if q == nil || d.load.in.stat != workload.Mean || q.Peak != nil {
		return nil
	}
	a := &verdict.Assumption{ID: "steady_load"}
	a.Text = "the load is steady at " + workload.FormatByteRate(d.load.in.Value) + " in: no peak is known"
	condition := fmt.Sprintf("with a peak of %d times the mean, the ratio in AWS's sizing workbook", peakOfMean)
	d.otherwise(a, condition, d.carrying(d.load.peaking(peakOfMean)))
	return a
}

// peaking is the load with a peak of k times the mean. The bill is made of the mean and stays.
func (l load) peaking(k float64) load {
	for _, f := range []*fig{&l.in, &l.out, &l.hotIn, &l.hotOut, &l.requests, &l.inPeak, &l.outPeak} {
		*f = f.scale(k)
	}
	return l
}

// noGrowth: the cluster is sized for today unless a horizon is given.
func (d *decision) noGrowth() *verdict.Assumption {
	if d.load.growth != 1 || d.in.Options.GrowthHorizon > 0 {
		return nil
	}
	a := &verdict.Assumption{ID: "no_growth", Text: "the load does not grow"}
	d.otherwise(a, fmt.Sprintf("with %s more load", percent(tryGrowth-1, 1)), d.carrying(d.load.times(tryGrowth)))
	return a
}

// carrying decides again for another load; nil where that would plan hundreds of topics again.
func (d *decision) carrying(l load) *decision {
	then := &decision{evalContext: evalContextOf(d.in, d.evalContext, forComparison), like: d}
	then.prune = true
	then.noSplit = len(d.in.Workload.TopicList) > splitSearchTopics
	if then.noSplit && d.options[d.chosen].kind == verdict.ServerlessSplit {
		return nil
	}
	then.evaluate(l)
	return then
}

// otherwise fills in what would be chosen then, and what it costs more.
func (d *decision) otherwise(a *verdict.Assumption, condition string, then *decision) {
	switch {
	case then == nil:
		a.IfNot = condition + ": not decided again, because each answer would plan hundreds of topics"
		return
	case then.chosen < 0:
		a.IfNot = condition + ": no MSK cluster fits"
		return
	}
	extra := cents(then.options[then.chosen].cost - d.options[d.chosen].cost)
	a.ExtraUSD = &extra
	more := ""
	switch {
	case extra >= 0.005:
		more = workload.FormatDollars(extra) + " more"
	case extra <= -0.005:
		more = workload.FormatDollars(-extra) + " less"
	}
	switch same := d.sameChoice(then); {
	case same && more == "":
		a.IfNot = condition + ": the same choice at the same price"
	case same:
		a.IfNot = condition + ": " + more + " a month"
	case more == "":
		a.IfNot = condition + ": " + then.outcome() + ", the same price"
	default:
		a.IfNot = condition + ": " + then.outcome() + " (" + more + ")"
	}
}

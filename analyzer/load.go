package analyzer

import (
	"fmt"
	"math"
	"time"

	"github.com/mskfit/mskfit/analyzer/forecast"
	"github.com/mskfit/mskfit/internal/workload"
)

// fig is a figure that may be missing, with the statistic that it was drawn by (empty for counts).
type fig struct {
	workload.Figure
	ok   bool
	stat workload.Statistic
	// ranged: only the bounds are known, and Value is no estimate.
	ranged bool
}

// scale multiplies a figure that is there.
func (f fig) scale(k float64) fig {
	if f.ok && k != 1 {
		f.Figure = f.Scale(k)
	}
	return f
}

func figOf(f *workload.Figure) fig {
	if f == nil {
		return fig{}
	}
	return fig{Figure: *f, ok: true}
}

func quantityAt(q *workload.Quantity, s workload.Statistic) fig {
	if q == nil {
		return fig{}
	}
	f, used := q.At(s)
	return fig{Figure: f, ok: true, stat: used}
}

// load is the workload as it is sized: one statistic of each quantity, times the sale-event factor and growth, with the
// declared extra readers. Rates are bytes per second unless named otherwise.
type load struct {
	// in to requests are the sizing statistic of their quantities.
	in, out, hotIn, hotOut, connections, attempts, requests fig
	// requestRange bounds requests by record batches, where requests are not counted.
	requestRange fig
	// inPeak and outPeak are the highest minute, inMean and outMean the average that the bill is made of.
	inPeak, outPeak, inMean, outMean fig
	// assumed: egress is not known, and out is assumed.
	assumed                      bool
	message                      fig // the largest message
	partitions, compacted, plain fig // leader partitions; plain ones are not compacted
	groups                       fig
	// largestCompacted and largestPlain are the bytes of the largest partition of a compacted topic and of any other.
	largestCompacted, largestPlain fig
	// stored is one copy of all data, primary the part of it on broker storage, remote the rest (tiered storage).
	stored, primary, remote fig
	tiered                  bool
	// proposed: no one asked for the tiered storage. tier is what it could take.
	proposed bool
	tier     tierable
	// retained says in words what stored rests on; endless: nothing is deleted, and how much there is is not known.
	retained string
	endless  bool
	// replication is what Standard brokers are sized with: 2 or 3.
	replication int
	zones       int
	// fanOut is egress ÷ ingress at the sizing statistic; 1 where egress is not known.
	fanOut float64
	// throughput is the storage throughput to provision for each broker in MiB/s; 0: the default.
	throughput float64
	// events and growth are the factors that went in.
	events, growth float64
}

// kafkaRetention is Kafka's own default of log.retention.hours.
const kafkaRetention = 168 * time.Hour

// loadOf works out what has to be carried.
func loadOf(in *Input) load {
	w, r := &in.Workload, &in.Requirements
	l := load{events: eventFactor(r), growth: forecast.Growth(w.DailyPeaks, in.Options.GrowthHorizon), zones: 3}
	if r.Zones == 2 {
		l.zones = 2
	}
	stat, k := in.Options.Statistic, l.events*l.growth
	out, hotOut := withReaders(w, r)
	l.in, l.out = quantityAt(w.IngressBytesPerSec, stat).scale(k), quantityAt(out, stat).scale(k)
	l.hotIn, l.hotOut = quantityAt(w.HottestIngress, stat).scale(k), quantityAt(hotOut, stat).scale(k)
	l.requests = quantityAt(w.RequestsPerSec, stat).scale(k)
	l.requestRange = requestBounds(in, stat, k)
	l.connections, l.attempts = quantityAt(w.ClientConnections, stat), quantityAt(w.ConnectionsPerSec, stat)
	l.inPeak, l.outPeak = quantityAt(w.IngressBytesPerSec, workload.Peak).scale(k), quantityAt(out, workload.Peak).scale(k)
	l.inMean, l.outMean = quantityAt(w.IngressBytesPerSec, workload.Mean).scale(l.growth),
		quantityAt(out, workload.Mean).scale(l.growth)
	if !l.out.ok {
		l.assumed = true
		l.out, l.outPeak, l.outMean = assumedReader(l.in), assumedReader(l.inPeak), assumedReader(l.inMean)
	}
	l.message, l.groups = figOf(w.MaxMessageBytes), figOf(w.ConsumerGroups)
	l.partitions, l.compacted = figOf(w.Partitions), figOf(w.CompactedPartitions)
	l.largestCompacted = figOf(w.LargestCompactedPartitionBytes)
	l.splitPartitions(in)
	l.fanOut = 1
	if l.out.ok && l.in.ok && l.in.Value > 0 {
		l.fanOut = needed(&l.out) / needed(&l.in)
	}
	if p := w.ProvisionedThroughputBytesPerSec; p != nil && *p > 0 && *p <= workload.LargestCredible {
		l.throughput = *p / workload.MiB
	}
	l.replication = targetReplication(w, l.zones)
	l.store(w)
	l.keepTier(in)
	l.tier = tierableOf(in, &l)
	_, l.largestPlain = trimmed(w.TopicList, 0)
	if w.Declared && l.stored.ok && l.partitions.ok && l.partitions.Value >= 1 {
		// A described workload is spread evenly unless it says otherwise.
		each := fig{Figure: l.stored.Scale(1/l.partitions.Value).As(workload.Derived, "stored bytes ÷ partitions"), ok: true}
		if !l.largestCompacted.ok {
			l.largestCompacted = each
		}
		if !l.largestPlain.ok {
			l.largestPlain = each
		}
	}
	return l
}

func eventFactor(r *workload.Requirements) float64 {
	if f := r.SaleEventFactor; f != nil && *f >= 1 && *f <= 1000 {
		return *f
	}
	return 1
}

// targetReplication is the factor that Standard brokers are sized with: today's where it is 2 or 3, else one copy a zone; never
// more than one copy a zone.
func targetReplication(w *workload.Workload, zones int) int {
	if w.ReplicationFactor == 2 {
		return 2
	}
	return zones
}

// splitPartitions distinguishes compacted partitions from the others. Where it is not known how many are compacted, both rules
// still know their sum: of 10,000 partitions at most 120 can be compacted without breaking that quota, and the 9,880 others
// break theirs.
func (l *load) splitPartitions(in *Input) {
	if !l.partitions.ok {
		return
	}
	p := l.partitions.Figure
	l.plain = l.partitions
	if l.compacted.ok {
		c := l.compacted.Figure
		l.plain.Figure = workload.Between(max(p.Value-c.Value, 0), max(p.Low-c.High, 0), max(p.High-c.Low, 0), p.Method, p.Source)
		return
	}
	most := p.High
	if limit, ok := QuotaLimit(in, "partitions_compacted"); ok {
		most = min(most, limit)
	}
	l.plain.Low = max(p.Low-most, 0)
}

// store works out how many bytes are kept. One copy: what the sizing multiplies by copies is its own affair.
func (l *load) store(w *workload.Workload) {
	l.stored = figOf(w.StoredBytes).scale(l.growth)
	unlimited := w.Retention != nil && *w.Retention == workload.RetentionUnlimited
	switch {
	case l.stored.ok && unlimited:
		l.retained = "what is stored today; some topics keep data without limit and will grow"
	case l.stored.ok && w.Declared:
		l.retained = w.StoredBytes.Source
	case l.stored.ok:
		l.filling(w)
	case !l.inMean.ok:
	case l.storeByTopic(w):
	case unlimited:
		l.endless = true
		month := l.inMean.Scale(hoursPerMonth * 3600)
		l.stored = fig{Figure: workload.Between(month.Value, month.Low, math.Inf(1), workload.Estimated, "ingress × one month"),
			ok: true}
		l.retained = "first month only: retention is unlimited, so the data grows by as much every month"
	case w.Retention == nil:
		week := l.inMean.Scale(kafkaRetention.Seconds())
		l.stored = fig{Figure: workload.Between(week.Value, 0, math.Inf(1), workload.Estimated, "ingress × 168 h"), ok: true}
		l.retained = "retention unknown: Kafka's default of 168 h assumed"
	default:
		// Hours first, as in AWS's script: the last bit may be a cent.
		l.stored = fig{Figure: l.inMean.Scale(w.Retention.Hours()).Scale(3600).As(workload.Derived, "ingress × retention"),
			ok: true}
		l.retained = "ingress × retention"
	}
	l.divide(w)
}

// filling raises the upper bound of what is stored today to what it grows to once every topic's retention has passed: a young
// cluster holds less than it will.
func (l *load) filling(w *workload.Workload) {
	l.retained = "what is stored"
	if w.Retention == nil || !l.inMean.ok {
		return
	}
	full, after := l.inMean.Value*w.Retention.Seconds(), "the longest retention of "+workload.FormatDuration(*w.Retention)
	if f, ok := filledByTopic(w); ok {
		full, after = f.bytes*l.growth, "the retention of each topic"
	}
	if full > 1.5*l.stored.Value {
		l.stored.High = max(l.stored.High, full)
		l.retained = fmt.Sprintf("what is stored today; up to %s once %s has passed", workload.FormatBytes(full), after)
	}
}

// storeByTopic estimates what is stored from each topic's own ingress and retention; false where the topics are unknown.
func (l *load) storeByTopic(w *workload.Workload) bool {
	f, ok := filledByTopic(w)
	if !ok {
		return false
	}
	l.endless = f.endless
	bytes, k := f.bytes*l.growth, l.inMean.Low/l.inMean.Value
	if !(k >= 0 && k <= 1) {
		k = 0
	}
	high := math.Inf(1)
	if !l.endless && l.inMean.Bounded() && l.inMean.Value > 0 {
		high = bytes * l.inMean.High / l.inMean.Value
	}
	l.stored = fig{Figure: workload.Between(bytes, bytes*k, high, workload.Estimated, "ingress × retention of each topic"),
		ok: true}
	l.retained = "ingress × retention of each topic" + unsized(w)
	if l.endless {
		l.retained = "first month only: some topics keep data without limit, and grow by as much every month"
	}
	return true
}

// unsized names the compacted topics whose size is unknown: how much they keep depends on their keys, and not on a retention.
func unsized(w *workload.Workload) string {
	var names []string
	for i := range w.TopicList {
		if t := &w.TopicList[i]; w.Declared && isTrue(t.Compacted) && t.StoredBytes == nil {
			names = append(names, t.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; what compacted topics keep depends on their keys: declare stored_bytes of " + joined(names)
}

// divide distinguishes what stays on broker storage from what the low-cost tier keeps.
func (l *load) divide(w *workload.Workload) {
	l.primary = l.stored
	p := w.PrimaryRetention
	if !l.stored.ok || !l.inMean.ok || p == nil || *p <= 0 || w.Retention == nil || *p >= *w.Retention {
		return
	}
	l.tiered = true
	near := l.inMean.Scale(p.Hours()).Scale(3600)
	all := l.stored.Figure
	l.primary.Figure = workload.Between(min(near.Value, all.Value), min(near.Low, all.Low), min(near.High, all.High), all.Method,
		all.Source)
	l.remote = l.stored
	l.remote.Figure = workload.Between(max(all.Value-near.Value, 0), max(all.Low-near.High, 0), max(all.High-near.Low, 0),
		all.Method, all.Source)
	if w.StoredBytes == nil {
		l.remote.Figure = l.inMean.Scale((*w.Retention - *p).Hours()).Scale(3600).As(all.Method, all.Source)
	}
}

// keepTier counts all that is kept as stored in the tier, where the profile says so: segments are copied to the tier as soon as
// they are closed, and stay there for the whole retention.
func (l *load) keepTier(in *Input) {
	if in.Catalog != nil && l.tiered && in.Catalog.Profiles[in.Options.Profile].Standard.TierKeepsAll {
		l.remote = l.stored
	}
}

// hoursPerMonth is the month in which unlimited retention is counted; cost lines take the profile's own.
const hoursPerMonth = 730

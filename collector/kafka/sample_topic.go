package kafka

import (
	"math"

	"github.com/mskfit/mskfit/internal/workload"
)

// topicSums are the sums of one topic's partitions.
type topicSums struct {
	bytes, records, stored     sum
	sent                       sum // record batches of producers
	writing                    int // partitions that took in records
	habits                     habits
	flowBytes, flowLow         float64
	flowHigh, flowRecords      float64
	hottest                    busiest
	logBytes, logRecords       float64
	offline, measured, unsized int
}

func (v *view) topic(t *topic) workload.Topic {
	var n topicSums
	if v.rated() {
		n.habits = v.habitsOf(t)
	}
	for i := range t.parts {
		v.partition(t, int32(i), &n)
	}
	out := workload.Topic{Name: t.name, Internal: t.internal, Partitions: len(t.parts), ReplicationFactor: t.replication,
		Config: t.config}
	out.StoredBytes = n.stored.figure(workload.Measured, fromLogDirs)
	out.LargestBatchBytes = t.largestBatch()
	out.Compression = t.compression()
	out.AverageMessageBytes = n.averageMessage(t)
	v.stored.merge(n.stored)
	if !v.rated() {
		return out
	}
	v.total.merge(n.bytes)
	v.records.merge(n.records)
	v.lump(t, &n)
	out.MessagesPerSec = n.records.figure(workload.Derived, fromOffsets)
	if n.unsized == 0 || v.average > 0 {
		out.IngressBytesPerSec = n.bytes.bytes()
	}
	out.HottestIngress = n.hottest.hottest()
	// a batch at the edge of each partition's window
	n.sent.withError(math.Sqrt(float64(n.writing)) / v.edges.window.Duration().Seconds())
	out.BatchesPerSec = n.sent.batches()
	if !t.internal {
		v.sentTotal.merge(n.sent)
		v.hottest.merge(n.hottest)
	}
	return out
}

// lump widens a topic's bounds by one batch: whatever comes in all at once falls on one side of the window's edge or on the
// other. A group that commits 75 offsets a second in one batch makes 4,500 a minute, or 75 more or fewer. The cluster's bounds
// widen less than by the sum of all topics, whose batches come at times of their own: by the root of the sum of squares.
func (v *view) lump(t *topic, n *topicSums) {
	if t.batches == nil || n.flowRecords == 0 {
		return
	}
	seconds := v.edges.window.Duration().Seconds()
	bytes, records := float64(t.batches.largest)/seconds, float64(t.batches.most)/seconds
	n.bytes.withError(bytes)
	n.records.withError(records)
	v.lumpBytes += bytes * bytes
	v.lumpRecords += records * records
}

// partition adds one partition to its topic's sums.
func (v *view) partition(t *topic, i int32, n *topicSums) {
	p := &t.parts[i]
	if p.fresh.size >= 0 {
		n.stored.add(float64(p.fresh.size), float64(p.fresh.size), float64(p.fresh.size), true)
	} else {
		n.stored.miss(math.Inf(1))
	}
	if d, ok := logDensity(p.fresh, t.policy); ok {
		n.logBytes += float64(p.fresh.size)
		n.logRecords += float64(p.fresh.size) / d.mean
	}
	if !v.rated() {
		return
	}
	f, ok := p.flow(v.scope, t)
	if !ok {
		v.unmeasured(p, n)
		return
	}
	edge := v.edgeOf(p.fresh.leader)
	rate, down, up := f.records/f.seconds, 1-edge, 1+edge
	if missed, unseen := v.missed(p, t, f, edge); missed+unseen > 0 {
		down, up = down*(1-missed), up*(1-missed+missingPeak*(missed+unseen))
	}
	n.records.add(rate, rate*down, rate*up, true)
	n.measured++
	n.flowBytes, n.flowLow, n.flowHigh = n.flowBytes+f.bytes, n.flowLow+f.low, n.flowHigh+f.high
	n.flowRecords += f.records - f.unsized
	v.addSent(p, t, f, down, up, n)
	bytes, low, high := f.bytes/f.seconds, f.low/f.seconds*down, f.high/f.seconds*up
	sized := f.sized
	if f.unsized > 0 {
		n.unsized++
		sized = false
		bytes += f.unsized * v.average / f.seconds
		most := math.Inf(1)
		if limit, known := t.largestAllowed(); known {
			most = f.unsized * limit / f.seconds * up
		}
		high += most
	}
	n.bytes.add(bytes, low, high, sized)
	v.ofBroker(p.fresh.leader).add(bytes, max(0, low), high, sized)
	if f.unsized == 0 || v.average > 0 {
		method, source := workload.Derived, fromSizes
		if !sized {
			method, source = workload.Estimated, fromDensity
		}
		n.hottest.add(t.name, i, workload.Between(bytes, max(0, low), high, method, source))
	}
}

// missed is the share of the scope in which the partition was not read, and may have taken in anything from nothing to missingPeak
// times its mean rate; unseen is the share in which it may have taken in as much beside what was read, in a log that is gone.
//
// A partition that was made 15 s into a minute has missed a quarter: a rate of 100/s is 75/s to 175/s of the minute.
func (v *view) missed(p *partition, t *topic, f flow, edge float64) (missed, unseen float64) {
	seconds := v.edges.window.Duration().Seconds()
	if missed = 1 - f.seconds/seconds; missed <= edge {
		missed = 0
	}
	switch {
	case v.scope == wholeWindowEdges:
		unseen = float64(p.total.unseen) / seconds
	case t.first == v.sweep:
		unseen = 1
	}
	return missed, unseen
}

// unmeasured notes a partition without a rate: nothing flows without a leader; a partition that is new or lost its end took
// in no more than it holds now; of any other nothing is known.
func (v *view) unmeasured(p *partition, n *topicSums) {
	most := math.Inf(1)
	switch {
	case p.fault == faultOffline:
		n.offline++
		most = 0
	case (p.fault == faultNew || p.fault == faultWentBack) && p.fresh.size >= 0:
		most = float64(p.fresh.size) / v.edges.window.Duration().Seconds()
	}
	n.bytes.miss(most)
	n.records.miss(most) // a record takes at least a byte
	n.sent.miss(most)
	n.hottest.high = math.Max(n.hottest.high, most)
	v.ofBroker(p.leader).miss(most)
}

func (v *view) ofBroker(id int32) *sum {
	s := v.brokers[id]
	if s == nil {
		s = &sum{}
		v.brokers[id] = s
	}
	return s
}

// averageMessage is bytes ÷ records over the scope; of a topic that took in nothing, over its log as it is kept.
func (n *topicSums) averageMessage(t *topic) *workload.Figure {
	switch {
	case n.flowRecords > 0 && n.flowBytes > 0:
		method, source := workload.Derived, fromSizes
		if n.bytes.estimated {
			method, source = workload.Estimated, fromBatches
		}
		r := n.flowRecords
		return workload.Between(n.flowBytes/r, n.flowLow/r, n.flowHigh/r, method, source).Ptr()
	case n.logRecords > 0:
		mean := n.logBytes / n.logRecords
		return workload.Between(mean, mean*(1-logMargin), mean*(1+logMargin), workload.Estimated, fromLogDirs).Ptr()
	}
	if d, ok := t.pool.density(); ok {
		return workload.Between(d.mean, d.low, d.high, workload.Estimated, fromBatches).Ptr()
	}
	return nil
}

// largestBatch is a floor for the largest message in use, which the configuration bounds from above.
func (t *topic) largestBatch() *workload.Figure {
	if t.batches == nil || t.batches.largest == 0 {
		return nil
	}
	seen, most := float64(t.batches.largest), math.Inf(1)
	if limit, ok := t.largestAllowed(); ok {
		most = limit
	}
	return workload.Between(seen, seen, most, workload.Estimated, fromBatches).Ptr()
}

package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/internal/workload"
)

// What Kafka's clients do unless they are configured otherwise.
const (
	fetchesPerSecond    = 2       // of a consumer that waits for records: fetch.max.wait.ms is 500
	heartbeatsPerSecond = 1.0 / 3 // of a group member: heartbeat.interval.ms is 3000
	commitsPerSecond    = 1.0 / 5 // of a group member: auto.commit.interval.ms is 5000
)

const fromBatchCount = "record batches sent and read, clients at Kafka's defaults"

// requestBounds bounds the requests that clients send, where nobody counts them but record batches were.
//
// A produce request carries one batch of each partition that it writes to: there are at most as many as batches, and at least as many
// as batches of the busiest partition. A fetch that brings anything brings a batch, so each reader sends no more than there are
// batches, and two a second for each partition while it waits. Commits and transactions are records of internal topics. 100 batches a
// second, in 10 partitions, that 2 groups of 3 members read and commit every 5 s, are up to 100 + 2·100 + 2·10·2 + 6/3 + 6/5 = 343
// requests a second. Without extra_readers nothing bounds what unseen consumers fetch. Metadata requests (one a client in 5 minutes)
// are not in it.
func requestBounds(in *Input, stat workload.Statistic, k float64) fig {
	w := &in.Workload
	sent := quantityAt(w.BatchesPerSec, stat).scale(k)
	if w.RequestsPerSec != nil || !sent.ok {
		return fig{}
	}
	f := fig{ok: true, ranged: true, stat: sent.stat}
	low, high := 0.0, math.Inf(1)
	for _, t := range w.TopicList {
		if t.BatchesPerSec != nil && t.Partitions > 0 && !t.Internal {
			low = max(low, k*t.BatchesPerSec.Low/float64(t.Partitions))
		}
	}
	if extra := in.Requirements.ExtraReaders; extra != nil && *extra >= 0 {
		high = sent.High + readingHigh(w, *extra, stat, k, sent.High) + groupRequests(w, stat, k)
	}
	if math.IsNaN(high) || high > workload.LargestCredible {
		high = math.Inf(1)
	}
	f.Figure = workload.Between(low, low, high, workload.Estimated, fromBatchCount)
	return f
}

// readingHigh is the most fetches that the groups of each topic, and so many readers more of all, send.
func readingHigh(w *workload.Workload, extra float64, stat workload.Statistic, k, sent float64) float64 {
	fetches, partitions, known := extra*sent, 0.0, 0.0
	for _, t := range w.TopicList {
		if t.Internal {
			continue
		}
		readers := float64(len(t.Groups))
		partitions += float64(t.Partitions) * (readers + extra)
		if b := quantityAt(t.BatchesPerSec, stat).scale(k); b.ok {
			known += b.High
			fetches += b.High * readers
		}
	}
	if rest := sent - known; rest > 0 { // batches of topics that are not listed: every group may read them
		fetches += rest * float64(len(w.GroupList))
	}
	return fetches + fetchesPerSecond*partitions
}

// groupRequests are heartbeats, commits and the requests of transactions.
func groupRequests(w *workload.Workload, stat workload.Statistic, k float64) float64 {
	members, written, commitsKnown := 0.0, 0.0, false
	for _, g := range w.GroupList {
		if g.Members != nil {
			members += float64(*g.Members)
		}
	}
	for _, t := range w.TopicList {
		if m := quantityAt(t.MessagesPerSec, stat).scale(k); t.Internal && m.ok {
			written += m.High
			commitsKnown = commitsKnown || t.Name == "__consumer_offsets"
		}
	}
	if !commitsKnown {
		written += members * commitsPerSecond
	}
	return members*heartbeatsPerSecond + written
}

// requestsOrBounds are the requests as counted or declared, else what batches say of them.
func (l *load) requestsOrBounds() fig {
	if l.requests.ok {
		return l.requests
	}
	return l.requestRange
}

// requestNeeds names what would settle the rule on requests where only bounds are known, and says how.
func (l *load) requestNeeds() (needs, settle string) {
	if !l.requestRange.Bounded() {
		return "extra_readers", "declare extra_readers, or read JMX or Prometheus"
	}
	return "requests_per_second", "read JMX or Prometheus, or declare requests_per_second"
}

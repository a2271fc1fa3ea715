package analyzer

import (
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// What Kafka's clients do unless they are configured otherwise.
const (
	fetchesPerSecond    = 2       // of a consumer that waits for records: fetch.max.wait.ms is 500
	heartbeatsPerSecond = 1.0 / 3 // of a group member: heartbeat.interval.ms is 3000
	commitsPerSecond    = 1.0 / 5 // of a group member: auto.commit.interval.ms is 5000
	// handshakeRequests of a new connection: ApiVersions, SaslHandshake, SaslAuthenticate twice (SCRAM), Metadata.
	handshakeRequests = 5
	// batchTransaction and commitTransaction are the most that a transaction asks for each batch (AddPartitionsToTxn, EndTxn) and
	// each commit (AddOffsetsToTxn, EndTxn) in it.
	batchTransaction, commitTransaction = 2, 2
)

const fromBatchCount = "record batches sent and read, clients at Kafka's defaults"

// requestBounds bounds the requests that clients send, where they are not counted but record batches were.
//
// An accepted produce request carries one batch of each partition that it writes to: there are at most as many as batches, and
// at least as many as batches of the busiest partition. A fetch that brings anything brings a batch, so each reader sends no
// more than there are batches, and two a second for each partition while it waits. Commits and the steps of transactions are
// records of internal topics; where __transaction_state is not listed, each batch and commit may be a transaction of its own.
// 100 batches a second, in 10 partitions, that 2 groups of 3 members read and commit every 5 s, are up to 100 + 2·100 + 2·10·2
// + 6/3 + 6/5 + 2·100 + 2·6/5 = 546 requests a second. Without extra_readers nothing bounds what unseen consumers fetch, nor
// without the members of every group their heartbeats. Not in it: produce requests that were refused or sent again, which leave
// no batch; Metadata requests (one a client in 5 minutes); and the first requests of new connections where how many there are
// is unknown.
func requestBounds(in *Input, stat workload.Statistic, k float64) fig {
	w := &in.Workload
	sent := quantityAt(w.BatchesPerSec, stat).scale(k)
	if w.RequestsPerSec != nil || !sent.ok {
		return fig{}
	}
	f := fig{ok: true, ranged: true, stat: sent.stat}
	low, high := 0.0, math.Inf(1)
	for _, t := range w.TopicList {
		if b := quantityAt(t.BatchesPerSec, stat).scale(k); b.ok && t.Partitions > 0 && !t.Internal {
			low = max(low, b.Low/float64(t.Partitions))
		}
	}
	if extra := in.Requirements.ExtraReaders; extra != nil && *extra >= 0 {
		high = sent.High + readingHigh(w, *extra, stat, k, sent.High) + groupRequests(w, stat, k, sent.High)
		if c := quantityAt(w.ConnectionsPerSec, stat); c.ok {
			high += handshakeRequests * c.High
		}
	}
	if math.IsNaN(high) || high > workload.LargestCredible {
		high = math.Inf(1)
	}
	f.Figure = workload.Between(low, low, high, workload.Estimated, fromBatchCount)
	return f
}

// readingHigh is the most fetches that the groups of each topic, and so many readers more of all, send. Batches and partitions of
// topics that are not listed may be read by every group.
func readingHigh(w *workload.Workload, extra float64, stat workload.Statistic, k, sent float64) float64 {
	fetches, listed, waiting, known := extra*sent, 0.0, 0.0, 0.0
	for _, t := range w.TopicList {
		if t.Internal {
			continue
		}
		readers := float64(len(t.Groups))
		listed += float64(t.Partitions)
		waiting += float64(t.Partitions) * readers
		if b := quantityAt(t.BatchesPerSec, stat).scale(k); b.ok {
			known += b.High
			fetches += b.High * readers
		}
	}
	groups, partitions := float64(len(w.GroupList)), listed
	if rest := sent - known; rest > 0 {
		fetches += rest * groups
	}
	if w.Partitions != nil {
		partitions = max(listed, w.Partitions.High)
	}
	return fetches + fetchesPerSecond*(waiting+(partitions-listed)*groups+partitions*extra)
}

// groupRequests are the most heartbeats, commits and requests of transactions; +Inf where nothing bounds them.
func groupRequests(w *workload.Workload, stat workload.Statistic, k, sent float64) float64 {
	members := mostMembers(w, stat)
	commits, committed := internalRecords(w, "__consumer_offsets", stat, k)
	if !committed {
		commits = members * commitsPerSecond
	}
	steps, listed := internalRecords(w, "__transaction_state", stat, k)
	if !listed {
		steps = batchTransaction*sent + commitTransaction*commits
	}
	return members*heartbeatsPerSecond + commits + steps
}

// internalRecords are the most records a second that an internal topic takes in; false where it is not listed or that is unknown.
func internalRecords(w *workload.Workload, topic string, stat workload.Statistic, k float64) (float64, bool) {
	for _, t := range w.TopicList {
		if m := quantityAt(t.MessagesPerSec, stat).scale(k); t.Name == topic && m.ok {
			return m.High, true
		}
	}
	return 0, false
}

// mostMembers is the most members that all groups have; +Inf where nothing bounds them. Each has a connection, which bounds
// those of groups that were not described; of groups that are not listed, what they read is unknown as well.
func mostMembers(w *workload.Workload, stat workload.Statistic) float64 {
	members := 0.0
	for _, g := range w.GroupList {
		if g.Members != nil {
			members += float64(*g.Members)
		}
	}
	connections := quantityAt(w.ClientConnections, stat)
	switch {
	case !groupsListed(w):
		return math.Inf(1)
	case !membersUnknown(w):
		return members
	case connections.ok:
		return max(members, connections.High)
	}
	return math.Inf(1)
}

// groupsListed reports whether every consumer group is known.
func groupsListed(w *workload.Workload) bool {
	return w.ConsumerGroups != nil && w.ConsumerGroups.High <= float64(len(w.GroupList))
}

// membersUnknown reports whether a listed group was not described.
func membersUnknown(w *workload.Workload) bool {
	return slices.ContainsFunc(w.GroupList, func(g workload.GroupWorkload) bool { return g.Members == nil })
}

// requestsOrBounds are the requests as counted or declared, else what batches say of them.
func (l *load) requestsOrBounds() fig {
	if l.requests.ok {
		return l.requests
	}
	return l.requestRange
}

// requestNeeds names what would resolve the rule on requests where only bounds are known, and says how.
func (l *load) requestNeeds(in *Input) (needs, resolve string) {
	extra := in.Requirements.ExtraReaders
	switch {
	case l.requestRange.Bounded():
	case extra == nil || *extra < 0:
		return "extra_readers", "declare extra_readers, or read JMX or Prometheus"
	case !groupsListed(&in.Workload):
		return "requests_per_second", "grant Describe on every consumer group: some may not be listed; or read JMX or Prometheus, or declare requests_per_second"
	case membersUnknown(&in.Workload):
		return "requests_per_second", "grant Describe on every consumer group: the members of some are unknown; or read JMX or Prometheus, or declare requests_per_second"
	}
	return "requests_per_second", "read JMX or Prometheus, or declare requests_per_second"
}

package kafka

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Stats is what observing has cost so far. It never goes back.
type Stats struct {
	// Requests counts requests by API, sorted by name. Connecting counts too (ApiVersions, SASL).
	Requests []RequestCount
	// BytesSent and BytesReceived are the protocol's bytes, without TLS and TCP overhead.
	BytesSent, BytesReceived int64
	// Sweeps is the number of finished sweeps.
	Sweeps int
}

// RequestCount is how often one API was asked.
type RequestCount struct {
	API   string
	Count int64
}

// Fetched is how many bytes of a topic's batches were fetched for a look at them: the brokers count them as read, like any
// consumer's. It must not be called during a sweep.
func (s *Source) Fetched(topic string) int64 {
	if t := s.world.topics[topic]; t != nil {
		return t.fetched
	}
	return 0
}

// Total is the number of requests over all APIs.
func (s Stats) Total() int64 {
	var n int64
	for _, r := range s.Requests {
		n += r.Count
	}
	return n
}

// Since returns what was spent since an earlier reading.
func (s Stats) Since(earlier Stats) Stats {
	before := map[string]int64{}
	for _, r := range earlier.Requests {
		before[r.API] = r.Count
	}
	d := Stats{BytesSent: s.BytesSent - earlier.BytesSent, BytesReceived: s.BytesReceived - earlier.BytesReceived,
		Sweeps: s.Sweeps - earlier.Sweeps}
	for _, r := range s.Requests {
		if n := r.Count - before[r.API]; n > 0 {
			d.Requests = append(d.Requests, RequestCount{r.API, n})
		}
	}
	return d
}

// Plus returns what both have cost together.
func (s Stats) Plus(other Stats) Stats {
	sum := Stats{BytesSent: s.BytesSent + other.BytesSent, BytesReceived: s.BytesReceived + other.BytesReceived,
		Sweeps: s.Sweeps + other.Sweeps}
	counts := map[string]int64{}
	for _, r := range slices.Concat(s.Requests, other.Requests) {
		counts[r.API] += r.Count
	}
	for _, api := range slices.Sorted(maps.Keys(counts)) {
		sum.Requests = append(sum.Requests, RequestCount{api, counts[api]})
	}
	return sum
}

// meter counts what goes over the wire. It is safe for concurrent use.
type meter struct {
	mu       sync.Mutex
	requests map[int16]int64
	sent     int64
	received int64
	sweeps   int
	// record, when set, gets every key that is written; tests prove with it that nothing else was sent.
	record func(key int16)
}

var _ kgo.HookBrokerE2E = (*meter)(nil)

// OnBrokerE2E is called by the client for every request that was written, its own included.
func (m *meter) OnBrokerE2E(_ kgo.BrokerMetadata, key int16, e kgo.BrokerE2E) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.requests == nil {
		m.requests = map[int16]int64{}
	}
	m.requests[key]++
	m.sent += int64(e.BytesWritten)
	m.received += int64(e.BytesRead)
	if m.record != nil {
		m.record(key)
	}
}

// finish counts a finished sweep.
func (m *meter) finish() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweeps++
}

func (m *meter) stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := Stats{BytesSent: m.sent, BytesReceived: m.received, Sweeps: m.sweeps}
	for key, n := range m.requests {
		s.Requests = append(s.Requests, RequestCount{apiName(key), n})
	}
	slices.SortFunc(s.Requests, func(a, b RequestCount) int { return cmp.Compare(a.API, b.API) })
	return s
}

// stamp is when a request was sent and when its answer arrived: the broker read its state in between.
type stamp struct{ sent, received time.Time }

func (s stamp) zero() bool { return s.received.IsZero() }

// mid is the best guess of the instant at which the broker read its state.
func (s stamp) mid() time.Time { return s.sent.Add(s.width() / 2) }

// width is how long that instant is uncertain.
func (s stamp) width() time.Duration { return s.received.Sub(s.sent) }

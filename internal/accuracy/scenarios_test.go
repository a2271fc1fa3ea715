package accuracy

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// scenario is one topic with what is sent to it and how it is read.
type scenario struct {
	name       string
	partitions int
	config     map[string]string
	perSecond  float64                          // records
	value      func(r *rand.Rand, n int) []byte // of record n
	partition  func(r *rand.Rand, n int) int32  // nil: round robin
	keys       int                              // records are keyed by one of so many; 0: no key
	// single puts each record into a batch of its own.
	single      bool
	linger      time.Duration
	codec       kgo.CompressionCodec
	transaction int // records in one; 0: none
	// reader says how a consumer group commits: "" (no group), "1s", "5s", "60s", "never", "transaction" (one a second),
	// "transactions" (the next as soon as one has ended), "share" (a share group).
	reader string
	// rack is where the group reads, from the replica there; empty: from the leader.
	rack string
	// produceQuota and fetchQuota hold the topic's clients to so many bytes a second on each broker; 0: no quota.
	produceQuota, fetchQuota float64
	// lacking are the clusters that cannot do it.
	lacking []string
	// event is done to the topic halfway through the second window: "move", "recreate", "restart".
	event string
}

const small = "1048576" // the smallest segment that Kafka 4 allows

var scenarios = []scenario{
	{name: "zstd JSON", partitions: 6, perSecond: 400, value: order, linger: 50 * time.Millisecond,
		codec: kgo.ZstdCompression()},
	{name: "uncompressed", partitions: 6, perSecond: 150, value: noise(1000, 1000), linger: 50 * time.Millisecond},
	{name: "lz4, small records", partitions: 6, perSecond: 600, value: reading, linger: 50 * time.Millisecond,
		codec: kgo.Lz4Compression()},
	{name: "one record per batch", partitions: 3, perSecond: 20, value: noise(500, 500), single: true},
	{name: "growing record size", partitions: 3, perSecond: 20, value: growing, single: true},
	{name: "one hot partition", partitions: 12, perSecond: 200, value: noise(200, 1200), linger: 50 * time.Millisecond,
		partition: mostlyFirst},
	{name: "a few records a second", partitions: 3, perSecond: 3, value: noise(100, 900)},
	{name: "transactions of 1", partitions: 3, perSecond: 5, value: noise(300, 900), transaction: 1},
	{name: "transactions of 10", partitions: 3, perSecond: 30, value: noise(300, 900), transaction: 10},
	{name: "retention deletes", partitions: 2, perSecond: 200, value: noise(500, 1500), linger: 50 * time.Millisecond,
		config: map[string]string{"segment.bytes": small, "retention.bytes": small}},
	{name: "compacted", partitions: 2, perSecond: 200, value: noise(200, 1800), linger: 50 * time.Millisecond,
		keys:   200,
		config: map[string]string{"cleanup.policy": "compact", "segment.bytes": small, "min.cleanable.dirty.ratio": "0.01"}},
	{name: "broker recompresses", partitions: 3, perSecond: 200, value: order, linger: 50 * time.Millisecond,
		config: map[string]string{"compression.type": "gzip"}},
	{name: "group commits every 1 s", partitions: 3, perSecond: 30, value: noise(400, 600), linger: 100 * time.Millisecond,
		reader: "1s"},
	{name: "group commits every 5 s", partitions: 3, perSecond: 30, value: noise(400, 600), linger: 100 * time.Millisecond,
		reader: "5s"},
	{name: "group commits every 60 s", partitions: 3, perSecond: 30, value: noise(400, 600), linger: 100 * time.Millisecond,
		reader: "60s"},
	{name: "group never commits", partitions: 3, perSecond: 30, value: noise(400, 600), linger: 100 * time.Millisecond,
		reader: "never"},
	{name: "group commits in transactions", partitions: 3, perSecond: 30, value: noise(400, 600), linger: 100 * time.Millisecond,
		reader: "transaction"},
	{name: "group whose transactions are aborted", partitions: 3, perSecond: 30, value: noise(400, 600),
		linger: 100 * time.Millisecond, reader: "transactions"},
	{name: "group reads from followers", partitions: 3, perSecond: 30, value: noise(400, 600), linger: 100 * time.Millisecond,
		reader: "1s", rack: "rack-2"},
	{name: "share group", partitions: 3, perSecond: 30, value: noise(400, 600), linger: 100 * time.Millisecond,
		reader: "share", lacking: []string{"3.9.1", "3.9.1-zookeeper", "2.8.2"}},
	{name: "tenant within its quotas", partitions: 3, perSecond: 15, value: noise(400, 600), single: true, reader: "1s",
		produceQuota: 100e3, fetchQuota: 100e3},
	{name: "tenant held back by its quotas", partitions: 3, perSecond: 30, value: noise(400, 600), single: true, reader: "1s",
		produceQuota: 3000, fetchQuota: 2000},
	{name: "tiered storage", partitions: 2, perSecond: 200, value: noise(500, 1500), linger: 50 * time.Millisecond,
		config:  map[string]string{"remote.storage.enable": "true", "segment.bytes": small, "local.retention.bytes": small},
		lacking: []string{"2.8.2"}},
	{name: "leader moved", event: "move", partitions: 3, perSecond: 20, value: noise(500, 500), single: true},
	{name: "topic re-created", event: "recreate", partitions: 3, perSecond: 20, value: noise(500, 500), single: true},
	{name: "broker restarted", event: "restart", partitions: 3, perSecond: 20, value: noise(500, 500), single: true},
}

// topic is the scenario's topic.
func (s scenario) topic() string {
	name := []byte(s.name)
	for i, c := range name {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
			name[i] = '-'
		}
	}
	return string(name)
}

func noise(low, high int) func(*rand.Rand, int) []byte {
	return func(r *rand.Rand, _ int) []byte {
		b := make([]byte, low+r.IntN(high-low+1))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
}

func growing(r *rand.Rand, n int) []byte { return noise(100+n, 100+n)(r, n) }

func order(r *rand.Rand, n int) []byte {
	return fmt.Appendf(nil, `{"order":%d,"customer":"customer-%d","status":%q,"amount":%d.%02d,"items":[{"sku":"sku-%d","count":%d},{"sku":"sku-%d","count":%d}],"note":%q}`,
		n, r.IntN(5000), []string{"new", "paid", "sent"}[r.IntN(3)], r.IntN(900), r.IntN(100), r.IntN(1000), r.IntN(9),
		r.IntN(1000), r.IntN(9), "leave at the door")
}

func reading(r *rand.Rand, n int) []byte {
	return fmt.Appendf(nil, "sensor=%d temperature=%d.%d humidity=%d sequence=%d", r.IntN(200), r.IntN(40), r.IntN(10), r.IntN(100),
		n)
}

func mostlyFirst(r *rand.Rand, _ int) int32 {
	if r.IntN(5) > 0 {
		return 0
	}
	return int32(1 + r.IntN(11))
}

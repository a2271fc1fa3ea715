package demo

import "strconv"

const (
	// segmentBytes lets the in-memory logs give space back in small pieces.
	segmentBytes = 1 << 20
	// retentionBytes bounds a partition, and with it the memory of a demo that is left running.
	retentionBytes = 1 << 20
)

// codec is the compression of a producer.
type codec string

const (
	plain  codec = "none"
	gzip   codec = "gzip"
	snappy codec = "snappy"
	lz4    codec = "lz4"
	zstd   codec = "zstd"
)

// sending is how a producer puts records into batches.
type sending string

const (
	batched       sending = "batched"
	oneByOne      sending = "one record a batch"
	transactional sending = "transactional"
)

// shape is one topic and what is sent to it.
type shape struct {
	topic      string
	partitions int32
	perSecond  float64 // records; 0: no one writes
	bytes      int     // of a record's value before compression
	codec      codec
	sending    sending
	// skew is how unevenly records fall on partitions: partition p gets a share of 1/(p+1)^skew. 0 is even.
	skew float64
	// keys is the number of distinct keys; 0: records have none.
	keys int
	// cleanup is cleanup.policy; empty: delete.
	cleanup string
	// retentionMillis is retention.ms; 0: the brokers' default.
	retentionMillis int64
}

func (s shape) configs() map[string]string {
	out := map[string]string{"retention.bytes": strconv.Itoa(retentionBytes)}
	if s.cleanup != "" {
		out["cleanup.policy"] = s.cleanup
	}
	if s.retentionMillis != 0 {
		out["retention.ms"] = strconv.FormatInt(s.retentionMillis, 10)
	}
	return out
}

const (
	day  = 24 * 60 * 60 * 1000
	week = 7 * day
)

// shapes is a web shop: a few topics carry most of the bytes, many carry little, two are left over.
var shapes = []shape{
	{topic: "clickstream", partitions: 24, perSecond: 2400, bytes: 340, codec: lz4, skew: 1.1, keys: 20000,
		retentionMillis: 2 * day},
	{topic: "page-renders", partitions: 12, perSecond: 220, bytes: 2000, codec: lz4, skew: 0.4, retentionMillis: day},
	{topic: "orders", partitions: 12, perSecond: 320, bytes: 900, codec: zstd, skew: 0.5, keys: 8000, retentionMillis: 30 * day},
	{topic: "payments", partitions: 6, perSecond: 120, bytes: 600, codec: plain, sending: transactional, keys: 8000,
		retentionMillis: 30 * day},
	{topic: "product-images", partitions: 4, perSecond: 7, bytes: 60000, codec: plain},
	{topic: "telemetry", partitions: 16, perSecond: 4000, bytes: 24, codec: plain, skew: 0.3},
	{topic: "sessions", partitions: 12, perSecond: 300, bytes: 500, codec: gzip, keys: 20000, retentionMillis: 2 * day},
	{topic: "inventory", partitions: 6, perSecond: 300, bytes: 180, codec: lz4, keys: 400, cleanup: "compact"},
	{topic: "prices", partitions: 8, perSecond: 400, bytes: 120, codec: snappy, keys: 1500, cleanup: "compact,delete",
		retentionMillis: week},
	{topic: "customer-profiles", partitions: 6, perSecond: 25, bytes: 1400, codec: zstd, keys: 600, cleanup: "compact"},
	{topic: "feature-flags", partitions: 1, perSecond: 0.5, bytes: 200, codec: plain, keys: 40, cleanup: "compact"},
	{topic: "audit-log", partitions: 3, perSecond: 50, bytes: 700, codec: plain, sending: oneByOne, retentionMillis: 365 * day},
	{topic: "search-queries", partitions: 6, perSecond: 240, bytes: 180, codec: zstd, skew: 0.8},
	{topic: "recommendations", partitions: 8, perSecond: 160, bytes: 800, codec: lz4, keys: 20000},
	{topic: "fraud-scores", partitions: 6, perSecond: 120, bytes: 220, codec: zstd, keys: 8000},
	{topic: "carts", partitions: 6, perSecond: 90, bytes: 600, codec: snappy, keys: 5000},
	{topic: "shipments", partitions: 6, perSecond: 60, bytes: 750, codec: zstd, keys: 4000, retentionMillis: 14 * day},
	{topic: "invoices", partitions: 3, perSecond: 30, bytes: 1800, codec: zstd, keys: 4000, retentionMillis: 90 * day},
	{topic: "refunds", partitions: 3, perSecond: 4, bytes: 700, codec: plain, sending: transactional, keys: 900,
		retentionMillis: 90 * day},
	{topic: "stock-alerts", partitions: 3, perSecond: 12, bytes: 160, codec: plain},
	{topic: "supplier-feed", partitions: 4, perSecond: 40, bytes: 1200, codec: gzip},
	{topic: "emails", partitions: 3, perSecond: 25, bytes: 1500, codec: gzip},
	{topic: "push-notifications", partitions: 6, perSecond: 80, bytes: 260, codec: lz4},
	{topic: "sms", partitions: 2, perSecond: 6, bytes: 140, codec: plain, sending: oneByOne},
	{topic: "reviews", partitions: 3, perSecond: 8, bytes: 900, codec: zstd},
	{topic: "returns", partitions: 3, perSecond: 5, bytes: 650, codec: zstd},
	{topic: "loyalty-points", partitions: 4, perSecond: 45, bytes: 150, codec: snappy, keys: 5000},
	{topic: "coupons", partitions: 2, perSecond: 10, bytes: 200, codec: plain},
	{topic: "support-tickets", partitions: 2, perSecond: 3, bytes: 1100, codec: gzip},
	{topic: "ab-tests", partitions: 4, perSecond: 70, bytes: 240, codec: lz4},
	{topic: "service-logs", partitions: 6, perSecond: 350, bytes: 420, codec: zstd, retentionMillis: 3 * day},
	{topic: "tax-reports", partitions: 1, perSecond: 0.2, bytes: 5000, codec: gzip, retentionMillis: 3650 * day},
	{topic: "legacy-import", partitions: 4},
	{topic: "load-test-2024", partitions: 12},
}

// kind is the protocol of a consumer group.
type kind string

const (
	classic kind = "classic"
	next    kind = "consumer" // KIP-848
	share   kind = "share"    // KIP-932
)

// reader is one consumer group and how it reads.
type reader struct {
	group   string
	kind    kind
	members int
	topics  []string
	// commitSeconds is the time between commits; 0: one second. Share groups acknowledge instead.
	commitSeconds int
	// perSecond is the most records that a member reads a second, 0 without a limit: it falls behind and has lag.
	perSecond int
}

var readers = []reader{
	{group: "clickstream-analytics", kind: next, members: 3,
		topics: []string{"clickstream", "page-renders", "sessions", "search-queries"}},
	{group: "recommender", kind: next, members: 2, topics: []string{"clickstream", "orders", "carts"}},
	{group: "fraud-detection", kind: classic, members: 2, topics: []string{"orders", "payments", "fraud-scores"}},
	{group: "warehouse-sync", kind: classic, members: 1, topics: []string{"inventory", "orders", "shipments", "returns"},
		commitSeconds: 5},
	{group: "search-indexer", kind: classic, members: 1, topics: []string{"prices", "product-images", "reviews"}},
	{group: "billing", kind: classic, members: 1, topics: []string{"payments", "invoices", "refunds"}},
	{group: "log-archive", kind: classic, members: 1, topics: []string{"service-logs", "audit-log"}, commitSeconds: 5},
	{group: "telemetry-rollup", kind: classic, members: 1, topics: []string{"telemetry"}, perSecond: 1500},
	{group: "notifier", kind: share, members: 2, topics: []string{"emails", "push-notifications", "sms"}},
}

// tail is read without a group, as dashboards and connectors do: no offset shows it.
const tail = "clickstream"

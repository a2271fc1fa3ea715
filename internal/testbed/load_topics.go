package testbed

import (
	"fmt"
	"math/rand/v2"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Names of the load's topics; each has one property that makes bytes or messages hard to estimate.
const (
	LoadZstd         = "orders.zstd"      // JSON of 300 to 500 bytes, zstd in large batches
	LoadPlain        = "clicks.plain"     // 1 kB, uncompressed
	LoadLZ4          = "metrics.lz4"      // small records of some 80 bytes, lz4
	LoadSingle       = "audit.single"     // a batch for each record, so that batch headers weigh most
	LoadHot          = "sessions.hot"     // partition 0 gets four fifths
	LoadTransactions = "payments.tx"      // transactions of 20 records, each tenth aborted: end offsets count markers too
	LoadCompacted    = "profiles.compact" // compacted while it is written: log sizes shrink, keys repeat
	LoadExpiring     = "events.expiring"  // old segments are deleted all the time: log sizes stay the same
)

// topicLoad is what is sent to one topic.
type topicLoad struct {
	name           string
	partitions     int
	config         map[string]string
	bytesPerSecond int // of record values, before compression
	keys           int // records are keyed by one of so many; 0: no key
	value          func(*rand.Rand) []byte
	partition      func(*rand.Rand, int) int32 // nil: the client's choice
	opts           []kgo.Opt
	transaction    int // records in a transaction; 0: none
}

// A segment of 1 MiB is the smallest that Kafka 4 allows; at these rates a partition fills one in about ten seconds.
const smallSegment = "1048576"

var topicLoads = []topicLoad{
	{name: LoadZstd, partitions: 12, bytesPerSecond: 800_000, value: order,
		opts: batches(kgo.ZstdCompression(), kgo.SnappyCompression())},
	{name: LoadPlain, partitions: 12, bytesPerSecond: 500_000, value: noise(1000, 1000), opts: batches(kgo.NoCompression())},
	{name: LoadLZ4, partitions: 12, bytesPerSecond: 250_000, value: measurement, opts: batches(kgo.Lz4Compression())},
	{name: LoadSingle, partitions: 6, bytesPerSecond: 50_000, value: noise(500, 500),
		opts: append(batches(kgo.NoCompression()), kgo.ProducerBatchMaxBytes(1000))}, // a second record would not fit
	{name: LoadHot, partitions: 12, bytesPerSecond: 400_000, value: noise(200, 1200), partition: mostlyFirst,
		opts: batches(kgo.NoCompression())},
	{name: LoadTransactions, partitions: 6, bytesPerSecond: 50_000, value: noise(300, 900), transaction: 20,
		opts: batches(kgo.NoCompression())},
	{name: LoadCompacted, partitions: 3, bytesPerSecond: 300_000, keys: 500, value: noise(200, 1800),
		opts:   batches(kgo.NoCompression()),
		config: map[string]string{"cleanup.policy": "compact", "segment.bytes": smallSegment, "min.cleanable.dirty.ratio": "0.01"}},
	{name: LoadExpiring, partitions: 3, bytesPerSecond: 300_000, value: noise(200, 1800), opts: batches(kgo.NoCompression()),
		config: map[string]string{"cleanup.policy": "delete", "segment.bytes": smallSegment, "retention.bytes": smallSegment}},
}

// batches sends what comes together in 50 ms, compressed by the first codec that the cluster's version knows.
func batches(codecs ...kgo.CompressionCodec) []kgo.Opt {
	return []kgo.Opt{kgo.ProducerLinger(linger), kgo.ProducerBatchCompression(codecs...)}
}

// noise makes values between low and high bytes that do not compress.
func noise(low, high int) func(*rand.Rand) []byte {
	return func(r *rand.Rand) []byte {
		b := make([]byte, low+r.IntN(high-low+1))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
}

func order(r *rand.Rand) []byte {
	text := fmt.Sprintf(`{"order_id":"%016x","customer_id":%d,"currency":"USD","status":"CONFIRMED","warehouse":"fra-%02d","lines":[`,
		r.Uint64(), r.IntN(1_000_000), r.IntN(20))
	for i := range 2 + r.IntN(3) {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(`{"sku":"SKU-%06d","quantity":%d,"unit_price":%d.%02d,"gift":false}`, r.IntN(50_000), 1+r.IntN(9),
			r.IntN(500), r.IntN(100))
	}
	return []byte(text + `],"shipping":{"carrier":"DHL","express":true}}`)
}

func measurement(r *rand.Rand) []byte {
	return fmt.Appendf(nil, `{"host":"web-%03d","metric":"cpu.user","value":%d.%03d,"zone":"eu-%d"}`, r.IntN(200), r.IntN(100),
		r.IntN(1000), r.IntN(3))
}

func mostlyFirst(r *rand.Rand, partitions int) int32 {
	if r.IntN(5) > 0 {
		return 0
	}
	return int32(1 + r.IntN(partitions-1))
}

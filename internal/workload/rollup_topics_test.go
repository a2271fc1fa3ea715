package workload

import (
	"math"
	"testing"
	"time"
)

func set(kv ...string) map[string]ConfigValue {
	out := map[string]ConfigValue{}
	for i := 0; i < len(kv); i += 2 {
		out[kv[i]] = ConfigValue{Value: kv[i+1], Source: "topic"}
	}
	return out
}

// oneWindow is a minute of the topics on brokers with the configuration (nil: not read).
func oneWindow(brokers map[string]ConfigValue, topics ...Topic) Sample {
	s := Sample{Source: "kafka", Cluster: "c", Window: window(0, 60), Topics: topics}
	if brokers != nil {
		s.Posture = &Posture{BrokerConfig: brokers}
	}
	return s
}

func TestRetention(t *testing.T) {
	day := 24 * time.Hour
	topic := func(config map[string]ConfigValue) Topic { return Topic{Name: "t", Partitions: 1, Config: config} }
	internal := Topic{Name: "__consumer_offsets", Internal: true, Config: set("retention.ms", "-1")}
	for name, tt := range map[string]struct {
		sample        Sample
		want, primary *time.Duration
	}{
		"topic's own":           {sample: oneWindow(nil, topic(set("retention.ms", "3600000"))), want: ptr(time.Hour)},
		"nothing was read":      {sample: oneWindow(nil, topic(nil))},
		"brokers were not read": {sample: oneWindow(nil, topic(set()))},
		"Kafka's default":       {sample: oneWindow(set(), topic(set())), want: ptr(7 * day)},
		"broker hours":          {sample: oneWindow(set("log.retention.hours", "72"), topic(set())), want: ptr(3 * day)},
		"broker ms before hours": {sample: oneWindow(set("log.retention.hours", "72", "log.retention.ms", "60000"),
			topic(set())), want: ptr(time.Minute)},
		"unlimited": {sample: oneWindow(set(), topic(set("retention.ms", "-1"))), want: ptr(RetentionUnlimited)},
		"unlimited in hours": {sample: oneWindow(set("log.retention.hours", "-1"), topic(set())),
			want: ptr(RetentionUnlimited)},
		"longer than we can hold": {sample: oneWindow(set(), topic(set("retention.ms", "9223372036854775807"))),
			want: ptr(RetentionUnlimited)},
		"compacted alone": {sample: oneWindow(set(), topic(set("cleanup.policy", "compact")))},
		"compacted and deleted": {sample: oneWindow(set(),
			topic(set("cleanup.policy", "compact,delete", "retention.ms", "60000"))), want: ptr(time.Minute)},
		"internal topics do not count": {sample: oneWindow(set(), internal, topic(set("retention.ms", "60000"))),
			want: ptr(time.Minute)},
		"tiered": {sample: oneWindow(set(), topic(set("retention.ms", "86400000", "remote.storage.enable", "true",
			"local.retention.ms", "3600000"))),
			want: ptr(day), primary: ptr(time.Hour)},
		"tiered, all of it local": {sample: oneWindow(set(),
			topic(set("retention.ms", "86400000", "remote.storage.enable", "true", "local.retention.ms", "-2"))),
			want: ptr(day), primary: ptr(day)},
	} {
		w := FromSamples([]Sample{tt.sample}, RollupOptions{})
		if !same(w.Retention, tt.want) {
			t.Errorf("%s: got %v, want %v", name, span(w.Retention), span(tt.want))
		}
		if !same(w.PrimaryRetention, tt.primary) {
			t.Errorf("%s: on brokers: got %v, want %v", name, span(w.PrimaryRetention), span(tt.primary))
		}
	}
}

func ptr[T any](v T) *T { return &v }

func same(a, b *time.Duration) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

func span(d *time.Duration) any {
	if d == nil {
		return "absent"
	}
	return *d
}

func TestLargestMessage(t *testing.T) {
	batch := Exactly(40_000, Estimated, "batches").Ptr()
	average := Between(500, 400, 600, Estimated, "offsets").Ptr()
	for name, tt := range map[string]struct {
		sample           Sample
		value, low, high float64 // value 0: absent
	}{
		"batch and limit": {oneWindow(set(),
			Topic{Name: "t", Config: set("max.message.bytes", "2000000"), LargestBatchBytes: batch}), 40_000, 40_000, 2e6},
		"batch, Kafka's default": {oneWindow(set(), Topic{Name: "t", Config: set(), LargestBatchBytes: batch}), 40_000, 40_000,
			1_048_588},
		"batch, limit unknown": {oneWindow(nil, Topic{Name: "t", LargestBatchBytes: batch}), 40_000, 40_000, math.Inf(1)},
		"limit of the brokers": {oneWindow(set("message.max.bytes", "9000000"),
			Topic{Name: "t", Config: set(), AverageMessageBytes: average}), 9e6, 400, 9e6},
		"nothing known": {oneWindow(nil, Topic{Name: "t"}), 0, 0, 0},
		"one topic is not known": {oneWindow(nil,
			Topic{Name: "t", Config: set("max.message.bytes", "2000000"), LargestBatchBytes: batch}, Topic{Name: "u"}), 40_000,
			40_000, math.Inf(1)},
		"the larger of two wins": {oneWindow(set(), Topic{Name: "t", Config: set(), LargestBatchBytes: batch},
			Topic{Name: "u", Config: set("max.message.bytes", "8000000")}), 8e6, 40_000, 8e6},
		"internal does not count": {oneWindow(nil, Topic{Name: "t", Internal: true, Config: set("max.message.bytes", "2000000")}),
			0, 0, 0},
	} {
		f := FromSamples([]Sample{tt.sample}, RollupOptions{}).MaxMessageBytes
		switch {
		case tt.value == 0:
			if f != nil {
				t.Errorf("%s: got %+v, want none", name, f)
			}
		case f == nil || f.Value != tt.value || f.Low != tt.low || f.High != tt.high:
			t.Errorf("%s: got %+v, want %v in [%v, %v]", name, f, tt.value, tt.low, tt.high)
		}
	}
}

func TestTopicsThatWeMayNotSeeMayBeLarger(t *testing.T) {
	s := oneWindow(set(), Topic{Name: "t", Partitions: 1, Config: set("cleanup.policy", "compact"),
		StoredBytes: Exactly(500, Derived, "").Ptr()})
	s.Totals.Topics = AtLeast(1, Estimated, "metadata").Ptr()
	w := FromSamples([]Sample{s}, RollupOptions{})
	if w.MaxMessageBytes == nil || w.MaxMessageBytes.Bounded() || w.LargestCompactedPartitionBytes == nil ||
		w.LargestCompactedPartitionBytes.Bounded() {
		t.Errorf("got %+v and %+v, want no upper bounds", w.MaxMessageBytes, w.LargestCompactedPartitionBytes)
	}
}

func TestReplication(t *testing.T) {
	w := FromSamples([]Sample{oneWindow(nil,
		Topic{Name: "a", Partitions: 6, ReplicationFactor: 3}, Topic{Name: "b", Partitions: 4, ReplicationFactor: 2},
		Topic{Name: "c", Partitions: 2, ReplicationFactor: 2}, Topic{Name: "d", Partitions: 1, ReplicationFactor: 1},
		Topic{Name: "__consumer_offsets", Internal: true, Partitions: 50, ReplicationFactor: 5},
	)}, RollupOptions{})
	if w.ReplicationFactor != 3 || w.MinReplicationFactor != 1 || w.MaxReplicationFactor != 3 {
		t.Errorf("got %d in [%d, %d], want 3 (the higher of two that prevail alike) in [1, 3]",
			w.ReplicationFactor, w.MinReplicationFactor, w.MaxReplicationFactor)
	}
}

func TestLargestCompactedPartition(t *testing.T) {
	stored := Exactly(1200, Derived, "log sizes").Ptr()
	compacted := Topic{Name: "a", Partitions: 4, Config: set("cleanup.policy", "compact"), StoredBytes: stored}
	w := FromSamples([]Sample{oneWindow(nil, compacted,
		Topic{Name: "b", Partitions: 1, Config: set(), StoredBytes: Exactly(9e9, Derived, "").Ptr()})}, RollupOptions{})
	if f := w.LargestCompactedPartitionBytes; f == nil || f.Low != 300 || f.High != 1200 {
		t.Errorf("got %+v, want between an even share and the whole: 300 to 1200", f)
	}
	w = FromSamples([]Sample{oneWindow(nil, compacted, Topic{Name: "b", Partitions: 1})}, RollupOptions{})
	if f := w.LargestCompactedPartitionBytes; f == nil || f.Low != 300 || f.Bounded() {
		t.Errorf("got %+v, want no upper bound: a topic of unknown policy may be compacted", f)
	}
}

func TestAverageMessageIsOfUserTopics(t *testing.T) {
	topic := func(name string, internal bool, bytes, records float64) Topic {
		return Topic{Name: name, Internal: internal, IngressBytesPerSec: Exactly(bytes, Derived, "sizes").Ptr(),
			MessagesPerSec: Exactly(records, Derived, "offsets").Ptr()}
	}
	w := FromSamples([]Sample{oneWindow(nil, topic("a", false, 9000, 10), topic("b", false, 1000, 90),
		topic("__consumer_offsets", true, 1, 1000))}, RollupOptions{})
	if f := w.AverageMessageBytes; f == nil || f.Value != 100 {
		t.Errorf("got %+v, want (9000 + 1000) ÷ (10 + 90) = 100", f)
	}
	w = FromSamples([]Sample{oneWindow(nil, topic("a", false, 0, 0))}, RollupOptions{})
	if f := w.AverageMessageBytes; f != nil {
		t.Errorf("got %+v, want none: no record came in", f)
	}
}

// A quiet minute of large records weighs less than a busy one of small records.
func TestRecordSizeIsWeightedByRecords(t *testing.T) {
	minute := func(i int, size, rate float64) Sample {
		return Sample{Source: "kafka", Window: window(float64(60*i), float64(60*i+60)), Topics: []Topic{{Name: "a",
			AverageMessageBytes: Between(size, size*0.9, size*1.1, Estimated, "offsets").Ptr(),
			MessagesPerSec:      Exactly(rate, Derived, "offsets").Ptr()}}}
	}
	w := FromSamples([]Sample{minute(0, 1000, 1), minute(1, 100, 9)}, RollupOptions{})
	if f := w.TopicList[0].AverageMessageBytes; f == nil || math.Abs(f.Value-190) > 1e-9 { // (1000 × 1 + 100 × 9) ÷ 10
		t.Errorf("got %+v, want 190", f)
	}
}

func TestTopicsThatVanishAreNamed(t *testing.T) {
	first, last := oneWindow(nil, Topic{Name: "kept", Partitions: 1}, Topic{Name: "temporary", Partitions: 1}),
		oneWindow(nil, Topic{Name: "kept", Partitions: 2})
	last.Window = window(60, 120)
	broken := Sample{Source: "kafka", Window: window(120, 180)} // metadata did not come: nothing can be said of topics
	w := FromSamples([]Sample{first, last, broken}, RollupOptions{})
	if len(w.TopicList) != 1 || w.TopicList[0].Name != "kept" || w.TopicList[0].Partitions != 2 {
		t.Errorf("topics: got %+v, want kept with its latest 2 partitions", w.TopicList)
	}
	if len(w.Gaps) != 1 || w.Gaps[0].What != "topics temporary" {
		t.Errorf("gaps: got %+v", w.Gaps)
	}
}

func TestHottestPartitionIsTheOneThatCarriedMost(t *testing.T) {
	hot := func(i int, partition int32, rate float64) Sample {
		return Sample{Source: "kafka", Window: window(float64(60*i), float64(60*i+60)),
			Totals: Totals{HottestIngress: &Hottest{Topic: "orders", Partition: partition, Rate: Exactly(rate, Derived, "sizes")}}}
	}
	w := FromSamples([]Sample{hot(0, 3, 10), hot(1, 3, 10), hot(2, 7, 16)}, RollupOptions{})
	if w.HottestIngressOn != "orders-3" || w.HottestIngress == nil || w.HottestIngress.Value != 12 || *w.HottestIngress.Peak != 16 {
		t.Errorf("got %s %+v, want orders-3, mean 12, peak 16", w.HottestIngressOn, w.HottestIngress)
	}
	whole := hot(0, 5, 11)
	if w = FromSamples([]Sample{hot(0, 3, 10)}, RollupOptions{Whole: &whole}); w.HottestIngressOn != "orders-5" {
		t.Errorf("got %s, want the partition of the whole reading", w.HottestIngressOn)
	}
}

func TestGroupsKeepTheirLatestState(t *testing.T) {
	two, three := 2, 3
	a := Sample{Source: "kafka", Window: window(0, 60),
		Groups: []Group{{Name: "g", Type: "classic", Members: &two, Topics: []string{"a"},
			EgressBytesPerSec: AtLeast(10, Estimated, "commits").Ptr(), LagMessages: Exactly(5, Derived, "offsets").Ptr()}}}
	b := Sample{Source: "kafka", Window: window(60, 120),
		Groups: []Group{{Name: "g", Type: "consumer", Members: &three, Topics: []string{"b"}}}}
	w := FromSamples([]Sample{a, b}, RollupOptions{})
	if len(w.GroupList) != 1 {
		t.Fatalf("got %+v", w.GroupList)
	}
	g := w.GroupList[0]
	if g.Type != "consumer" || *g.Members != 3 || len(g.Topics) != 2 || g.LagMessages.Value != 5 {
		t.Errorf("got %+v, want type consumer, 3 members, both topics, lag 5", g)
	}
	if g.EgressBytesPerSec == nil || g.EgressBytesPerSec.Value != 10 || g.EgressBytesPerSec.Bounded() {
		t.Errorf("egress: got %+v, want 10 over the window that has it, unbounded", g.EgressBytesPerSec)
	}
}

package kafka

import (
	"context"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// large is the cluster whose sweeps are counted: the budget is one of requests, which depends only on brokers and coordinators.
// With the build tag long it has ten times as much.
var large = testbed.Population{Topics: 200, Partitions: 2_000, Groups: 100}

// TestSweepStaysWithinItsBudget counts at the brokers what a sweep of a large cluster costs: at most four requests a broker,
// three a coordinator, and three. A record came to each partition since the sweep before, so that batches are counted too. Brokers
// send each other requests as well, so kinds that only clients send are counted.
func TestSweepStaysWithinItsBudget(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{Brokers: 3, HeapMB: 1024})
	c.Populate(large)
	s := newSource(t, c)
	began := time.Now()
	first := collect(t, s)
	t.Logf("first sweep, with configuration and posture: %s", time.Since(began).Round(time.Millisecond))
	wantFigure(t, "topics", first.Totals.Topics, float64(large.Topics), false)
	wantFigure(t, "partitions", first.Totals.Partitions, float64(large.Partitions), false)
	wantFigure(t, "groups", first.Totals.ConsumerGroups, float64(large.Groups), false)

	const brokers, coordinators, sweeps = 3, 3, 3
	budget := int64(4*brokers+3*coordinators+3) * sweeps
	mine, counted := s.Stats(), map[string]int64{}
	for range sweeps {
		recordToEach(t, c, first.Topics)
		before, at := counters(t, c), s.Stats()
		began = time.Now()
		sample := collect(t, s)
		t.Logf("sweep: %s, %d groups, %s", time.Since(began).Round(time.Millisecond), len(sample.Groups), gapText(sample))
		for api, n := range counters(t, c).Since(before).Requests {
			counted[api] += n
		}
		if fetches(s.Stats().Since(at)) == 0 {
			t.Error("a sweep over partitions that took in records fetched no batches")
		}
	}
	spent := s.Stats().Since(mine)
	t.Logf("%d sweeps cost %d requests, %d bytes sent and %d received: %v", sweeps, spent.Total(), spent.BytesSent,
		spent.BytesReceived, spent.Requests)
	t.Logf("the brokers counted %v", counted)
	if spent.Total() > budget {
		t.Errorf("%d sweeps sent %d requests, want %d at most", sweeps, spent.Total(), budget)
	}
	for _, r := range spent.Requests {
		if counted[r.API] < r.Count {
			t.Errorf("%s: %d were sent, the brokers counted %d", r.API, r.Count, counted[r.API])
		}
	}
	var clients int64
	for _, api := range []string{"Metadata", "DescribeLogDirs", "ListGroups", "DescribeGroups", "OffsetFetch",
		"ConsumerGroupDescribe", "FindCoordinator", "DescribeConfigs", "ListOffsets"} {
		clients += counted[api]
	}
	if clients > budget {
		t.Errorf("the brokers counted %d requests of clients in %d sweeps, want %d at most", clients, sweeps, budget)
	}
	for _, api := range []string{"CreateTopics", "DeleteTopics", "Produce", "OffsetCommit", "AlterConfigs",
		"IncrementalAlterConfigs", "CreateAcls", "JoinGroup", "DeleteGroups"} {
		if counted[api] > 0 {
			t.Errorf("the brokers counted %d %s requests without any other client", counted[api], api)
		}
	}
}

// recordToEach sends a record to each partition of the topics.
func recordToEach(t *testing.T, c *testbed.Cluster, topics []workload.Topic) {
	t.Helper()
	opts := append(c.ClientOpts(testbed.Plaintext, "", ""), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerLinger(100*time.Millisecond))
	client := testbed.NewClient(t, opts...)
	defer client.Close() // it asks for metadata now and then, which a sweep is not to be charged with
	var records []*kgo.Record
	for _, topic := range topics {
		for p := range topic.Partitions {
			if !topic.Internal {
				records = append(records, &kgo.Record{Topic: topic.Name, Partition: int32(p), Value: make([]byte, 100)})
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := client.ProduceSync(ctx, records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// fetches is how many Fetch requests were sent.
func fetches(s Stats) int64 {
	for _, r := range s.Requests {
		if r.API == "Fetch" {
			return r.Count
		}
	}
	return 0
}

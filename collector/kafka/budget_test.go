package kafka

import (
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
)

// TestSweepStaysWithinItsBudget counts at the brokers what a sweep of a large cluster costs: at most four requests a broker,
// three a coordinator, and three. Brokers send each other requests too, so kinds that only clients send are counted.
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
	mine, before := s.Stats(), counters(t, c)
	for range sweeps {
		began = time.Now()
		sample := collect(t, s)
		t.Logf("sweep: %s, %d groups, %s", time.Since(began).Round(time.Millisecond), len(sample.Groups), gapText(sample))
	}
	counted := counters(t, c).Since(before).Requests
	spent := s.Stats().Since(mine)
	t.Logf("%d sweeps cost %d requests, %d bytes sent and %d received: %v", sweeps, spent.Total(), spent.BytesSent, spent.BytesReceived, spent.Requests)
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
	for _, api := range []string{"Metadata", "DescribeLogDirs", "ListGroups", "DescribeGroups", "OffsetFetch", "ConsumerGroupDescribe", "FindCoordinator", "DescribeConfigs", "ListOffsets"} {
		clients += counted[api]
	}
	if clients > budget {
		t.Errorf("the brokers counted %d requests of clients in %d sweeps, want %d at most", clients, sweeps, budget)
	}
	for _, api := range []string{"CreateTopics", "DeleteTopics", "Produce", "OffsetCommit", "AlterConfigs", "IncrementalAlterConfigs", "CreateAcls", "JoinGroup", "DeleteGroups"} {
		if counted[api] > 0 {
			t.Errorf("the brokers counted %d %s requests while nobody else was there", counted[api], api)
		}
	}
}

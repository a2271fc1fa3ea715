package msk

import (
	"math"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

func TestProvisionedCluster(t *testing.T) {
	server := &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
		Metrics: standardMetrics("orders", 3, steadily(9e6))}
	s := sourceOf(t, server, nil)
	samples := collectAll(t, s)
	// An hour back from three minutes ago, in whole blocks of five minutes: 10:55 to 11:55.
	if len(samples) != 60 || !samples[0].Window.Start.Equal(noon.Add(-65*time.Minute)) ||
		!last(samples).Window.End.Equal(noon.Add(-5*time.Minute)) {
		t.Fatalf("%d samples from %v to %v", len(samples), samples[0].Window, last(samples).Window)
	}
	for _, one := range samples {
		if one.Source != "cloudwatch" || one.Cluster != "orders" || one.Window.Duration() != time.Minute {
			t.Fatalf("sample of %q %q over %v", one.Source, one.Cluster, one.Window)
		}
	}
	got := last(samples)
	exactly(t, "ingress", got.Totals.IngressBytesPerSec, 9e6)
	exactly(t, "egress", got.Totals.EgressBytesPerSec, 18e6)
	exactly(t, "messages", got.Totals.MessagesPerSec, 9e3)
	exactly(t, "connections", got.Totals.ClientConnections, 3*(30+20))
	if got.Totals.ConnectionsPerSec != nil || got.Totals.RequestsPerSec != nil || got.Totals.HottestIngress != nil {
		t.Errorf("figures that nobody publishes: %+v", got.Totals)
	}
	// The controller's datapoint is one of three: an average would be a third of it.
	if f := got.Totals.Partitions; f == nil || f.Value != 300 || f.High != 300 || f.Low != 1 || f.Method != workload.Estimated {
		t.Errorf("partitions %+v, want 300 at most and the topic that was seen at least", f)
	}
	if f := got.Totals.Topics; f == nil || f.High != 12 {
		t.Errorf("topics %+v, want at most 12", f)
	}
	disks := 3 * 0.12 * 1000 * workload.GiB
	if f := got.Totals.StoredBytes; f == nil || math.Abs(f.Value-disks/3) > 1 || math.Abs(f.Low-disks/3) > 1 ||
		math.Abs(f.High-disks) > 1 || f.Method != workload.Estimated {
		t.Errorf("stored %+v, want a third of %g bytes", f, disks)
	}
	if len(got.Topics) != 1 || got.Topics[0].Name != "orders" {
		t.Fatalf("topics %+v", got.Topics)
	}
	exactly(t, "ingress of the topic", got.Topics[0].IngressBytesPerSec, 0.75*9e6)
	exactly(t, "egress of the topic", got.Topics[0].EgressBytesPerSec, 1.5*9e6)
	if len(got.Brokers) != 3 || got.Brokers[2].ID != 3 || got.Brokers[2].Host != "b-3.orders.kafka.us-east-1.amazonaws.com" {
		t.Fatalf("brokers %+v", got.Brokers)
	}
	exactly(t, "ingress of broker 1", got.Brokers[0].IngressBytesPerSec, 3e6)
	exactly(t, "CPU of broker 1", got.Brokers[0].CPUBusyRatio, 0.25)
	exactly(t, "disk of broker 1", got.Brokers[0].StorageUsedRatio, 0.12)
	if len(got.Groups) != 1 || got.Groups[0].Name != "billing" || got.Groups[0].Topics[0] != "orders" {
		t.Fatalf("groups %+v", got.Groups)
	}
	exactly(t, "lag", got.Groups[0].LagMessages, 1200)
	if f := got.Totals.ConsumerGroups; f == nil || f.Value != 1 || f.Bounded() {
		t.Errorf("groups %+v, want a floor of 1", f)
	}
	if got.MSK == nil || got.MSK.Size != "kafka.m5.large" || got.Posture == nil || got.Posture.KafkaVersion != "3.8" {
		t.Errorf("MSK %+v, posture %+v", got.MSK, got.Posture)
	}
	gapAbout(t, got.Gaps, "bytes of single partitions")
	gapAbout(t, got.Gaps, "messages per second of topics")
	gapAbout(t, got.Gaps, "new connections per second")
}

func TestCollectPutsMinutesTogether(t *testing.T) {
	in := func(at time.Time) float64 { return 1e6 * float64(1+at.Minute()) }
	server := &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
		Metrics: standardMetrics("orders", 3, in)}
	s := sourceOf(t, server, nil)
	got, err := s.Collect(t.Context(), workload.Window{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Window.Duration() != time.Hour {
		t.Errorf("window %v, want an hour", got.Window)
	}
	exactly(t, "mean ingress of an hour", got.Totals.IngressBytesPerSec, 30.5e6) // 1 to 60 MB/s
	exactly(t, "lag", got.Groups[0].LagMessages, 1200)
	again, err := s.Collect(t.Context(), workload.Window{})
	if err != nil || again.Window.Duration() != 0 || again.Totals.IngressBytesPerSec != nil || len(again.Gaps) == 0 {
		t.Errorf("nothing new gives %+v, %v: want an instant without figures and with the gaps", again, err)
	}
}

func TestExpressTellsStorage(t *testing.T) {
	cluster := mskfake.Provisioned("fast", "express.m7g.large", 3).Set("provisioned.enhancedMonitoring", "PER_TOPIC_PER_BROKER")
	all := append(standardMetrics("fast", 3, steadily(3e6)),
		&mskfake.Metric{Name: "StorageUsed", Dimensions: dims("fast"), Raw: mskfake.Constant(4e12)},
		broker("fast", "ConnectionCreationRate", 1, mskfake.Constant(2, 1.5)),
		broker("fast", "ConnectionCreationRate", 2, mskfake.Constant(0, 0.5)),
		broker("fast", "ConnectionCreationRate", 3, mskfake.Constant(1)),
		&mskfake.Metric{Name: "MessagesInPerSec", Dimensions: dims("fast", dimBroker, "1", dimTopic, "orders"),
			Raw: mskfake.Constant(2250)})
	s := sourceOf(t, &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{cluster}, Metrics: all}, nil)
	got := last(collectAll(t, s))
	exactly(t, "stored bytes", got.Totals.StoredBytes, 4e12)
	exactly(t, "new connections", got.Totals.ConnectionsPerSec, 5) // every listener's rate, summed
	exactly(t, "messages of the topic", got.Topics[0].MessagesPerSec, 2250)
	if f := got.Topics[0].AverageMessageBytes; f == nil || f.Value != 1000 || f.Method != workload.Derived {
		t.Errorf("record size %+v, want 1000 bytes, derived", f)
	}
	for _, b := range got.Brokers {
		if b.StorageUsedRatio != nil {
			t.Errorf("broker %d has a disk: Express has none", b.ID)
		}
	}
}

// Connections of clients that do not authenticate are not counted: the count is a floor.
func TestConnectionsAreAFloorWhereAnybodyMayConnect(t *testing.T) {
	cluster := mskfake.Provisioned("open", "kafka.m5.large", 3).Set("provisioned.clientAuthentication.unauthenticated.enabled",
		true)
	s := sourceOf(t, &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{cluster},
		Metrics: standardMetrics("open", 3, steadily(1e6))}, nil)
	got := last(collectAll(t, s))
	if f := got.Totals.ClientConnections; f == nil || f.Value != 150 || f.Bounded() {
		t.Errorf("connections %+v, want at least 150", f)
	}
	gapAbout(t, got.Gaps, "connections of clients that do not authenticate")
}

func TestNothingIsPublishedYet(t *testing.T) {
	now := noon
	started := noon.Add(90 * time.Minute)
	server := &mskfake.Server{Now: func() time.Time { return now }, Clusters: []*mskfake.Cluster{mskfake.Serverless("new")}}
	server.Metrics = []*mskfake.Metric{topic("new", "BytesInPerSec", "first", func(at time.Time) []float64 {
		if at.Before(started) {
			return nil
		}
		return []float64{5000}
	})}
	s := sourceOf(t, server, nil)
	sample, err := s.Collect(t.Context(), workload.Window{})
	if err != nil || sample.Totals.IngressBytesPerSec != nil {
		t.Fatalf("got %+v, %v: want no figure and no error", sample.Totals, err)
	}
	gapAbout(t, sample.Gaps, "all rates of the cluster")
	var seen []workload.Sample
	for range 24 {
		now = now.Add(10 * time.Minute)
		for _, one := range collectAll(t, s) {
			if len(one.Topics) > 0 && one.Topics[0].IngressBytesPerSec != nil { // rates, not details
				seen = append(seen, one)
			}
		}
	}
	if len(seen) == 0 {
		t.Fatal("the metric is there, and no sample came")
	}
	exactly(t, "ingress", last(seen).Totals.IngressBytesPerSec, 5000)
	for _, one := range seen {
		if f := one.Totals.IngressBytesPerSec; one.Window.Start.Before(started) && f != nil {
			t.Errorf("at %v there is a figure %+v before there was traffic", one.Window.Start, *f)
		}
	}
}

// Some clusters publish lag without their name: that is not taken for this one's.
func TestLagWithoutTheClustersName(t *testing.T) {
	metrics, _ := serverlessMetrics("clicks", 2)
	metrics = append(metrics, &mskfake.Metric{Name: "SumOffsetLag",
		Dimensions: map[string]string{dimGroup: "billing", dimTopic: "topic-000"}, Raw: mskfake.Constant(9)})
	s := sourceOf(t, &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{mskfake.Serverless("clicks")}, Metrics: metrics},
		nil)
	got := last(collectAll(t, s))
	if len(got.Groups) > 0 {
		t.Errorf("groups %+v", got.Groups)
	}
	gapAbout(t, got.Gaps, "lag of consumer groups")
}

// A source that is not asked for each minute gives rates and details together.
func TestCollectGivesRatesAndDetails(t *testing.T) {
	now := noon
	server := &mskfake.Server{Now: func() time.Time { return now },
		Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
		Metrics:  standardMetrics("orders", 3, steadily(9e6))}
	s := sourceOf(t, server, nil)
	for range 13 {
		if _, err := s.Collect(t.Context(), workload.Window{}); err != nil {
			t.Fatal(err)
		}
		now = now.Add(5 * time.Minute)
	}
	now = now.Add(time.Hour)
	got, err := s.Collect(t.Context(), workload.Window{})
	if err != nil {
		t.Fatal(err)
	}
	exactly(t, "ingress", got.Totals.IngressBytesPerSec, 9e6)
	if len(got.Topics) != 1 || len(got.Groups) != 1 {
		t.Errorf("topics %+v, groups %+v", got.Topics, got.Groups)
	}
}

package msk

import "slices"

// The statistics of CloudWatch.
const (
	average = "Average"
	maximum = "Maximum"
	sum     = "Sum"
	samples = "SampleCount"
)

// tier is how often a metric is read: rates that totals are made of often, the rest seldom.
type tier int

const (
	rates tier = iota
	details
	tiers
)

func (t tier) String() string {
	if t == rates {
		return "rates"
	}
	return "details"
}

// metric says how one metric is read.
type metric struct {
	name string
	shape
	stat string
	quantity
	tier
	kinds []string
	// rate is true when a missing datapoint leaves a hole in a sum; a gauge's last value stays true for a while.
	rate bool
	// past is true when it is worth reading back.
	past bool
}

var (
	onServerless  = []string{serverlessKind}
	onProvisioned = []string{standardKind, expressKind}
	onStandard    = []string{standardKind}
	onExpress     = []string{expressKind}
)

// metrics are those that are read, each with the one statistic that gives its true value:
//   - a broker's rates are averages over the period, summed over brokers (S-KCP, unverified);
//   - a Serverless topic has a datapoint for every partition in a minute, so that their Sum is its rate (S-SMON; S-KCP takes the
//     Average, which is the mean partition); for the same reason their Maximum is the busiest partition's, and their number
//     that of the partitions, or at least of those that publish;
//   - connections have a datapoint for every listener and thread: Sum (S-CWA, S-SKILL);
//   - a controller's counts are 0 in all other brokers' datapoints: Maximum (S-SKILL); so is lag (S-SKILL).
//
// A Sum over more than a minute is scaled to one (S-SMON). Dimension sets are those of S-MET, S-METX, S-LAG and S-SMON.
var metrics = []metric{
	{"BytesInPerSec", ofBroker, average, ingress, rates, onProvisioned, true, true},
	{"BytesOutPerSec", ofBroker, average, egress, rates, onProvisioned, true, true},
	{"MessagesInPerSec", ofBroker, average, messages, rates, onProvisioned, true, true},
	{"ClientConnectionCount", ofListener, sum, connections, rates, onProvisioned, true, true},
	{"ConnectionCreationRate", ofBroker, sum, attempts, rates, onProvisioned, true, true},          // from level PER_BROKER on
	{"ProduceThrottleTime", ofBroker, average, produceThrottle, rates, onProvisioned, false, true}, // from level PER_BROKER on
	{"FetchThrottleTime", ofBroker, average, fetchThrottle, rates, onProvisioned, false, true},     // from level PER_BROKER on
	{"BytesInPerSec", ofTopic, sum, ingress, rates, onServerless, true, true},
	{"BytesOutPerSec", ofTopic, sum, egress, rates, onServerless, true, true},

	{"MessagesInPerSec", ofTopic, sum, messages, details, onServerless, true, true},
	{"BytesInPerSec", ofTopic, maximum, hottestIn, details, onServerless, false, true},
	{"BytesOutPerSec", ofTopic, maximum, hottestOut, details, onServerless, false, true},
	{"BytesInPerSec", ofTopic, samples, partitions, details, onServerless, false, false},
	{"BytesInPerSec", ofBrokerTopic, average, ingress, details, onProvisioned, true, true},
	{"BytesOutPerSec", ofBrokerTopic, average, egress, details, onProvisioned, true, true},
	{"MessagesInPerSec", ofBrokerTopic, average, messages, details, onProvisioned, true,
		true}, // from level PER_TOPIC_PER_BROKER on
	{"StorageUsed", ofCluster, maximum, stored, details, onExpress, false, true},
	{"KafkaDataLogsDiskUsed", ofBroker, average, diskUsed, details, onStandard, false, true},
	{"GlobalTopicCount", ofCluster, maximum, topicCount, details, onProvisioned, false, false},
	{"GlobalPartitionCount", ofCluster, maximum, partitionCount, details, onProvisioned, false, true},
	{"CpuUser", ofBroker, average, cpuUser, details, onProvisioned, false, false},
	{"CpuSystem", ofBroker, average, cpuSystem, details, onProvisioned, false, false},
	// The guide names these two and not their dimensions (intelligent rebalancing, read 2026-11-30): either form is taken.
	{"UnderProvisioned", ofCluster, maximum, underProvisioned, details, onExpress, false, false},
	{"UnderProvisioned", ofBroker, maximum, underProvisioned, details, onExpress, false, false},
	{"RebalanceInProgress", ofCluster, maximum, rebalancing, details, onExpress, false, false},
	{"RebalanceInProgress", ofBroker, maximum, rebalancing, details, onExpress, false, false},
	{"SumOffsetLag", ofGroupTopic, maximum, lag, details, kinds, false, false},
}

// metricsOf finds what the metric with the name and the dimensions reports about this kind of cluster, in one statistic or
// several; none: it is not read.
func metricsOf(kind, name string, dims map[string]string) (out []*metric) {
	for i := range metrics {
		m := &metrics[i]
		if m.name == name && slices.Contains(m.kinds, kind) && m.has(dims) {
			out = append(out, m)
		}
	}
	return out
}

// has reports whether these are the metric's dimensions, all of them and no others.
func (m *metric) has(dims map[string]string) bool {
	want := shapes[m.shape]
	for _, name := range want {
		if _, ok := dims[name]; !ok {
			return false
		}
	}
	return len(dims) == len(want)
}

// ofATopic reports whether the metric is one topic's; it goes when topics are not wanted, unless nothing else shows the
// cluster's rates.
func (m *metric) ofATopic() bool {
	return m.shape == ofBrokerTopic || m.shape == ofTopic && m.tier == details
}

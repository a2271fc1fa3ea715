package msk

import (
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// connections are those that authenticated (S-MET): where clients need not, the others are not counted.
func (a *assembly) connections() *workload.Figure {
	f := a.total(a.layout.cluster[connections])
	if f != nil && (slices.Contains(a.cluster.Authentication, "plaintext") || slices.Contains(a.cluster.Authentication, "tls")) {
		a.gaps.Add("connections of clients that do not authenticate", "ClientConnectionCount counts authenticated clients only",
			"the number of connections is a floor", connections.names()...)
		return workload.AtLeast(f.Low, f.Method, f.Source).Ptr()
	}
	return f
}

// stored is one copy of what is kept. Express reports it (AWS says without replicas, S-METX; one of its own skills counts three
// copies, unverified). A Standard broker's disks hold all copies, each partition at least once and at most once on every
// broker, and one in every zone unless configured otherwise; index files and what is about to be deleted count, too.
func (a *assembly) stored() *workload.Figure {
	if f := a.gauge(a.layout.cluster[stored]); f != nil {
		return f
	}
	c := a.cluster
	of := a.layout.cluster[diskUsed]
	if len(of) == 0 || len(of) < c.Brokers || c.StorageGiBPerBroker == 0 {
		return nil
	}
	bytes := 0.0
	for _, i := range of {
		if a.cells[i].state == absent {
			return nil
		}
		bytes += a.cells[i].value / 100 * float64(c.StorageGiBPerBroker) * workload.GiB
	}
	copies := float64(max(1, min(c.Zones, c.Brokers)))
	return workload.Between(bytes/copies, bytes/float64(max(1, c.Brokers)), bytes, workload.Estimated,
		sourceName+": KafkaDataLogsDiskUsed × volume ÷ copies").Ptr()
}

// counts are of user topics. The controller counts internal ones too, so that it gives a ceiling; topics and partitions that have a
// datapoint in the slot are a floor. A topic that is listed and silent is neither: CloudWatch lists what fell silent two weeks ago,
// deleted or not.
func (a *assembly) counts() (topics, parts *workload.Figure) {
	users, internal := 0.0, 0.0
	for i := range a.layout.topics {
		l := &a.layout.topics[i]
		switch {
		case !a.speaks(l):
		case internalTopic(l.name):
			internal++
		default:
			users++
		}
	}
	if f := a.gauge(a.layout.cluster[topicCount]); f != nil {
		topics = ceiling(f, users, internal, "GlobalTopicCount")
	} else if users > 0 && a.cluster.Kind == serverlessKind {
		topics = workload.AtLeast(users, workload.Measured, sourceName+": topics with a datapoint").Ptr()
	}
	if f := a.gauge(a.layout.cluster[partitionCount]); f != nil {
		parts = ceiling(f, users, internal, "GlobalPartitionCount")
	}
	if n := a.publishing(); n > 0 {
		parts = workload.AtLeast(n, workload.Derived, sourceName+": partitions with a datapoint").Ptr()
	}
	return topics, parts
}

// ceiling is a count that has internal topics in it: at most what is left without those that were seen, at least the user
// topics that were.
func ceiling(f *workload.Figure, users, internal float64, metric string) *workload.Figure {
	most := math.Max(f.Value-internal, users)
	return workload.Between(most, users, most, workload.Estimated, sourceName+": "+metric+", a ceiling with internal topics").Ptr()
}

// speaks reports whether any of the topic's series has a datapoint of its own in the slot.
func (a *assembly) speaks(l *topicLayout) bool {
	for q := range l.members {
		if quantity(q) != lag && a.published(l.members[q]) > 0 {
			return true
		}
	}
	return false
}

// publishing is how many partitions of a Serverless cluster have a datapoint in the slot.
func (a *assembly) publishing() (n float64) {
	for _, i := range a.layout.cluster[partitions] {
		if c := a.cells[i]; c.state == present {
			n += c.value
		}
	}
	return n
}

// hottest is the busiest partition of all topics: the largest of their largest datapoints.
func (a *assembly) hottest(q quantity) (out *workload.Hottest) {
	for i := range a.layout.topics {
		if h := a.hottestOf(&a.layout.topics[i], q); h != nil && (out == nil || h.Rate.Value > out.Rate.Value) {
			out = h
		}
	}
	return out
}

// hottestOf is the busiest partition of a topic. Which one it is, no dimension shows.
func (a *assembly) hottestOf(l *topicLayout, q quantity) *workload.Hottest {
	f := a.gauge(l.members[q])
	if f == nil {
		return nil
	}
	return &workload.Hottest{Topic: l.name, Partition: workload.SomePartition, Rate: f.As(workload.Derived, f.Source)}
}

// internalTopic reports whether a topic is one of Kafka's own or MSK's canary.
func internalTopic(name string) bool {
	return name == "__consumer_offsets" || name == "__transaction_state" || name == "__share_group_state" ||
		strings.HasPrefix(name, "__amazon_msk_")
}

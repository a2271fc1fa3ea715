package prometheus

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

func (r *reading) topicList() []workload.Topic {
	all := map[string]*workload.Topic{}
	for q := range quantity(quantities) {
		if !q.byTopic() {
			continue
		}
		whole := r.whole(q)
		for name, a := range r.topics[q] {
			t := all[name]
			if t == nil {
				t = &workload.Topic{Name: name, Internal: internalTopic(name)}
				all[name] = t
			}
			m := workload.Measured
			if r.names.whole {
				m = workload.Derived // a difference of offsets
			}
			f := r.figure(a, whole, m, "")
			switch q {
			case ingress:
				t.IngressBytesPerSec = f
			case egress:
				t.EgressBytesPerSec = f
			case messages:
				t.MessagesPerSec = f
			}
		}
	}
	var out []workload.Topic
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t := all[name]
		t.AverageMessageBytes = average(t.IngressBytesPerSec, t.MessagesPerSec, r.how)
		out = append(out, *t)
	}
	return out
}

// average is bytes ÷ messages; nil where nothing came in or a broker is missing: its messages may be of another size.
func average(bytes, count *workload.Figure, how string) *workload.Figure {
	if bytes == nil || count == nil || !(count.Low > 0) || !bytes.Bounded() || !count.Bounded() {
		return nil
	}
	return bytes.Over(*count, how+", bytes ÷ messages")
}

// internalTopic reports whether a topic is one of Kafka's own or MSK's canary.
func internalTopic(name string) bool {
	return name == "__consumer_offsets" || name == "__transaction_state" || name == "__share_group_state" ||
		strings.HasPrefix(name, "__amazon_msk_")
}

// brokerList has the brokers whose id is known.
func (r *reading) brokerList() []workload.Broker {
	byName := maps.Clone(r.nodes)
	for _, q := range []quantity{ingress, egress, connections} {
		for name, a := range r.brokers[q] {
			b, known := byName[name]
			if !known {
				if b.ID, known = brokerID(name, r.names.Preset); !known {
					continue
				}
				b.Host = hostOf(name)
			}
			f := r.figure(a, !r.anew[name] || q.gauge(), workload.Measured, "")
			switch q {
			case ingress:
				b.IngressBytesPerSec = f
			case egress:
				b.EgressBytesPerSec = f
			case connections:
				b.ClientConnections = r.fromClients(connections, f)
			}
			byName[name] = b
		}
	}
	var out []workload.Broker
	for _, b := range byName {
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b workload.Broker) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Host, b.Host)) })
	return slices.CompactFunc(out, func(a, b workload.Broker) bool { return a.ID == b.ID })
}

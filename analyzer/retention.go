package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/internal/workload"
)

// filled is what the topics hold, one copy, once the retention of each has passed. All ingress × the longest retention would be
// far more: of 10 MB/s that are kept for an hour and 0.1 MB/s that are kept for 30 days, 36 GB and 259 GB are stored, not 26 TB.
type filled struct {
	bytes float64
	// endless: a topic is kept without limit; a month of its ingress is in bytes.
	endless bool
}

// filledByTopic adds up min(ingress × retention, retention.bytes × partitions) over the topics. Compacted topics, and those of a
// workload file, count with what they store. A topic whose retention is unknown counts with the longest; topics without a figure
// of ingress share what the others leave of the cluster's. It is false without topics, ingress of the cluster or any retention.
func filledByTopic(w *workload.Workload) (filled, bool) {
	var out filled
	if len(w.TopicList) == 0 || w.IngressBytesPerSec == nil || w.Retention == nil {
		return out, false
	}
	var brokers map[string]workload.ConfigValue
	if w.Posture != nil {
		brokers = w.Posture.BrokerConfig
	}
	rest, longest, most := w.IngressBytesPerSec.Value, 0.0, 0.0
	for i := range w.TopicList {
		t := &w.TopicList[i]
		if t.IngressBytesPerSec != nil {
			rest -= t.IngressBytesPerSec.Value
		}
		retention, limit, ok := t.Keeps(brokers)
		if !ok {
			retention = *w.Retention
		}
		compacted := t.Compacted != nil && *t.Compacted && retention == workload.RetentionUnlimited
		seconds := retention.Seconds()
		if retention == workload.RetentionUnlimited {
			seconds = hoursPerMonth * 3600
			out.endless = out.endless || !compacted && math.IsInf(limit, 1)
		}
		switch {
		case (compacted || w.Declared) && t.StoredBytes != nil:
			out.bytes += t.StoredBytes.Value
		case t.IngressBytesPerSec != nil:
			out.bytes += min(t.IngressBytesPerSec.Value*seconds, limit)
		default:
			longest, most = max(longest, seconds), most+limit
		}
	}
	out.bytes += min(max(rest, 0)*longest, most)
	return out, true
}

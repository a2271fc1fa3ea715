package workload

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// topics rolls up the topics of the last sample that lists any. Those that were seen only before were deleted, or are no
// longer visible: their bytes are in the cluster's figures, and a gap names them (see gone).
func (r rollup) topics() []TopicWorkload {
	seen := collect(r.all, func(s *Sample) []Topic { return s.Topics }, func(t *Topic) string { return t.Name })
	var whole map[string]*Topic
	if r.whole != nil {
		whole = named(r.whole.Topics, func(t *Topic) string { return t.Name })
	}
	var out []TopicWorkload
	for _, name := range slices.Sorted(maps.Keys(r.present())) {
		out = append(out, r.topic(name, seen[name], whole[name]))
	}
	return out
}

// present returns the names of the topics of the last sample that lists any.
func (r rollup) present() map[string]bool {
	out := map[string]bool{}
	for _, s := range slices.Backward(r.all) {
		if len(s.Topics) == 0 {
			continue
		}
		for _, t := range s.Topics {
			out[t.Name] = true
		}
		break
	}
	return out
}

// gone returns a gap that names the topics that vanished while we looked; false when there are none.
func (r rollup) gone() (Gap, bool) {
	present, missing := r.present(), map[string]bool{}
	for _, s := range r.all {
		for _, t := range s.Topics {
			if !present[t.Name] {
				missing[t.Name] = true
			}
		}
	}
	if len(missing) == 0 {
		return Gap{}, false
	}
	names := slices.Sorted(maps.Keys(missing))
	what := names
	if len(names) > 3 {
		what = append(slices.Clone(names[:3]), fmt.Sprintf("and %d more", len(names)-3))
	}
	return Gap{Source: r.all[0].Source, What: "topics " + strings.Join(what, ", "),
		Why:    "they were deleted or became invisible before the end of the window",
		Effect: "they are not listed; their bytes are part of the cluster's figures"}, true
}

// topic rolls up one topic; whole is nil where the whole reading does not have it.
func (r rollup) topic(name string, in map[*Sample]*Topic, whole *Topic) TopicWorkload {
	t := TopicWorkload{Name: name}
	t.IngressBytesPerSec = r.ofTopic(in, whole, func(t *Topic) *Figure { return t.IngressBytesPerSec })
	t.EgressBytesPerSec = r.ofTopic(in, whole, func(t *Topic) *Figure { return t.EgressBytesPerSec })
	t.MessagesPerSec = r.ofTopic(in, whole, func(t *Topic) *Figure { return t.MessagesPerSec })
	t.BatchesPerSec = r.ofTopic(in, whole, func(t *Topic) *Figure { return t.BatchesPerSec })
	t.HottestIngress = r.ofTopic(in, whole, func(t *Topic) *Figure { return t.HottestIngress.rate() })
	t.HottestEgress = r.ofTopic(in, whole, func(t *Topic) *Figure { return t.HottestEgress.rate() })
	t.AverageMessageBytes = r.averageSize(in, whole)
	var largest *Figure
	for _, s := range r.all {
		one := in[s]
		if one == nil {
			continue
		}
		t.Internal, t.Partitions, t.ReplicationFactor = one.Internal, one.Partitions, one.ReplicationFactor
		if one.Config != nil {
			t.Config = one.Config
			compacted, known := one.Compacted()
			if known {
				t.Compacted = &compacted
			}
		}
		t.StoredBytes = or(one.StoredBytes, t.StoredBytes)
		t.Groups = union(t.Groups, one.Groups)
		t.Compression = union(t.Compression, one.Compression)
		if b := one.LargestBatchBytes; b != nil && (largest == nil || b.Value > largest.Value) {
			largest = b
		}
	}
	t.MaxMessageBytes = largest // a floor until the limits are known: see largestMessage
	return t
}

func (r rollup) ofTopic(in map[*Sample]*Topic, whole *Topic, get func(*Topic) *Figure) *Quantity {
	figures := make([]*Figure, len(r.rated))
	for i, s := range r.rated {
		if one := in[s]; one != nil {
			figures[i] = get(one)
		}
	}
	var best *Figure
	if whole != nil {
		best = get(whole)
	}
	return r.quantity(figures, best)
}

// averageSize weighs each window's record size by the records of the window: a quiet minute of large records does not
// count like a busy one of small records. Windows without a message rate cannot be weighed and are left out, unless
// none has one.
func (r rollup) averageSize(in map[*Sample]*Topic, whole *Topic) *Figure {
	var byRecords, byTime mean
	for _, s := range r.rated {
		one := in[s]
		if one == nil || one.AverageMessageBytes == nil {
			continue
		}
		d := s.Window.Duration()
		byTime.add(one.AverageMessageBytes, d)
		if rate := one.MessagesPerSec; rate != nil {
			byRecords.addWeighted(one.AverageMessageBytes, rate.Value*d.Seconds())
		}
	}
	var best *Figure
	if whole != nil {
		best = whole.AverageMessageBytes
	}
	combined := or(byRecords.figure(), byTime.figure())
	if combined == nil { // a reading without duration may have sampled batches
		combined = latest(r.all, func(s *Sample) *Figure {
			if one := in[s]; one != nil {
				return one.AverageMessageBytes
			}
			return nil
		})
	}
	return Best(best, combined)
}

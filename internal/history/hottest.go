package history

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/mskfit/mskfit/internal/workload"
)

// hottestOn names the busiest partitions: those with the most bytes over the minutes in which they led. Partitions of topics
// that are
// gone are left out.
func (r *reader) hottestOn(ctx context.Context, w *workload.Workload) error {
	topics := map[string]bool{}
	for _, t := range w.TopicList {
		topics[t.Name] = true
	}
	bytes := map[Quantity]map[string]float64{HottestIngress: {}, HottestEgress: {}}
	var mu sync.Mutex
	sel := r.selection(ofPartition)
	err := r.store.each(ctx, sel, func(name string, all []series) error {
		if !topics[topicOf(name)] {
			return nil
		}
		for _, s := range all {
			points, err := s.read(sel.span, nil)
			if err != nil {
				return err
			}
			sum := 0.0
			for _, p := range points {
				sum += p.v * float64(p.minutes())
			}
			mu.Lock()
			bytes[s.id.quantity][name] += sum
			mu.Unlock()
		}
		return nil
	})
	w.HottestIngressOn, w.HottestEgressOn = most(bytes[HottestIngress]), most(bytes[HottestEgress])
	return err
}

// topicOf is the topic of a partition as workload.PartitionName names it.
func topicOf(partition string) string {
	if topic, some := strings.CutPrefix(partition, "one of "); some {
		return topic
	}
	return partition[:max(0, strings.LastIndexByte(partition, '-'))]
}

// most returns the name with the highest value, the first of several; "" when there is none.
func most(values map[string]float64) (name string) {
	best := -1.0
	for _, n := range slices.Sorted(maps.Keys(values)) {
		if values[n] > best {
			name, best = n, values[n]
		}
	}
	return name
}

package history

import (
	"hash/crc32"
	"maps"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// hottestOn names the busiest partitions: those with the most bytes over the minutes in which they led.
func (r *reader) hottestOn(w *workload.Workload, of map[quantity][]series) {
	names := map[uint32]string{}
	for _, t := range w.TopicList {
		names[crc32.ChecksumIEEE([]byte(t.Name))] = t.Name
	}
	w.HottestIngressOn = r.leader(of[hottestIngress], of[ingressPlace], names)
	w.HottestEgressOn = r.leader(of[hottestEgress], of[egressPlace], names)
}

// leader joins rates and places, which have the same timestamps. Partitions of topics that are gone have no name.
func (r *reader) leader(rates, places []series, names map[uint32]string) string {
	bytes := map[float64]float64{}
	for _, place := range places {
		at := map[int64]float64{}
		_ = place.each(func(t int64, v float64) { at[t] = v })
		for _, rate := range rates {
			if rate.id.source != place.id.source || rate.id.bound != "" {
				continue
			}
			_ = rate.each(func(t int64, v float64) {
				if p, ok := at[t]; ok {
					bytes[p] += v
				}
			})
		}
	}
	best, most := "", -1.0
	for _, p := range slices.Sorted(maps.Keys(bytes)) {
		if topic, known := names[topicCode(p)]; known && bytes[p] > most {
			best, most = workload.PartitionName(topic, partitionCode(p)), bytes[p]
		}
	}
	return best
}

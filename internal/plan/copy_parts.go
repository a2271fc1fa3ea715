package plan

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// copyPart is the copy to one cluster of a split.
type copyPart struct {
	Name, Stored, Free string
	// Durations are the times at the shares of copyShares.
	Durations []string
}

// copyParts says for each cluster of a split how long its copy takes: limit is what one cluster may take in. The copy as a
// whole takes as long as the slowest of them. There are none where the target is one cluster.
func (p *plan) copyParts(out *copying, limit float64) {
	if len(p.clusters) < 2 {
		return
	}
	for _, c := range p.clusters {
		stored, live := 0.0, 0.0
		var keep *time.Duration // the longest of its topics
		storedKnown, liveKnown := true, true
		for i := range p.Workload.TopicList {
			t := &p.Workload.TopicList[i]
			if !slices.Contains(c.Topics, t.Name) {
				continue
			}
			if k, ok := p.expires(t); ok && (keep == nil || k > *keep) {
				keep = &k
			}
			bytes, ok := p.storedOf(t)
			stored, storedKnown = stored+bytes, storedKnown && ok
			if q := t.IngressBytesPerSec; q != nil {
				f, _ := q.At(p.statistic())
				live += f.Value
			} else {
				liveKnown = false
			}
		}
		free := limit - live
		part := copyPart{Name: c.Name, Stored: "unknown", Free: "unknown"}
		if storedKnown {
			part.Stored = workload.FormatBytes(stored)
		}
		if liveKnown {
			part.Free = workload.FormatByteRate(max(free, 0))
		}
		least, slow := p.slowest(c.Topics)
		out.Slow = append(out.Slow, slow...)
		for i, share := range copyShares {
			switch {
			case !storedKnown || !liveKnown:
				part.Durations = append(part.Durations, "unknown")
			case free <= 0:
				part.Durations = append(part.Durations, "never: nothing is free")
			default:
				text, late := copyTime(max(stored/(free*share), least), keep)
				part.Durations = append(part.Durations, text)
				if late && i == 0 {
					out.Late, out.LateAt = true, append(out.LateAt, c.Name)
				}
			}
		}
		out.Parts = append(out.Parts, part)
	}
}

// storedOf is one copy of what a topic keeps: as observed or declared, else its mean ingress times its retention, and at most its
// retention.bytes; false where that is unknown. What a compacted topic keeps depends on its keys.
func (p *plan) storedOf(t *workload.TopicWorkload) (float64, bool) {
	if t.StoredBytes != nil {
		return t.StoredBytes.Value, true
	}
	keep, limit, ok := p.keeps(t)
	if !ok || t.IngressBytesPerSec == nil || isCompacted(t) {
		return 0, false
	}
	if keep == workload.RetentionUnlimited {
		if math.IsInf(limit, 1) {
			return 0, false
		}
		return limit, true
	}
	return min(t.IngressBytesPerSec.Value*keep.Seconds(), limit), true
}

// keeps is how long a topic keeps messages and how many bytes of them at most (one copy, +Inf: no limit), as declared or as
// configured; false where that is unknown.
func (p *plan) keeps(t *workload.TopicWorkload) (keep time.Duration, limit float64, ok bool) {
	if t.Retention != nil {
		return *t.Retention, math.Inf(1), true
	}
	var brokers map[string]workload.ConfigValue
	if p.Workload.Posture != nil {
		brokers = p.Workload.Posture.BrokerConfig
	}
	keep, limit, ok = t.Keeps(brokers)
	if of := p.Workload.Retention; !ok && p.Workload.Declared && of != nil && !isCompacted(t) {
		return *of, math.Inf(1), true // a workload file's retention holds for each topic that names none
	}
	return keep, limit, ok
}

// isCompacted reports whether a topic is known to be compacted, by time or bytes as well or not.
func isCompacted(t *workload.TopicWorkload) bool { return t.Compacted != nil && *t.Compacted }

// expires is how long it takes until a topic deletes a message; false where that is unknown, and where compaction alone deletes
// any.
func (p *plan) expires(t *workload.TopicWorkload) (time.Duration, bool) {
	keep, limit, ok := p.keeps(t)
	switch {
	case !ok, isCompacted(t) && keep == workload.RetentionUnlimited && math.IsInf(limit, 1):
		return 0, false
	case math.IsInf(limit, 1):
		return keep, true
	}
	if q := t.IngressBytesPerSec; q != nil && q.Value > 0 && limit/q.Value < keep.Seconds() {
		keep = time.Duration(limit / q.Value * float64(time.Second))
	}
	return keep, true
}

// workerRate is what one MirrorMaker worker is assumed to copy in an example, bytes per second. AWS states no such number.
const workerRate = 10 * workload.MB

// workers says how many MirrorMaker workers copy at a rate, and what bounds them.
func (p *plan) workers(rate float64) string {
	text := fmt.Sprintf("MirrorMaker workers: the rate divided by what one worker copies. AWS states no such number; it depends on message size, compression and the "+
		"distance between the clusters. Measure one worker on one topic for ten minutes. An example: at %s each, all that is free (%s) takes %.0f workers.",
		workload.FormatByteRate(workerRate), workload.FormatByteRate(rate), math.Ceil(rate/workerRate))
	if n := p.Workload.Partitions; n != nil {
		text += fmt.Sprintf(" Set tasks.max to at least the number of workers; more than %s, one for each partition, do nothing.",
			workload.FormatNumber(n.Value))
	}
	return text
}

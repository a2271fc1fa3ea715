package plan

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// copyPart is the copy to one cluster of a split.
type copyPart struct {
	Name, Stored, Free string
	// Durations are the times at the shares of copyShares.
	Durations []string
}

// copyParts says for each cluster of a split how long its copy takes: limit is what one cluster may take in. The copy as a whole takes as
// long as the slowest of them. Nil where the target is one cluster.
func (p *plan) copyParts(limit float64) []copyPart {
	if len(p.clusters) < 2 {
		return nil
	}
	var out []copyPart
	for _, c := range p.clusters {
		stored, live := 0.0, 0.0
		var keep *time.Duration // the longest of its topics
		storedKnown, liveKnown := true, true
		for i := range p.Workload.TopicList {
			t := &p.Workload.TopicList[i]
			if !slices.Contains(c.Topics, t.Name) {
				continue
			}
			if k := p.retentionOf(t); k != nil && (keep == nil || *k > *keep) {
				keep = k
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
		for _, share := range copyShares {
			switch {
			case !storedKnown || !liveKnown:
				part.Durations = append(part.Durations, "unknown")
			case free <= 0:
				part.Durations = append(part.Durations, "never: nothing is free")
			default:
				part.Durations = append(part.Durations, copyTime(stored/(free*share), keep))
			}
		}
		out = append(out, part)
	}
	return out
}

// storedOf is one copy of what a topic keeps: as observed or declared, else its mean ingress times its retention; false where neither is
// known.
func (p *plan) storedOf(t *workload.TopicWorkload) (float64, bool) {
	if t.StoredBytes != nil {
		return t.StoredBytes.Value, true
	}
	keep := p.retentionOf(t)
	if t.IngressBytesPerSec == nil || keep == nil || *keep == workload.RetentionUnlimited {
		return 0, false
	}
	return t.IngressBytesPerSec.Value * keep.Seconds(), true
}

// retentionOf is how long a topic keeps messages; nil: unknown.
func (p *plan) retentionOf(t *workload.TopicWorkload) *time.Duration {
	if t.Retention != nil {
		return t.Retention
	}
	if ms, err := strconv.ParseInt(t.Config["retention.ms"].Value, 10, 64); err == nil {
		keep := workload.RetentionUnlimited
		if ms >= 0 && ms < math.MaxInt64/int64(time.Millisecond) {
			keep = time.Duration(ms) * time.Millisecond
		}
		return &keep
	}
	return p.Workload.Retention
}

// workerRate is what one MirrorMaker worker is assumed to copy in an example, bytes per second. AWS states no such number.
const workerRate = 10 * workload.MB

// workers says how many MirrorMaker workers copy at a rate, and what bounds them.
func (p *plan) workers(rate float64) string {
	text := fmt.Sprintf("MirrorMaker workers: the rate divided by what one worker copies. AWS states no such number; it depends on message size, compression and the "+
		"distance between the clusters. Measure one worker on one topic for ten minutes. An example: at %s each, all that is free (%s) takes %.0f workers.",
		workload.FormatByteRate(workerRate), workload.FormatByteRate(rate), math.Ceil(rate/workerRate))
	if n := p.Workload.Partitions; n != nil {
		text += fmt.Sprintf(" Set tasks.max to at least the number of workers; more than %s, one for each partition, do nothing.", workload.FormatNumber(n.Value))
	}
	return text
}

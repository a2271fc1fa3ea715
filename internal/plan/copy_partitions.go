package plan

import (
	"fmt"
	"math"
	"slices"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
)

// slowest is how long the slowest topic takes at least, in seconds, because a partition of Serverless takes only so much; 0: no
// topic is known to be limited. Topics nil: all. The notes name the topics that take longer than all that the cluster keeps
// would with all that it has free.
//
// A message is copied to the partition with the number that it had, so what is stored comes through the partitions of today.
// The quota of one, less its live traffic, is free: 12 partitions of 5 MB/s that take 4 MB/s each copy 3.46 TB at 12 MB/s, in 80 h.
func (p *plan) slowest(topics []string) (seconds float64, notes []string) {
	limit, ok := analyzer.QuotaLimit(&p.Input.Input, "ingress_per_partition")
	if !p.serverless() || !ok {
		return 0, nil
	}
	cluster := p.fastest(topics)
	for i := range p.Workload.TopicList {
		t := &p.Workload.TopicList[i]
		stored, known := p.storedOf(t)
		if topics != nil && !slices.Contains(topics, t.Name) || !known || stored <= 0 || t.IngressBytesPerSec == nil ||
			t.Partitions < 1 {
			continue
		}
		live, _ := t.IngressBytesPerSec.At(p.statistic())
		each := live.Value / float64(t.Partitions)
		if hot := t.HottestIngress; hot != nil {
			f, _ := hot.At(p.statistic())
			each = max(each, f.Value)
		}
		old := p.partitionsToday(t)
		took := math.Inf(1)
		if free := limit - each; free > 0 {
			took = stored / (free * float64(old))
		}
		if seconds = max(seconds, took); took > cluster && took >= 60 {
			notes = append(notes, slowNote(t.Name, stored, old, limit, each, took))
		}
	}
	return seconds, notes
}

func slowNote(name string, stored float64, partitions int, limit, each, took float64) string {
	text := fmt.Sprintf("%s: its %s are in %s; of the %s that each may take, live traffic takes %s, so ", name,
		workload.FormatBytes(stored),
		counted(partitions, "partition"), workload.FormatByteRate(limit), workload.FormatByteRate(each))
	if math.IsInf(took, 1) {
		return text + "nothing is free for a copy"
	}
	return text + fmt.Sprintf("the copy takes %s or more", duration(took))
}

// fastest is how long a copy of all that topics are known to keep takes with all that is free in their cluster; +Inf: unknown.
func (p *plan) fastest(topics []string) float64 {
	each := p.ingressLimit()
	if each == nil {
		return math.Inf(1)
	}
	live, kept := 0.0, 0.0
	for i := range p.Workload.TopicList {
		t := &p.Workload.TopicList[i]
		if topics != nil && !slices.Contains(topics, t.Name) {
			continue
		}
		if q := t.IngressBytesPerSec; q != nil {
			f, _ := q.At(p.statistic())
			live += f.Value
		}
		stored, _ := p.storedOf(t)
		kept += stored
	}
	if *each <= live {
		return math.Inf(1)
	}
	return kept / (*each - live)
}

// partitionsToday is how many a topic has before the plan raises them.
func (p *plan) partitionsToday(t *workload.TopicWorkload) int {
	for _, r := range p.Raised {
		if r.Name == t.Name {
			return r.From
		}
	}
	return t.Partitions
}

package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// What some quotas of Serverless need beyond the comparison of a figure with a limit; the table in rules_serverless.go names them.

// unseenReaders asks for the readers that are not visible where egress is a floor.
func unseenReaders(m *measurement, _ *evalContext, _ *load) {
	if m.observed.ok && !m.observed.Bounded() {
		m.needs = "extra_readers"
	}
}

// boundedRequests says what would narrow a range of requests down.
func boundedRequests(m *measurement, f *evalContext, l *load) {
	if m.observed.ranged {
		m.needs, m.resolve = l.requestNeeds(f.in)
	}
}

// perhapsCompacted words the size of a partition for which it is unknown whether it is compacted.
func perhapsCompacted(m *measurement, _ *evalContext, l *load) {
	if !l.compacted.ok {
		m.what = "the largest partition, if it is compacted,"
	}
}

func noneCompacted(r *evaluation, c check, _ *evalContext, l *load) bool {
	if !l.compacted.ok || l.compacted.High > 0 {
		return false
	}
	r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "no topic is compacted")
	return true
}

func creationRate(r *evaluation, c check, _ *evalContext, l *load) bool {
	if !r.words || !c.limited || !l.partitions.ok {
		r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "limits how fast partitions are created, not the traffic")
		return true
	}
	minutes := math.Ceil(l.partitions.Value / c.limit * 5)
	r.judge(c.name, c.title, c.source, verdict.NotApplicable, "",
		"limits how fast partitions are created: %s take about %s minutes at %s in 5 minutes",
		count(l.partitions.Value), count(minutes), count(c.limit))
	return true
}

func administrationCalls(r *evaluation, c check, _ *evalContext, _ *load) bool {
	r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "limits administration calls, not the traffic%s", atLimit(r, c))
	return true
}

func fetchSize(r *evaluation, c check, _ *evalContext, _ *load) bool {
	r.judge(c.name, c.title, c.source, verdict.NotApplicable, "",
		"limits one fetch%s: Kafka's default fetch.max.bytes of 52.4 MB fits; a consumer that asks for more is refused",
		atLimit(r, c))
	return true
}

func atLimit(r *evaluation, c check) string {
	if !r.words || !c.limited {
		return ""
	}
	return " (" + c.amount(c.limit) + ")"
}

// retentionQuota compares the longest retention with the quota on it that there was until 2022.
func retentionQuota(r *evaluation, c check, f *evalContext, _ *load) bool {
	w := &f.in.Workload
	c.needs = "retention"
	if w.Retention != nil {
		v := w.Retention.Seconds()
		if *w.Retention == workload.RetentionUnlimited {
			v = workload.LargestCredible
		}
		c.observed = fig{Figure: workload.Exactly(v, workload.Declared, "retention.ms"), ok: true}
	}
	r.measure(c, "retention", quotaOf, "declare retention")
	return true
}

package analyzer

import (
	"fmt"
	"math"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Data that is kept without limit grows, and what is stored today is only where it starts.
const (
	monthsAhead = 12
	// soonFull is how many months ahead full volumes are named among the reasons.
	soonFull = 36
)

// keptForever is what is written in a month to topics that keep it without limit, one copy, in bytes; 0: none.
func (d *decision) keptForever() float64 {
	w, l := &d.in.Workload, &d.load
	if w.Retention == nil || *w.Retention != workload.RetentionUnlimited || !l.inMean.ok || !l.stored.ok || l.endless {
		return 0
	}
	rate := l.inMean.Value
	if len(w.TopicList) > 0 {
		rate = 0
		for i := range w.TopicList {
			t := &w.TopicList[i]
			if t.IngressBytesPerSec != nil && !isTrue(t.Compacted) && neverDeletes(w, t) {
				rate += t.IngressBytesPerSec.Value * l.growth
			}
		}
	}
	return rate * hoursPerMonth * 3600
}

// neverDeletes reports whether a topic keeps its data without limit, as declared or as configured.
func neverDeletes(w *workload.Workload, t *workload.TopicWorkload) bool {
	if t.Retention != nil {
		return *t.Retention == workload.RetentionUnlimited
	}
	var brokers map[string]workload.ConfigValue
	if w.Posture != nil {
		brokers = w.Posture.BrokerConfig
	}
	retention, limit, ok := t.Keeps(brokers)
	return ok && retention == workload.RetentionUnlimited && math.IsInf(limit, 1)
}

// filling says when the volumes of a choice are full, where data is kept without limit.
func (d *decision) filling(o *option) string {
	month := d.keptForever()
	if month <= 0 || o.kind != verdict.Standard || o.local != "" {
		return ""
	}
	copies := float64(d.load.replication)
	left := (o.plan.volumeGiB*workload.GiB - d.load.primary.Value*copies) / (month * copies)
	if !(left >= 0 && left < soonFull) {
		return ""
	}
	return fmt.Sprintf("data is kept without limit and grows by %s a month: the %s GiB that are priced are full in about %s months",
		workload.FormatBytes(month), count(o.plan.volumeGiB), count(math.Round(left)))
}

// unlimitedRetention: the bill is that of what is stored today.
func (d *decision) unlimitedRetention() *verdict.Assumption {
	month := d.keptForever()
	if month <= 0 || d.load.stored.Value <= 0 || month < d.load.stored.Value/1000 {
		return nil
	}
	a := &verdict.Assumption{ID: "unlimited_retention"}
	a.Text = fmt.Sprintf("the %s of today are stored; with unlimited retention they grow by %s a month", workload.FormatBytes(d.load.stored.Value), workload.FormatBytes(month))
	d.otherwise(a, fmt.Sprintf("after %d months", monthsAhead), d.carrying(d.load.kept(1+monthsAhead*month/d.load.stored.Value)))
	return a
}

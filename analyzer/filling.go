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

// endlessGrowth is what is written in a month to topics that keep it without limit.
type endlessGrowth struct {
	// bytes is one copy of what is known.
	bytes float64
	// unknown: there are topics without a figure of ingress among them, so that it is bytes at least.
	unknown bool
}

// String is the growth in words: "30 GB", "at least 30 GB".
func (g endlessGrowth) String() string {
	if g.unknown {
		return "at least " + workload.FormatBytes(g.bytes)
	}
	return workload.FormatBytes(g.bytes)
}

// keptForever is the growth by topics that keep data without limit; zero: there are none, or it is not what is stored that is
// billed.
func (d *decision) keptForever() endlessGrowth {
	w, l := &d.in.Workload, &d.load
	if w.Retention == nil || *w.Retention != workload.RetentionUnlimited || !l.inMean.ok || !l.stored.ok || l.endless {
		return endlessGrowth{}
	}
	const month = hoursPerMonth * 3600
	if len(w.TopicList) == 0 {
		return endlessGrowth{bytes: l.inMean.Value * month}
	}
	var out endlessGrowth
	for i := range w.TopicList {
		t := &w.TopicList[i]
		switch {
		case isTrue(t.Compacted), !neverDeletes(w, t):
		case t.IngressBytesPerSec == nil:
			out.unknown = true
		default:
			out.bytes += t.IngressBytesPerSec.Value * l.growth * month
		}
	}
	return out
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
	if month.bytes <= 0 || o.kind != verdict.Standard || o.local != "" {
		return ""
	}
	copies := float64(d.load.replication)
	left := (o.plan.volumeGiB*workload.GiB - d.load.primary.Value*copies) / (month.bytes * copies)
	if !(left >= 0 && left < soonFull) {
		return ""
	}
	in := "in about"
	if month.unknown {
		in = "in at most about"
	}
	return fmt.Sprintf("data is kept without limit and grows by %s a month: the %s GiB that are priced are full %s %s months",
		month, count(o.plan.volumeGiB), in, count(math.Round(left)))
}

// unlimitedRetention: the bill is that of what is stored today.
func (d *decision) unlimitedRetention() *verdict.Assumption {
	month, stored := d.keptForever(), d.load.stored.Value
	a := &verdict.Assumption{ID: "unlimited_retention",
		Text: fmt.Sprintf("the %s of today are stored; with unlimited retention they grow", workload.FormatBytes(stored))}
	little := stored <= 0 || month.bytes < stored/1000
	switch {
	case month.unknown && little:
		a.Text += ", by how much is unknown: topics that keep data without limit have no figure of ingress"
		return a
	case little:
		return nil
	}
	a.Text += fmt.Sprintf(" by %s a month", month)
	d.otherwise(a, fmt.Sprintf("after %d months", monthsAhead), d.carrying(d.load.kept(1+monthsAhead*month.bytes/stored)))
	return a
}

package alert

import (
	"context"
	"slices"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Earlier is what a message compares the present with. The zero value compares with nothing.
type Earlier struct {
	// Flow has what each topic and group carried in the same minutes at FlowAt, a week or a day before; nil when nothing is
	// known.
	Flow *verdict.Observed
	// FlowAt is zero where Flow is nil.
	FlowAt time.Time
	// Counts is a verdict of about a week before, for what is counted and not measured; nil when there is none.
	Counts *verdict.Verdict
	// Days are the daily peaks, oldest first.
	Days []workload.DailyPeak
}

// contributors are the topics or groups that changed a rule most, and since when.
func (e Earlier) contributors(now verdict.Verdict, rule string) ([]verdict.Contributor, time.Time) {
	before, at := e.Flow, e.FlowAt
	if !verdict.MovesByRate(rule) {
		if e.Counts == nil {
			return nil, time.Time{}
		}
		counts := e.Counts.Observed()
		before, at = &counts, e.Counts.At
	}
	if before == nil {
		return nil, time.Time{}
	}
	contributors := verdict.TopContributors(*before, now.Observed(), rule)
	if len(contributors) == 0 {
		return nil, time.Time{}
	}
	return contributors, at
}

// peaks are the daily peaks behind a rule in the rule's unit.
func (e Earlier) peaks(rule, unit string) []DayPeak {
	quantity, per := verdict.DailyQuantity(rule), verdict.BaseUnits(unit)
	if quantity == "" || per == 0 {
		return nil
	}
	var out []DayPeak
	for _, d := range e.Days {
		if v, ok := d.Values[quantity]; ok {
			out = append(out, DayPeak{Day: d.Day.UTC(), Value: v / per, Floor: !d.Complete})
		}
	}
	return out
}

// Past says what was observed before; internal/history does.
type Past interface {
	Workload(ctx context.Context, cluster string, w workload.Window) (workload.Workload, error)
}

// chartDays is how many days of peaks a message carries: four weeks show a weekly season.
const chartDays = 28

// earlier reads what a message compares with. What cannot be read is left out: a message without it is better than none.
func (n *Notifier) earlier(ctx context.Context, v verdict.Verdict, now time.Time) Earlier {
	var e Earlier
	log := n.log.With().Str("cluster", v.Cluster).Logger()
	if counts, found, err := n.store.VerdictBefore(ctx, v.Cluster, now.AddDate(0, 0, -7)); err != nil {
		log.Warn().Err(err).Msg("verdict of last week cannot be read; the message is sent without what moved")
	} else if found {
		e.Counts = &counts
	}
	if n.past == nil {
		return e
	}
	days, err := n.past.Workload(ctx, v.Cluster, workload.Window{Start: now.AddDate(0, 0, -chartDays), End: now})
	if err != nil {
		log.Warn().Err(err).Msg("daily peaks cannot be read; the message is sent without them")
	}
	e.Days = days.DailyPeaks
	for _, back := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour} {
		w, err := n.past.Workload(ctx, v.Cluster, workload.Window{Start: v.Window.Start.Add(-back), End: v.Window.End.Add(-back)})
		if err != nil {
			log.Warn().Err(err).Msg("earlier traffic cannot be read; the message is sent without what moved")
			return e
		}
		if flow, found := flowOf(w); found {
			e.Flow, e.FlowAt = &flow, now.Add(-back)
			return e
		}
	}
	return e
}

// flowOf takes the rates out of a workload. Its list of topics is that of today; one that had no rate then was not there, or
// carried nothing.
func flowOf(w workload.Workload) (o verdict.Observed, found bool) {
	o = analyzer.ObservedIn(w)
	o.Topics = slices.DeleteFunc(o.Topics, func(t verdict.TopicFigures) bool { return t.IngressBytesPerSec == nil })
	o.Groups = slices.DeleteFunc(o.Groups, func(g verdict.GroupFigures) bool { return g.EgressBytesPerSec == nil })
	return o, len(o.Topics) > 0
}

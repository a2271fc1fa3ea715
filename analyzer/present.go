package analyzer

import (
	"slices"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Present is the verdict v seen at present, for [Drift] and for messages: its options are the watched clusters (see
// [WatchedChoices]), whose rules are held against the workload of a short window. That is taken as it was observed, without
// the sale-event factor and the growth that a sizing adds, and a watched cluster has the brokers that it has, not those
// that the load of the moment would need. Actions are those that bring a rule at its warning mark, or with a limit that is
// expected to be passed, back under the mark; each was checked by deciding again. Choice, reasons and forecast stay those
// of v, but for forecasts of a quota that p replaces. There are no options while there is nothing to watch, and they are nil where the workload cannot be held against anything.
func Present(in Input, v verdict.Verdict, s drift.State, p drift.Policy, now time.Time) verdict.Verdict {
	in.Workload = sanitized(in.Workload)
	in.Options = in.Options.withDefaults()
	in.Options.GrowthHorizon, in.Requirements.SaleEventFactor = 0, nil
	w := &in.Workload
	v.At, v.Window, v.Partial = now.UTC(), w.Window, workload.Partial(w.Gaps)
	v.Workload, v.Topics, v.Groups, v.Gaps = verdict.FiguresOf(*w), topicsOf(w.TopicList), groupsOf(w.GroupList), listed(w.Gaps)
	v.Comparisons = comparisonsOf(*w)
	v.Options, v.Actions = nil, []verdict.Action{}
	if unusable(&in) != "" {
		return v
	}
	v.Options = []verdict.Option{}
	targets := drift.WatchedChoices(v, s, p.Watch)
	if len(targets) == 0 {
		return v
	}
	in.Requirements.RaisedQuotas = withLimits(in.Requirements.RaisedQuotas, p.Limits)
	v.Forecast = slices.DeleteFunc(slices.Clone(v.Forecast), func(f verdict.Forecast) bool { return limited(f.Rule, p.Limits) })
	d := decide(&in, true)
	for _, target := range targets {
		i := d.fixed(target)
		if i < 0 {
			continue
		}
		v.Options = append(v.Options, ownLimits(d.reported()[i], p.Limits))
		v.Actions = append(v.Actions, d.mend(i, v.Forecast, p, now)...)
	}
	return v
}

// fixed is the index of the option of the same kind and size with the number of brokers that the choice has; -1 where there
// is none.
func (d *decision) fixed(c verdict.Choice) int {
	var rules func() *option
	switch c.Kind {
	case verdict.Serverless, verdict.ServerlessSplit:
		for i := range d.options {
			if d.options[i].kind == c.Kind {
				return i
			}
		}
	case verdict.Standard:
		for _, size := range d.in.Catalog.Standard.Sizes {
			if size.Name == c.Size {
				rules = func() *option { return d.standardWith(size, c.Brokers) }
			}
		}
	case verdict.Express:
		for _, size := range d.in.Catalog.Express.Sizes {
			if size.Name == c.Size {
				rules = func() *option { return d.expressWith(size, c.Brokers) }
			}
		}
	}
	if rules == nil || c.Brokers < 1 {
		return -1
	}
	rules()
	return len(d.options) - 1
}

// ObservedIn is what a workload says of a cluster, its topics and its groups, as [verdict.Movers] compares it.
func ObservedIn(w workload.Workload) verdict.Observed {
	return verdict.Observed{Workload: verdict.FiguresOf(w), Topics: topicsOf(w.TopicList), Groups: groupsOf(w.GroupList)}
}

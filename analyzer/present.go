package analyzer

import (
	"math"
	"slices"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Present is the verdict v seen at present, for [Drift] and for messages: its options are the watched clusters (see
// [WatchedChoices]), whose rules are held against the workload of a short window. That is taken as it was observed, without
// the sale-event factor and the growth that a sizing adds, and a watched cluster has the brokers that it has, not those
// that the load of the moment would need. Actions are those that bring a rule at its warning mark, or with a limit that is
// expected to be passed, back under the mark; each was checked by deciding again. Choice, reasons and forecast stay those
// of v, but for forecasts of a quota that p replaces. There are no options while there is nothing to watch, and they are nil
// where the workload cannot be held against anything.
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
	d := decide(&in, forVerdict)
	for _, target := range targets {
		i, ok := d.withBrokers(target)
		if !ok {
			continue
		}
		v.Options = append(v.Options, ownLimits(d.reported()[i], p.Limits))
		v.Actions = append(v.Actions, d.fixes(i, v.Forecast, p, now)...)
	}
	return v
}

// withBrokers makes sure that there is the option of the choice's size with the choice's number of brokers, and returns its
// index. It reports false where the catalog does not have the size, or the choice no brokers.
func (d *decision) withBrokers(c verdict.Choice) (at int, ok bool) {
	dearest := math.Inf(1)
	switch c.Kind {
	case verdict.Serverless, verdict.ServerlessSplit:
		at = slices.IndexFunc(d.options, func(o option) bool { return o.kind == c.Kind })
		return at, at >= 0
	case verdict.Standard:
		sizes := d.in.Catalog.Standard.Sizes
		if i := slices.IndexFunc(sizes, func(s catalog.StandardSize) bool { return s.Name == c.Size }); i >= 0 && c.Brokers > 0 {
			ok = d.addStandard(&d.load, &sizes[i], c.Brokers, dearest) != nil
		}
	case verdict.Express:
		sizes := d.in.Catalog.Express.Sizes
		if i := slices.IndexFunc(sizes, func(s catalog.ExpressSize) bool { return s.Name == c.Size }); i >= 0 && c.Brokers > 0 {
			ok = d.addExpress(&sizes[i], c.Brokers, dearest) != nil
		}
	}
	return len(d.options) - 1, ok
}

// ObservedIn is what a workload says of a cluster, its topics and its groups, as [verdict.TopContributors] compares it.
func ObservedIn(w workload.Workload) verdict.Observed {
	return verdict.Observed{Workload: verdict.FiguresOf(w), Topics: topicsOf(w.TopicList), Groups: groupsOf(w.GroupList)}
}

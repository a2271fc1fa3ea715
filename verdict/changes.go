package verdict

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Diff is what changed in a cluster's verdict since an earlier report.
type Diff struct {
	// At is when that report was made.
	At time.Time `json:"at"`
	// Before is the choice then; nil: it is the same, or there was or is none.
	Before *Choice `json:"before,omitempty"`
	// Changes are sentences on all but a choice that became another; empty: nothing of note.
	Changes []string `json:"changes"`
	// TopContributors are the topics whose ingress moved most in the direction of the whole.
	TopContributors []Contributor `json:"movers,omitempty"`
}

// DiffSince compares two verdicts on one cluster; before is the earlier one.
func DiffSince(at time.Time, before, now Verdict) *Diff {
	s := &Diff{At: at, Changes: differences(before, now),
		TopContributors: TopContributors(before.Observed(), now.Observed(), "serverless.ingress_per_cluster")}
	if before.Choice != nil && now.Choice != nil && before.Choice.Name() != now.Choice.Name() {
		s.Before = before.Choice
	}
	return s
}

// notable is the least relative change of a figure that is reported.
const notable = 0.05

// differences say in words what became different: the choice's price, quotas and prices, traffic, and what is no longer or newly
// known.
func differences(before, now Verdict) []string {
	out := []string{}
	switch {
	case before.Choice == nil && now.Choice != nil:
		out = append(out, "decided for the first time: "+now.Choice.Name())
	case before.Choice != nil && now.Choice == nil:
		out = append(out, "now undecided; was "+before.Choice.Name())
	case before.Choice != nil && now.Choice != nil:
		out = append(out, changed("cost", before.Choice.MonthlyUSD, now.Choice.MonthlyUSD, workload.FormatUSD)...)
	}
	out = append(out, catalogChanges(before, now)...)
	for _, q := range []struct {
		name        string
		before, now *workload.Quantity
	}{{"ingress", before.Workload.IngressBytesPerSec, now.Workload.IngressBytesPerSec},
		{"egress", before.Workload.EgressBytesPerSec, now.Workload.EgressBytesPerSec}} {
		if q.before != nil && q.now != nil {
			out = append(out, changed("mean "+q.name, q.before.Value, q.now.Value, workload.FormatByteRate)...)
		}
	}
	if b, n := before.Workload.Partitions, now.Workload.Partitions; b != nil && n != nil {
		out = append(out, changed("partitions", b.Value, n.Value, workload.FormatNumber)...)
	}
	if more := len(now.Gaps) - len(before.Gaps); more > 0 {
		out = append(out, fmt.Sprintf("gaps in what could be read: %d more", more))
	}
	return out
}

func changed(what string, before, now float64, amount func(float64) string) []string {
	if before <= 0 || math.Abs(now/before-1) < notable {
		return nil
	}
	return []string{fmt.Sprintf("%s %s, was %s (%+.0f %%)", what, amount(now), amount(before), 100*(now/before-1))}
}

// mostCatalogChanges is how many changed quotas and prices are named; a new price list changes many.
const mostCatalogChanges = 8

// catalogChanges name the quotas and prices that are others than before, among those that the two verdicts rest on. Only what
// does not depend on the workload is compared: Serverless's limits, and the price of one unit.
func catalogChanges(before, now Verdict) []string {
	var out []string
	say := func(format string, args ...any) {
		if s := fmt.Sprintf(format, args...); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, o := range now.Options {
		at := slices.IndexFunc(before.Options,
			func(b Option) bool { return b.Kind == o.Kind && b.Size == o.Size && b.TieredStorage == o.TieredStorage })
		if at < 0 {
			continue
		}
		was := before.Options[at]
		for _, r := range o.Rules {
			i := slices.IndexFunc(was.Rules, func(b Rule) bool { return b.ID == r.ID && b.Unit == r.Unit })
			if o.Kind != Serverless || i < 0 || was.Rules[i].Limit == nil || r.Limit == nil || *was.Rules[i].Limit == *r.Limit {
				continue
			}
			say("quota %s is %s, was %s", r.Title, Amount(*r.Limit, r.Unit), Amount(*was.Rules[i].Limit, r.Unit))
		}
		for _, l := range o.Cost {
			i := slices.IndexFunc(was.Cost, func(b CostLine) bool { return b.Item == l.Item && b.Unit == l.Unit })
			if i < 0 || was.Cost[i].UnitPrice == l.UnitPrice || before.Region != now.Region {
				continue
			}
			say("price of %s is %s, was %s", pricedItem(o, l), exactUSD(l.UnitPrice), exactUSD(was.Cost[i].UnitPrice))
		}
	}
	if more := len(out) - mostCatalogChanges; more > 0 {
		out = append(out[:mostCatalogChanges], fmt.Sprintf("%d more quotas and prices changed", more))
	}
	return out
}

// pricedItem is what the price is for: a size's hours are its own, all else is the same for all sizes of a kind.
func pricedItem(o Option, l CostLine) string {
	if l.Unit == "broker-hours" {
		return o.Size
	}
	return string(o.Kind) + " " + l.Item
}

func exactUSD(v float64) string { return "$" + strconv.FormatFloat(v, 'f', -1, 64) }

package analyzer

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// otherProfiles decides with every other sizing profile and says which assumption makes the difference.
func (d *decision) otherProfiles() []verdict.ProfileView {
	var out []verdict.ProfileView
	for _, name := range slices.Sorted(maps.Keys(d.in.Catalog.Profiles)) {
		if name == d.in.Options.Profile {
			continue
		}
		in := *d.in
		in.Options.Profile = name
		other := d.again(&in, forComparison)
		view := verdict.ProfileView{Profile: name, Difference: d.difference(other)}
		if other.chosen >= 0 {
			c := other.options[other.chosen].choice()
			view.Choice = &c
		}
		out = append(out, view)
	}
	return out
}

// difference explains what another profile does to the size that was chosen, or to the cheapest of each kind where the choice
// has none.
func (d *decision) difference(other *decision) string {
	size := d.comparable(other)
	if size == "" {
		return "neither profile sizes a cluster for this workload"
	}
	mine, theirs := d.sized(size, d.tieredChoice()), other.sized(size, d.tieredChoice())
	if mine == nil || theirs == nil {
		return size + " is sized by only one of them"
	}
	text := fmt.Sprintf("%s: %d brokers by %s, %d by %s", size, mine.brokers, d.profile.Name, theirs.brokers, other.profile.Name)
	if why := assumption(d, other, mine, theirs); why != "" {
		text += "; " + why
	}
	if !d.sameChoice(other) {
		return text
	}
	if why := d.dearest(other); why != "" {
		text += "; " + why
	}
	return "the same choice; " + text
}

// dearest names the line of the bill that makes most of the difference between two prices of the same choice; empty where they
// differ by less than 1 %.
func (d *decision) dearest(other *decision) string {
	if d.chosen < 0 || other.chosen < 0 {
		return ""
	}
	o, p := &d.options[d.chosen], &other.options[other.chosen]
	if math.Abs(o.cost-p.cost) < o.cost/100 {
		return ""
	}
	theirs := map[string]verdict.CostLine{}
	for _, line := range other.linesOf(p) {
		theirs[line.Item] = line
	}
	var a, b verdict.CostLine
	for _, line := range o.lines {
		if t := theirs[line.Item]; math.Abs(line.MonthlyUSD-t.MonthlyUSD) > math.Abs(a.MonthlyUSD-b.MonthlyUSD) {
			a, b = line, t
		}
	}
	if a.Item == "" || b.Item == "" {
		return ""
	}
	text := fmt.Sprintf("%s is %s by %s and %s by %s", a.Item, workload.FormatUSD(a.MonthlyUSD), d.profile.Name,
		workload.FormatUSD(b.MonthlyUSD), other.profile.Name)
	switch {
	case a.UnitPrice != b.UnitPrice:
		text += fmt.Sprintf(" ($%g against $%g per unit)", a.UnitPrice, b.UnitPrice)
	case a.Quantity != b.Quantity:
		text += fmt.Sprintf(" (%s against %s %s)", count(a.Quantity), count(b.Quantity), a.Unit)
	}
	return text
}

// linesOf is the bill of an option that was decided without words.
func (d *decision) linesOf(o *option) []verdict.CostLine {
	b := bill{keep: true, prices: &d.prices}
	switch o.kind {
	case verdict.Express:
		expressBill(&b, d.in, &d.profile, &d.load, o.size, &o.plan)
	case verdict.Standard:
		standardBill(&b, d.in, &d.profile, &d.load, o.size, &o.plan)
	case verdict.Serverless, verdict.ServerlessSplit:
		serverlessBill(&b, &d.profile, &d.load, o.clusters)
	}
	return b.lines
}

// comparable is the size to compare: that of the choice, else that of the other choice, else the first that both size.
func (d *decision) comparable(other *decision) string {
	for _, x := range []*decision{d, other} {
		if x.chosen >= 0 && x.options[x.chosen].size != "" {
			return x.options[x.chosen].size
		}
	}
	for _, x := range []*decision{d, other} {
		best := ""
		var cheapest *option
		for i := range x.options {
			o := &x.options[i]
			if o.size != "" && o.eligible() && (cheapest == nil || cheaper(o, cheapest)) {
				best, cheapest = o.size, o
			}
		}
		if best != "" {
			return best
		}
	}
	return ""
}

func (d *decision) tieredChoice() bool { return d.chosen >= 0 && d.options[d.chosen].local != "" }

func (d *decision) sized(size string, tiered bool) *option {
	for i := range d.options {
		if d.options[i].size == size && (d.options[i].local != "") == tiered {
			return &d.options[i]
		}
	}
	return nil
}

// assumption names the constants that differ behind two plans of one size.
func assumption(d, other *decision, mine, theirs *option) string {
	what := "in"
	a, b := mine.plan.in, theirs.plan.in
	switch {
	case mine.brokers == theirs.brokers:
		return ""
	case mine.plan.bottleneck == byStorage || theirs.plan.bottleneck == byStorage:
		return fmt.Sprintf("volumes for %s and %s times the bytes", count(d.profile.Standard.StorageHeadroom),
			count(other.profile.Standard.StorageHeadroom))
	case mine.plan.bottleneck == byEgress && theirs.plan.bottleneck == byEgress:
		what, a, b = "out", mine.plan.out, theirs.plan.out
	}
	return fmt.Sprintf("%s %s per broker (%s) against %s (%s)", workload.FormatByteRate(a), what, basis(d, mine, what),
		workload.FormatByteRate(b), basis(other, theirs, what))
}

// basis says in words what a profile plans the ingress ("in") or egress ("out") of a broker with.
func basis(d *decision, o *option, what string) string {
	switch {
	case o.kind == verdict.Express && d.profile.Express.Method == catalog.MethodTable:
		if share := orAll(d.profile.Express.IngressFactor); what == "in" && share < 1 {
			return percent(share, 1) + " of the sustained rate that AWS documents"
		}
		return "the sustained rate that AWS documents"
	case o.kind == verdict.Express && what == "in":
		return percent(d.profile.Express.IngressFactor, 1) + " of the script's rate"
	case o.kind == verdict.Express:
		return count(d.profile.Express.EgressFactor) + " times the script's ingress rate"
	case d.profile.Standard.Method == catalog.MethodTable:
		return "AWS's withdrawn table of rates"
	case d.profile.Standard.Throughput == catalog.ThroughputScript:
		return "with the highest storage throughput of the size"
	}
	return percent(d.profile.Standard.Utilization, 1) + " of what its volume and network carry"
}

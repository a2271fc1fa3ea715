package analyzer

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/mskfit/mskfit/verdict"
)

// failing returns the rules that fail.
func (o *option) failing() []verdict.Rule {
	var out []verdict.Rule
	for _, r := range o.evaluation.rules {
		if r.Outcome == verdict.Fail {
			out = append(out, r)
		}
	}
	return out
}

func (d *decision) whyNotServerless() string {
	o := d.single()
	switch {
	case o == nil || o.eligible():
		return ""
	case o.evaluation.open():
		return "MSK Serverless is not compared: " + d.noPrice(o)
	}
	return "MSK Serverless is out: " + o.blockers()
}

// noPrice says which prices of an option are missing in the region.
func (d *decision) noPrice(o *option) string {
	region := cmp.Or(d.in.Workload.Region, referenceRegion)
	if len(o.lines) > 0 && len(o.unpriced) > 0 {
		return fmt.Sprintf("no price is known in %s for %s", region, joined(o.unpriced))
	}
	return fmt.Sprintf("no price is known in %s (price list of %s)%s", region, d.pricesOf(), misspelled(d.in, region))
}

// blockers names the rules that rule an option out.
func (o *option) blockers() string {
	failing := o.failing()
	if len(failing) > 0 {
		out := failing[0].Evidence
		switch n := len(failing) - 1; {
		case n == 1:
			out += "; one more rule fails: " + failing[1].Title
		case n > 1:
			titles := make([]string, 0, n)
			for _, r := range failing[1:] {
				titles = append(titles, r.Title)
			}
			out += fmt.Sprintf("; %d more rules fail: %s", n, joined(titles))
		}
		return out
	}
	for _, r := range o.evaluation.rules {
		if r.Outcome == verdict.Unknown && r.Utilization != nil && *r.Utilization > 1 {
			return "the best estimate is above a limit: " + r.Evidence
		}
	}
	return "no price is known"
}

// whyNotOther says why the other Provisioned kind is not the answer where it does not fit at all.
func (d *decision) whyNotOther(o *option) string {
	other := verdict.Standard
	if o.kind == verdict.Standard {
		other = verdict.Express
	}
	return d.whyNot(other)
}

// whyNot says why no option of a kind fits; empty where one does.
func (d *decision) whyNot(k verdict.Kind) string {
	var nearest *option
	for i := range d.options {
		o := &d.options[i]
		if o.kind != k {
			continue
		}
		if o.eligible() {
			return ""
		}
		if nearest == nil || d.nearer(o, nearest) {
			nearest = o
		}
	}
	switch {
	case nearest == nil:
		return ""
	case nearest.evaluation.open() || nearest.evaluation.failed == "region" && nearest.size != "":
		return kindName(k) + " is not compared: " + d.noPrice(nearest)
	case nearest.kind == verdict.Serverless || nearest.kind == verdict.ServerlessSplit:
		return nearest.blockers()
	}
	return fmt.Sprintf("no %s size fits; nearest is %s: %s", kindName(nearest.kind), nearest.choice().Name(), nearest.blockers())
}

// kindName is the kind as AWS writes it.
func kindName(k verdict.Kind) string {
	switch k {
	case verdict.Serverless:
		return "Serverless"
	case verdict.ServerlessSplit:
		return "several Serverless clusters"
	case verdict.Express:
		return "Express"
	case verdict.Standard:
	}
	return "Standard"
}

// nearer orders options of a kind by how far they are from one that may be chosen.
func (d *decision) nearer(a, b *option) bool {
	return d.distance(a).Compare(d.distance(b)) < 0
}

// distance is what [verdict.Option.Distance] reads off the option's rules; an option that was decided without words has none.
func (d *decision) distance(o *option) verdict.Distance {
	over := 0.0
	if limit := d.brokerLimit(o.kind); o.size != "" && limit.limited && float64(o.brokers) > limit.limit {
		over = float64(o.brokers) / limit.limit
	}
	return verdict.DistanceOf(o.monthly(), o.excluded, o.evaluation.fails, over)
}

// whyNone says why no option is left: what is nearest first.
func (d *decision) whyNone() []string {
	kinds := []verdict.Kind{verdict.Serverless, verdict.Express, verdict.Standard}
	slices.SortStableFunc(kinds, func(a, b verdict.Kind) int {
		x, y := d.representative(a), d.representative(b)
		if x == nil || y == nil {
			return 0
		}
		return d.distance(x).Compare(d.distance(y))
	})
	var out []string
	for _, k := range kinds {
		why := d.whyNot(k)
		if k == verdict.Serverless {
			why = d.whyNotServerless()
		}
		if why != "" {
			out = append(out, why)
		}
	}
	return out
}

package analyzer

import (
	"fmt"

	"github.com/mskfit/mskfit/verdict"
)

// failing returns the evidence of the rules that fail.
func (o *option) failing() []verdict.Rule {
	var out []verdict.Rule
	for _, r := range o.ruling.rules {
		if r.Outcome == verdict.Fail {
			out = append(out, r)
		}
	}
	return out
}

func (d *decision) whyNotServerless() string {
	o := d.single()
	if o == nil || o.eligible() {
		return ""
	}
	return "MSK Serverless is out: " + o.obstacles()
}

// obstacles names what stands in the way of an option.
func (o *option) obstacles() string {
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
	for _, r := range o.ruling.rules {
		if r.Outcome == verdict.Unknown && r.Utilization != nil && *r.Utilization > 1 {
			return "the best estimate is above a limit: " + r.Evidence
		}
	}
	if !o.priced && len(o.lines) > 0 && len(o.unpriced) > 0 {
		return "its price is not known in full in this region: none for " + joined(o.unpriced)
	}
	if !o.priced {
		return "it has no price in this region"
	}
	return "nothing"
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
		if nearest == nil || nearer(o, nearest) {
			nearest = o
		}
	}
	switch {
	case nearest == nil:
		return ""
	case nearest.kind == verdict.Serverless || nearest.kind == verdict.ServerlessSplit:
		return nearest.obstacles()
	case nearest.ruling.failed == "region":
		return fmt.Sprintf("no %s size has a price in %s in the price list of %s%s", kindName(k), d.in.Workload.Region, d.pricesOf(), misspelled(d.in, d.in.Workload.Region))
	}
	return fmt.Sprintf("no %s size fits; nearest is %s: %s", kindName(nearest.kind), nearest.choice().Name(), nearest.obstacles())
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

// nearer orders options that do not fit by how much stands in their way.
func nearer(a, b *option) bool {
	if a.ruling.fails != b.ruling.fails {
		return a.ruling.fails < b.ruling.fails
	}
	if a.brokers != b.brokers {
		return a.brokers < b.brokers
	}
	return cheaper(a, b)
}

// whyNone says why no option is left.
func (d *decision) whyNone() []string {
	out := []string{"no MSK cluster carries this workload as it is described"}
	for _, k := range []verdict.Kind{verdict.Serverless, verdict.Express, verdict.Standard} {
		if why := d.whyNot(k); why != "" && k == verdict.Serverless {
			out = append(out, "MSK Serverless is out: "+why)
		} else if why != "" {
			out = append(out, why)
		}
	}
	return out
}

package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/verdict"
)

// choose applies the policy. What it prefers, in this order:
//
//	the kind that the owner prefers, where it fits;
//	without a Kafka operations team: Serverless, else several Serverless clusters where the owner allows it, else Express, else
//	Standard; Express goes before a Serverless option whose bill is above that of Express by more than max_premium;
//	with a team: the cheapest that fits.
//
// Whether there is a team and no one said so counts as none, because that is the answer that needs no promise; the verdict
// asks. Within a kind the cheapest size is taken, and at the same price the one with more and smaller brokers: the loss of
// one takes less with it.
func (d *decision) choose() {
	d.express = d.expressCost()
	d.chosen = d.best(-1)
	if d.chosen >= 0 {
		d.second = d.best(d.chosen)
	}
}

// best is the policy's first option other than skip; -1 where nothing is eligible.
func (d *decision) best(skip int) int {
	best := -1
	for i := range d.options {
		if i == skip || !d.options[i].eligible() {
			continue
		}
		if best < 0 || d.before(&d.options[i], &d.options[best]) {
			best = i
		}
	}
	return best
}

// before reports whether a is taken before b.
func (d *decision) before(a, b *option) bool {
	if pa, pb := d.preferred(a), d.preferred(b); pa != pb {
		return pa
	}
	if !hasTeam(d.in) {
		if ra, rb := d.rank(a), d.rank(b); ra != rb {
			return ra < rb
		}
	}
	if ka, kb := a.comparedCost(), b.comparedCost(); math.Abs(ka-kb) >= 0.005 {
		return ka < kb
	}
	return cheaper(a, b)
}

// comparedCost is the bill that the policy compares: tiered storage that was not requested must be 5 % cheaper.
func (o *option) comparedCost() float64 {
	if o.proposed {
		return o.cost * tieredDiscount
	}
	return o.cost
}

func (d *decision) preferred(o *option) bool { return string(o.kind) == d.in.Requirements.Prefer }

func hasTeam(in *Input) bool { return isTrue(in.Requirements.OperationsTeam) }

// rank is the order in which options are taken without a team: by effort, what is too expensive after Express.
func (d *decision) rank(o *option) float64 {
	r := float64(effort(o.kind))
	if d.tooDear(o) {
		return float64(effort(verdict.Express)) + (r+1)/10
	}
	return r
}

// effort ranks kinds by what there is to operate.
func effort(k verdict.Kind) int {
	switch k {
	case verdict.Serverless:
		return 0
	case verdict.ServerlessSplit:
		return 1
	case verdict.Express:
		return 2
	case verdict.Standard:
	}
	return 3
}

// cheaper compares by the month's bill, then by effort, then by the number of brokers, then by name.
func cheaper(a, b *option) bool {
	switch {
	case math.Abs(a.cost-b.cost) >= 0.005:
		return a.cost < b.cost
	case effort(a.kind) != effort(b.kind):
		return effort(a.kind) < effort(b.kind)
	case (a.local != "") != (b.local != ""):
		return b.local != ""
	case a.brokers != b.brokers:
		return a.brokers > b.brokers
	}
	return a.size < b.size
}

// cheapest is the eligible option with the lowest bill other than skip, tiered storage that was not requested only where it is 5
// % cheaper; -1 where there is none.
func (d *decision) cheapest(skip int) int {
	best := -1
	for i := range d.options {
		o := &d.options[i]
		if i == skip || !o.eligible() {
			continue
		}
		if best < 0 || o.comparedCost() < d.options[best].comparedCost()-0.005 || o.proposed == d.options[best].proposed &&
			cheaper(o, &d.options[best]) {
			best = i
		}
	}
	return best
}

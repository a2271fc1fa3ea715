package analyzer

import (
	"fmt"
	"math"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

const (
	// engineerHours is a month of one engineer: four weeks of 40 hours.
	engineerHours = 160
	// defaultRate is what an engineer's hour is assumed to cost an employer, in dollars, where engineer_hour_usd is not declared.
	// U.S. Bureau of Labor Statistics: software developers earn $132,930 a year on average (OEWS, May 2022), and wages are 70.1
	// % of what an employer pays (ECEC, December 2019). 132,930 ÷ 0.701 ÷ 12 ÷ 160 = $98.8.
	defaultRate = 100.0
	// anyPremium is more than every difference that is held against the limit.
	anyPremium = 1e12
)

// maxPremium is the largest difference in dollars a month that less operation is worth, and whether the owner declared it.
func (in *Input) maxPremium() (usd float64, declared bool) {
	if p := in.Requirements.MaxPremiumUSD; p != nil && *p >= 0 && *p <= anyPremium {
		return *p, true
	}
	rate, _ := in.engineerRate()
	return engineerHours * rate, false
}

// premiumBasis says what the limit rests on: "the declared max_premium of $20,000".
func (in *Input) premiumBasis() string {
	usd, declared := in.maxPremium()
	if declared {
		return "the declared max_premium of " + workload.FormatDollars(usd)
	}
	rate, declared := in.engineerRate()
	at := "at " + workload.FormatDollars(rate)
	if !declared {
		at = "at an assumed " + workload.FormatDollars(rate)
	}
	return fmt.Sprintf("the %s that one engineer costs (%d h %s; declare max_premium for another limit)",
		workload.FormatDollars(usd), engineerHours, at)
}

// engineerRate is what an engineer's hour costs in dollars, and whether the owner declared it.
func (in *Input) engineerRate() (usd float64, declared bool) {
	if rate := in.Requirements.EngineerHourUSD; rate != nil && *rate > 0 && *rate <= 1e6 {
		return *rate, true
	}
	return defaultRate, false
}

// expressCost is the lowest bill of Express that fits; +Inf where none does.
func (d *decision) expressCost() float64 {
	least := math.Inf(1)
	for i := range d.options {
		if o := &d.options[i]; o.kind == verdict.Express && o.eligible() {
			least = min(least, o.cost)
		}
	}
	return least
}

// tooDear reports whether a Serverless option costs more above Express than the owner pays for less operation.
func (d *decision) tooDear(o *option) bool {
	if o.kind != verdict.Serverless && o.kind != verdict.ServerlessSplit || math.IsInf(d.express, 1) {
		return false
	}
	most, _ := d.in.maxPremium()
	if more := o.cost - d.express; math.Abs(more-most) > 0.02 {
		return more > most
	}
	return cents(o.cost-d.express) > most // to the cent, as it is printed
}

// premium compares the choice with the cheapest option that fits; nil where the choice is the cheapest.
func (d *decision) premium() *verdict.Premium {
	o := &d.options[d.chosen]
	i := d.cheapest(d.chosen)
	if i < 0 || cents(o.cost-d.options[i].cost) < 0.01 {
		return nil
	}
	alt := &d.options[i]
	if less := d.savesTooLittle(o); less != nil && hasTeam(d.in) && !d.preferred(o) {
		alt = less // the sentence names it
	} else if alt.comparedCost() >= o.cost {
		return nil
	}
	p := &verdict.Premium{Against: alt.choice(), ExtraUSD: cents(o.cost - alt.cost), Ratio: tidy(o.cost / alt.cost)}
	p.MaxUSD, _ = d.in.maxPremium()
	p.Sentence = d.because(o) + ". " + d.against(o, alt) + "."
	return p
}

// against says what the choice costs beside a cheaper option: "2.6 times the price of 3 × kafka.m7g.large ($580)".
func (d *decision) against(o, alt *option) string {
	ratio := o.cost / alt.cost
	if ratio < 1.1 {
		return fmt.Sprintf("%s a month more than %s (%s)", workload.FormatDollars(difference(o.cost, alt.cost)),
			alt.choice().Name(), workload.FormatDollars(alt.cost))
	}
	return fmt.Sprintf("%.1f times the price of %s (%s), %s a month more", ratio, alt.choice().Name(),
		workload.FormatDollars(alt.cost), workload.FormatDollars(difference(o.cost, alt.cost)))
}

// difference is a − b as a reader of the rounded prices works it out; below $10 cents are written.
func difference(a, b float64) float64 {
	if a-b < 10 || b < 10 {
		return cents(a - b)
	}
	return math.Round(a) - math.Round(b)
}

// because says which rule of the policy chose the option.
func (d *decision) because(o *option) string {
	none := "no team to run Kafka is declared"
	if isFalse(d.in.Requirements.OperationsTeam) {
		none = "there is no team to run Kafka"
	}
	switch rest := d.leastEffort(); {
	case d.preferred(o) && o.kind == verdict.ServerlessSplit:
		return "Chosen because several Serverless clusters are preferred"
	case d.preferred(o):
		return fmt.Sprintf("Chosen because %s is preferred", kindName(o.kind))
	case hasTeam(d.in) && d.savesTooLittle(o) != nil:
		return "Chosen because it is the cheapest that fits without tiered storage, which would save less than 5 %"
	case hasTeam(d.in):
		return "Chosen because it is the cheapest that fits"
	case rest != nil && d.tooDear(rest) && o.kind == verdict.Express:
		return fmt.Sprintf("Chosen over %s, which needs less operation: that costs %.1f times as much (%s), and the difference of %s a month is above %s",
			rest.choice().Name(), rest.cost/o.cost, workload.FormatDollars(rest.cost), workload.FormatDollars(rest.cost-o.cost),
			d.in.premiumBasis())
	}
	if o.kind == verdict.Serverless {
		return "Chosen because it needs the least operation and " + none + d.withinPremium(o)
	}
	return "Chosen because it needs the least operation of those that fit and " + none
}

// withinPremium says that the declared max_premium allows the price above Express; "" where none is declared, Express does not
// fit or costs no less.
func (d *decision) withinPremium(o *option) string {
	most, declared := d.in.maxPremium()
	more := cents(o.cost - d.express)
	if !declared || math.IsInf(d.express, 1) || more <= 0 {
		return ""
	}
	return fmt.Sprintf("; %s a month above Express is within the declared max_premium of %s", workload.FormatDollars(more),
		workload.FormatDollars(most))
}

// savesTooLittle is the cheapest option with proposed tiered storage that is cheaper than the choice by less than it has to be;
// nil: there is none.
func (d *decision) savesTooLittle(o *option) *option {
	var best *option
	for i := range d.options {
		a := &d.options[i]
		if a.proposed && a.eligible() && cents(o.cost-a.cost) >= 0.01 && a.comparedCost() >= o.cost &&
			(best == nil || cheaper(a, best)) {
			best = a
		}
	}
	return best
}

// leastEffort is the cheapest option of the kind with the least to operate among those that fit; nil where none fits.
func (d *decision) leastEffort() *option {
	var best *option
	for i := range d.options {
		o := &d.options[i]
		if o.eligible() && (best == nil || effort(o.kind) < effort(best.kind) || o.kind == best.kind && cheaper(o, best)) {
			best = o
		}
	}
	return best
}

// policyReason is why the option was chosen, and how its price compares.
func (d *decision) policyReason(o *option) string {
	text := d.because(o)
	i := d.cheapest(d.chosen)
	switch {
	case i < 0:
	case cents(o.cost-d.options[i].comparedCost()) >= 0.01:
		text += fmt.Sprintf(". %s costs %s a month, %s", o.choice().Name(), workload.FormatDollars(o.cost),
			d.against(o, &d.options[i]))
	case d.options[i].cost-o.cost >= 0.005:
		text += fmt.Sprintf("; the next cheapest, %s, costs %s a month", d.options[i].choice().Name(),
			workload.FormatDollars(d.options[i].cost))
	}
	return text
}

// premiumQuestion asks what less operation is worth, where the answer decides between Serverless and Express. Its answers need no
// deciding again: the bound is the difference of the two bills.
func (d *decision) premiumQuestion() (verdict.Question, bool) {
	r := &d.in.Requirements
	least := d.leastEffort()
	if hasTeam(d.in) || r.Prefer != "" || r.MaxPremiumUSD != nil || least == nil || math.IsInf(d.express, 1) ||
		cents(least.cost-d.express) <= 0 ||
		least.kind == verdict.Express || least.kind == verdict.Standard {
		return verdict.Question{}, false
	}
	var express *option
	for i := range d.options {
		if o := &d.options[i]; o.kind == verdict.Express && o.eligible() && (express == nil || cheaper(o, express)) {
			express = o
		}
	}
	most, _ := d.in.maxPremium()
	bound := workload.FormatDollars(math.Ceil(least.cost - d.express))
	return verdict.Question{Field: "max_premium", Question: "how many dollars a month more may it cost to run no brokers?",
		Effect: fmt.Sprintf("less than %s: %s, %s a month; %s or more: %s, %s a month; assumed: %s", bound,
			express.choice().Name(), workload.FormatDollars(express.cost), bound, least.choice().Name(),
			workload.FormatDollars(least.cost), workload.FormatDollars(most))}, true
}

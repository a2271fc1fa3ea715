package view

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Price is one line of the first screen's comparison.
type Price struct {
	// Role is "choice", "runner-up" or empty.
	Role, Name, Monthly string
	// Delta is the difference to the choice a month; empty for the choice and where there is none.
	Delta string
	// Fits is "yes", "no" or "unknown", and empty for an option that is not compared; Verdict says it in words: "fits", "no:
	// message size".
	Fits, Verdict string
}

// Option is one cluster that was considered, as a reader compares it with others.
type Option struct {
	Price
	// Kind is the kind in words: "Provisioned Express".
	Kind string
	// Brokers is "6 brokers in 3 zones"-like; empty for Serverless.
	Brokers string
	// Binding is the limit that decided the size or the feasibility.
	Binding string
	// Cost are the lines of the bill; empty without a price.
	Cost []CostLine
	// Total is the bill of a month; "no price" where a line has none.
	Total string
	// Fails are the limits that the option breaks, in words.
	Fails []string
	// Unchecked counts the limits that could not be checked; empty when there is none.
	Unchecked string
}

// CostLine is one line of a month's bill.
type CostLine struct {
	// Item is what is paid for; Quantity carries its unit, UnitPrice and Monthly are US dollars.
	Item, Quantity, UnitPrice, Monthly, Note, Source string
}

func usd(v float64) string { return workload.FormatUSD(v) }

// optionOf finds the option of a choice.
func optionOf(v verdict.Verdict, c verdict.Choice) (verdict.Option, bool) {
	for _, o := range v.Options {
		if isChoice(o, &c) {
			return o, true
		}
	}
	return verdict.Option{}, false
}

func isChoice(o verdict.Option, c *verdict.Choice) bool {
	return c != nil && o.Choice().Same(*c)
}

// options are the choice, the runner-up, and the best option of every other kind: the choice first, then by price.
func options(v verdict.Verdict) []Option {
	var picked []verdict.Option
	add := func(o verdict.Option, ok bool) {
		c := o.Choice()
		if ok && !slices.ContainsFunc(picked, func(p verdict.Option) bool { return isChoice(p, &c) }) {
			picked = append(picked, o)
		}
	}
	named := []*verdict.Choice{v.Choice, v.RunnerUp}
	if v.Premium != nil {
		named = append(named, &v.Premium.Against)
	}
	for _, c := range named {
		if c != nil {
			add(optionOf(v, *c))
		}
	}
	for _, k := range []verdict.Kind{verdict.Serverless, verdict.ServerlessSplit, verdict.Express, verdict.Standard} {
		for _, o := range bestOf(v.Options, k) {
			add(o, true)
		}
	}
	slices.SortStableFunc(picked, func(a, b verdict.Option) int {
		return cmp.Or(cmp.Compare(chosenFirst(v, a), chosenFirst(v, b)), comparePrice(a, b))
	})
	var out []Option
	for _, o := range picked {
		out = append(out, newOption(v, o))
	}
	return out
}

func chosenFirst(v verdict.Verdict, o verdict.Option) int {
	if isChoice(o, v.Choice) {
		return 0
	}
	return 1
}

// prices are the options as they are compared on the first screen.
func prices(options []Option) []Price {
	var out []Price
	for _, o := range options {
		out = append(out, o.Price)
	}
	return out
}

// tieredDiscount is how much cheaper tiered storage must be to be listed beside the same kind without it. The analyzer proposes it
// from the same difference on.
const tieredDiscount = 1.05

// bestOf returns the options of a kind that are worth comparing: the cheapest that fits, and that with tiered storage beside it
// where it is clearly cheaper; where none fits, the nearest. A size that is not for such a load is never among them.
func bestOf(all []verdict.Option, k verdict.Kind) []verdict.Option {
	var plain, tiered, nearest *verdict.Option
	better := func(best **verdict.Option, o *verdict.Option) {
		if *best == nil || nearer(*o, **best) {
			*best = o
		}
	}
	for i := range all {
		switch o := &all[i]; {
		case o.Kind != k:
		case o.Feasible == verdict.No:
			better(&nearest, o)
		case o.TieredStorage:
			better(&tiered, o)
		default:
			better(&plain, o)
		}
	}
	switch {
	case plain == nil && tiered == nil && nearest == nil:
		return nil
	case plain == nil && tiered == nil:
		return []verdict.Option{*nearest}
	case plain == nil:
		return []verdict.Option{*tiered}
	case tiered == nil || plain.MonthlyUSD == nil || tiered.MonthlyUSD == nil ||
		*tiered.MonthlyUSD*tieredDiscount >= *plain.MonthlyUSD:
		return []verdict.Option{*plain}
	}
	return []verdict.Option{*plain, *tiered}
}

// nearer orders by feasibility, then by how far an option is from fitting, then by price.
func nearer(a, b verdict.Option) bool {
	rank := map[verdict.Feasible]int{verdict.Yes: 0, verdict.Maybe: 0, verdict.No: 1}
	return cmp.Or(cmp.Compare(rank[a.Feasible], rank[b.Feasible]), a.Distance().Compare(b.Distance())) < 0
}

func comparePrice(a, b verdict.Option) int {
	switch {
	case a.MonthlyUSD == nil && b.MonthlyUSD == nil:
		return 0
	case a.MonthlyUSD == nil:
		return 1
	case b.MonthlyUSD == nil:
		return -1
	}
	return cmp.Compare(*a.MonthlyUSD, *b.MonthlyUSD)
}

func newOption(v verdict.Verdict, o verdict.Option) Option {
	out := Option{Kind: kindName(o.Kind), Binding: bindingTitle(o), Cost: costLines(o), Total: monthly(o.MonthlyUSD)}
	out.Price = Price{Name: o.Choice().Name(), Monthly: wholeUSD(o.MonthlyUSD), Fits: string(o.Feasible)}
	if o.Brokers > 0 {
		out.Brokers = counted(o.Brokers, "broker")
	}
	out.Role = Role(v, o)
	if v.Choice != nil && o.MonthlyUSD != nil && out.Role != "choice" {
		out.Delta = signed(math.Round(*o.MonthlyUSD) - math.Round(v.Choice.MonthlyUSD))
	}
	unchecked := 0
	var broken []string
	for _, r := range o.Rules {
		switch r.Outcome {
		case verdict.Fail:
			broken = append(broken, r.Title)
			out.Fails = append(out.Fails, sentence(r))
		case verdict.Unknown:
			unchecked++
		}
	}
	if unchecked > 0 {
		out.Unchecked = counted(unchecked, "limit") + " not checked"
	}
	out.Verdict = fitWords(o, broken, unchecked)
	if o.MonthlyUSD == nil && o.Feasible != verdict.No {
		out.Fits = "" // neither good nor bad: it is not compared
	}
	return out
}

// Role is "choice", "runner-up" or empty.
func Role(v verdict.Verdict, o verdict.Option) string {
	switch {
	case isChoice(o, v.Choice):
		return "choice"
	case isChoice(o, v.RunnerUp):
		return "runner-up"
	}
	return ""
}

// fitWords says in a few words whether an option fits, and what breaks.
func fitWords(o verdict.Option, broken []string, unchecked int) string {
	switch {
	case o.MonthlyUSD == nil && (o.Feasible != verdict.No || o.Size != "" && len(broken) == 1 && broken[0] == "region"):
		return "not compared: no price is known"
	case o.Feasible == verdict.Yes:
		return "fits"
	case o.Feasible == verdict.Maybe:
		return openWords(o, unchecked)
	case len(broken) > 1:
		return fmt.Sprintf("no: %s, %d more", broken[0], len(broken)-1)
	case len(broken) == 1:
		return "no: " + broken[0]
	case o.Binding != "":
		return "no: " + bindingTitle(o)
	}
	return "no"
}

// openWords is for an option with limits that could not be checked: what it waits for, where that is one thing that decides.
func openWords(o verdict.Option, unchecked int) string {
	for _, r := range o.Rules {
		switch {
		case r.Outcome != verdict.Unknown:
		case r.Needs == "splittable":
			return "only if topics may be split"
		case r.Utilization != nil && *r.Utilization > 1:
			return "probably not: " + r.Title
		}
	}
	if unchecked == 0 {
		return "not certain"
	}
	return fmt.Sprintf("fits; %d not checked", unchecked)
}

// sentence is a rule's evidence with its subject in front where the text lacks it.
func sentence(r verdict.Rule) string {
	if r.Title == "" || strings.HasPrefix(r.Evidence, r.Title) {
		return capital(r.Evidence)
	}
	return capital(r.Title) + ": " + r.Evidence
}

// signed writes a difference in whole dollars.
func signed(d float64) string {
	switch {
	case d == 0:
		return "same"
	case d > 0:
		return "+" + wholeUSD(&d)
	}
	d = -d
	return "−" + wholeUSD(&d)
}

func bindingTitle(o verdict.Option) string {
	if r := o.Rule(o.Binding); r != nil {
		return r.Title
	}
	return ruleWords(o.Binding)
}

func costLines(o verdict.Option) []CostLine {
	var out []CostLine
	for _, l := range o.Cost {
		line := CostLine{Item: capital(l.Item), Quantity: strings.TrimSpace(workload.FormatNumber(l.Quantity) + " " + l.Unit),
			UnitPrice: unitPrice(l.UnitPrice), Monthly: usd(l.MonthlyUSD), Note: l.Note, Source: priceSource(l)}
		out = append(out, line)
	}
	return out
}

// priceSource says where the price of a line is from: "S-PRICE of 2025-04-04, unverified".
func priceSource(l verdict.CostLine) string {
	out := l.Source
	if l.PriceDate != "" {
		out = strings.TrimSpace(out + " of " + l.PriceDate)
	}
	if l.Unverified {
		out += ", unverified"
	}
	if l.Negotiated {
		out += ", negotiated"
	}
	return strings.TrimPrefix(out, ", ")
}

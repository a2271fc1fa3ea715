package view

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/verdict"
)

// Changes is what became different since the report before.
type Changes struct {
	// When is the time of the report before, in the reader's time zone.
	When string
	// Items are sentences; never empty.
	Items []string
}

// ChangesOf is nil for a verdict that was compared with no earlier report.
func ChangesOf(v verdict.Verdict) *Changes {
	c := changes(v, time.UTC)
	if c != nil {
		cleanAll(c)
	}
	return c
}

func changes(v verdict.Verdict, zone *time.Location) *Changes {
	if v.Diff == nil {
		return nil
	}
	c := &Changes{When: Timestamp(v.Diff.At, zone)}
	if v.Diff.Before != nil && v.Choice != nil {
		c.Items = append(c.Items, v.Choice.Name()+" instead of "+v.Diff.Before.Name())
	}
	c.Items = append(c.Items, v.Diff.Changes...)
	for _, m := range v.Diff.TopContributors {
		c.Items = append(c.Items, contributorWords(m))
	}
	if len(c.Items) == 0 {
		c.Items = []string{"Nothing of note."}
	}
	return c
}

func contributorWords(m verdict.Contributor) string {
	sign := "+"
	if m.Change < 0 {
		sign, m.Change = "−", -m.Change
	}
	return fmt.Sprintf("%s %s: %s%s", m.Kind, m.Name, sign, amount(&m.Change, m.Unit))
}

// Forecast is when a limit is reached.
type Forecast struct {
	// Rule is the title of the limit; the dates are days, and "–" where there is none. Note says why.
	Rule, Earliest, Expected, Latest, Note string
}

// forecasts are the limits with a date or a remark of their own; those of quantities that do not grow are named on one line.
func forecasts(v verdict.Verdict) (out []Forecast, steady string) {
	flat := map[string][]string{}
	for _, f := range v.Forecast {
		title := ruleTitle(v, f.Rule)
		if f.Flat {
			why, _, _ := strings.Cut(f.Note, ": ")
			flat[why] = append(flat[why], lower(title))
			continue
		}
		out = append(out, Forecast{Rule: title, Earliest: day(f.Earliest), Expected: day(f.Expected), Latest: day(f.Latest),
			Note: f.Note})
	}
	var lines []string
	for _, why := range slices.Sorted(maps.Keys(flat)) {
		lines = append(lines, capital(why)+": "+strings.Join(flat[why], ", ")+".")
	}
	return out, strings.Join(lines, " ")
}

// tippingPointWords is a change with what it leads to: "Partitions × 2, to 400: 6 × kafka.m7g.large, $986 a month".
func tippingPointWords(f verdict.TippingPoint) string {
	what := f.Change
	if !strings.Contains(what, strings.TrimSuffix(f.Field, "s")) {
		what = ruleWords(f.Field) + " " + what
	}
	return capital(what) + ": " + f.To.Name() + ", " + wholeUSD(&f.To.MonthlyUSD) + " a month"
}

// RuleTitle names a rule for people.
func RuleTitle(v verdict.Verdict, id string) string { return Clean(ruleTitle(v, id)) }

// ruleTitle finds the title of a rule among all options; empty for no id.
func ruleTitle(v verdict.Verdict, id string) string {
	for _, o := range v.Options {
		if r := o.Rule(id); r != nil && id != "" {
			return capital(r.Title)
		}
	}
	return capital(ruleWords(id))
}

// SplitCluster is one cluster of a split.
type SplitCluster struct {
	// Name is "Cluster 1" and so on; In and Out are the planned rates with units, Topics and Groups lists of names.
	Name, In, Out, Partitions, Topics, Groups string
}

func splits(in []verdict.SplitCluster) []SplitCluster {
	var out []SplitCluster
	for i, c := range in {
		out = append(out, SplitCluster{
			Name: fmt.Sprintf("Cluster %d", i+1),
			In:   byteRate(c.IngressBytesPerSec), Out: known(c.EgressBytesPerSec, byteRate),
			Partitions: known(float64(c.Partitions), count),
			Topics:     nameList(c.Topics), Groups: nameList(c.Groups),
		})
	}
	return out
}

// known writes a number whose zero means absence in the verdict.
func known(v float64, write unit) string {
	if v == 0 {
		return none
	}
	return write(v)
}

// nameList names a few and counts the rest: "orders, payments and 38 more".
func nameList(names []string) string {
	const few = 6
	switch n := len(names); {
	case n == 0:
		return "none"
	case n <= few:
		return strings.Join(names, ", ")
	default:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), n-few)
	}
}

func profiles(in []verdict.ProfileView) []string {
	var out []string
	for _, p := range in {
		choice := "no choice"
		if p.Choice != nil {
			choice = p.Choice.Name() + ", " + usd(p.Choice.MonthlyUSD) + " a month"
		}
		line := p.Profile + ": " + choice
		if p.Difference != "" {
			line += ". " + capital(p.Difference)
		}
		out = append(out, line)
	}
	return out
}

// remarks are sentences about the price of the choice.
func remarks(v verdict.Verdict) []string {
	var out []string
	if v.BreakEven != nil {
		out = append(out, capital(v.BreakEven.Sentence))
	}
	if v.NextSmaller != nil {
		out = append(out, capital(v.NextSmaller.Sentence))
	}
	if n := len(v.Options); n > 0 {
		out = append(out, counted(n, "option")+" were considered; JSON and CSV have every one.")
	}
	return out
}

// Assumption is one thing that the answer assumes.
type Assumption struct {
	// Text is the assumption; IfNot says what would differ without it, the price included, and may be empty.
	Text, IfNot string
}

func assumptions(in []verdict.Assumption) []Assumption {
	var out []Assumption
	for _, a := range in {
		line := Assumption{Text: capital(a.Text), IfNot: a.IfNot}
		if a.ExtraUSD != nil && math.Abs(*a.ExtraUSD) >= 0.005 && !strings.Contains(a.IfNot, "$") {
			line.IfNot = strings.TrimSpace(strings.TrimSuffix(a.IfNot, ".") + " (" + signed(*a.ExtraUSD) + " a month)")
		}
		out = append(out, line)
	}
	return out
}

func nearMisses(in []verdict.NearMiss) []string {
	var out []string
	for _, n := range in {
		line := n.Sentence
		if line == "" {
			line = n.Name() + ", " + usd(n.MonthlyUSD) + " a month, would fit"
		}
		out = append(out, capital(line))
	}
	return out
}

// priceList says which prices were used.
func priceList(v verdict.Verdict) string {
	region := cmp.Or(v.Catalog.Region, v.Region, "no region")
	dates, kinds := priceDates(v.Options)
	if len(dates) < 2 {
		return fmt.Sprintf("Prices of %s for %s.", cmp.Or(v.Catalog.Prices, "unknown date"), region)
	}
	var parts []string
	for _, date := range dates {
		parts = append(parts, strings.Join(kinds[date], " and ")+" of "+date)
	}
	return fmt.Sprintf("Prices for %s: %s.", region, strings.Join(parts, ", "))
}

// priceDates are the dates of the price lists, oldest first, with the kinds that each prices: a kind's is that of its oldest price.
func priceDates(options []verdict.Option) (dates []string, kinds map[string][]string) {
	oldest := map[string]string{}
	for _, o := range options {
		if o.MonthlyUSD == nil {
			continue
		}
		name := cmp.Or(map[verdict.Kind]string{verdict.ServerlessSplit: "Serverless"}[o.Kind], shortNames[o.Kind])
		for _, l := range o.Cost {
			if l.PriceDate != "" && (oldest[name] == "" || l.PriceDate < oldest[name]) {
				oldest[name] = l.PriceDate
			}
		}
	}
	kinds = map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(oldest)) {
		kinds[oldest[name]] = append(kinds[oldest[name]], name)
	}
	return slices.Sorted(maps.Keys(kinds)), kinds
}

func catalogLine(v verdict.Verdict) string {
	out := fmt.Sprintf("Quotas of %s. %s Sizing profile %s.", cmp.Or(v.Catalog.Quotas, "unknown date"), priceList(v),
		cmp.Or(v.Profile, unknown))
	for _, why := range v.Catalog.OverlayNotUsed {
		out += " Overlay " + v.Catalog.Overlay + " not used: " + why + "."
	}
	if v.Catalog.Overlay != "" && len(v.Catalog.OverlayNotUsed) == 0 {
		out += " With the prices and quotas of the overlay " + v.Catalog.Overlay + "."
	}
	if slices.ContainsFunc(v.Options, negotiated) {
		out += " Some prices are negotiated."
	}
	return out
}

func negotiated(o verdict.Option) bool {
	return slices.ContainsFunc(o.Cost, func(l verdict.CostLine) bool { return l.Negotiated })
}

// methods say how to read the figures.
func methods(verdict.Verdict) []string {
	return []string{
		"Measured: counted by the brokers. Derived: computed exactly from measured or declared figures. " +
			"Estimated: from a sample or a model, within the bounds. Declared: stated by the owner.",
		"Rates are means over the window; p99 and peak are of its one-minute values. MB is 10^6 bytes, MiB is 2^20. A month has 730 hours.",
		"Codes such as S-PRICE name the documents that prices and quotas come from. mskfit catalog lists them with title and date.",
	}
}

// Comparison is one quantity that one source worked out and another measured.
type Comparison struct {
	// Quantity names the topic too, where it is one; the figures carry units, Difference is in percent.
	Quantity, Estimated, Measured, Difference, Verdict string
	// Agrees: the bounds of the two figures overlap.
	Agrees bool
}

func comparisons(in []verdict.Comparison) []Comparison {
	var out []Comparison
	for _, c := range in {
		name, write := quantityWords(c.Quantity)
		if c.Topic != "" {
			name += " of " + c.Topic
		}
		row := Comparison{Quantity: name, Estimated: write(c.Estimated.Value) + " by " + c.Estimated.Source,
			Measured: write(c.Measured.Value) + " by " + c.Measured.Source, Difference: fmt.Sprintf("%+.1f %%", 100*c.Difference),
			Verdict: "agree", Agrees: c.Agrees}
		if !c.Agrees {
			row.Verdict = "disagree: one source misses something"
		}
		out = append(out, row)
	}
	return out
}

// quantityWords are the name and the unit that the workload table has for a quantity of the JSON.
func quantityWords(id string) (string, unit) {
	switch id {
	case verdict.IngressKey:
		return "Ingress", byteRate
	case verdict.EgressKey:
		return "Egress", byteRate
	case "messages_per_second":
		return "Messages", perSecond
	case verdict.RequestsKey:
		return "Requests", perSecond
	case verdict.ConnectionAttemptsKey:
		return "New connections", perSecond
	case "stored_bytes":
		return "Stored (one copy)", byteSize
	}
	return ruleWords(id), count
}

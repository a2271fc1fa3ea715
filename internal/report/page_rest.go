package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

type costRow struct{ Item, Quantity, UnitPrice, Monthly, Note string }

// costRows are the lines of the choice's month.
func costRows(v verdict.Verdict) (rows []costRow, total string) {
	if v.Choice == nil {
		return nil, ""
	}
	o, ok := optionOf(v, *v.Choice)
	if !ok {
		return nil, ""
	}
	for _, l := range o.Cost {
		rows = append(rows, costRow{Item: l.Item, Quantity: strings.TrimSpace(workload.FormatNumber(l.Quantity) + " " + l.Unit),
			UnitPrice: unitPrice(l.UnitPrice), Monthly: usd(l.MonthlyUSD), Note: costNote(l)})
	}
	return rows, usd(v.Choice.MonthlyUSD)
}

// costNote says where the price of a line is from, and what else there is to know: "S-PRICE 2025-04-04, unverified".
func costNote(l verdict.CostLine) string {
	price := strings.TrimSpace(l.Source + " " + l.PriceDate)
	if l.Unverified {
		price += ", unverified"
	}
	if l.Negotiated {
		price += ", negotiated"
	}
	switch "" {
	case price:
		return l.Note
	case l.Note:
		return price
	}
	return price + "; " + l.Note
}

type forecastRow struct{ Rule, Earliest, Expected, Latest, Note string }

func forecastRows(v verdict.Verdict) []forecastRow {
	var out []forecastRow
	for _, f := range v.Forecast {
		out = append(out, forecastRow{Rule: ruleTitle(v, f.Rule), Earliest: day(f.Earliest), Expected: day(f.Expected), Latest: day(f.Latest), Note: f.Note})
	}
	return out
}

// ruleTitle finds the title of a rule among all options.
func ruleTitle(v verdict.Verdict, id string) string {
	for _, o := range v.Options {
		for _, r := range o.Rules {
			if r.ID == id {
				return r.Title
			}
		}
	}
	return ruleWords(id)
}

type splitRow struct{ Name, Ingress, Egress, Partitions, Topics, Groups string }

func splitRows(in []verdict.SplitCluster) []splitRow {
	var out []splitRow
	for i, c := range in {
		out = append(out, splitRow{
			Name:    fmt.Sprintf("Cluster %d", i+1),
			Ingress: byteRate(c.IngressBytesPerSec), Egress: known(c.EgressBytesPerSec, byteRate),
			Partitions: known(float64(c.Partitions), count),
			Topics:     nameList(c.Topics), Groups: nameList(c.Groups),
		})
	}
	return out
}

// known writes a number whose zero stands for absence in the verdict.
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

func profileLines(in []verdict.ProfileView) []string {
	var out []string
	for _, p := range in {
		choice := "no choice"
		if p.Choice != nil {
			choice = choiceName(*p.Choice) + ", " + usd(p.Choice.MonthlyUSD) + " a month"
		}
		line := p.Profile + ": " + choice
		if p.Difference != "" {
			line += ". " + p.Difference
		}
		out = append(out, line)
	}
	return out
}

// legend says what the report rests on and how to read it.
func legend(v verdict.Verdict) []string {
	lines := []string{
		fmt.Sprintf("Quotas of %s, prices of %s for %s, sizing profile %s.", cmp.Or(v.Catalog.Quotas, "unknown date"),
			cmp.Or(v.Catalog.Prices, "unknown date"), cmp.Or(v.Catalog.Region, v.Region, "no region"), cmp.Or(v.Profile, unknown)),
		"measured: counted by the brokers. derived: computed exactly from measured or declared figures. " +
			"estimated: from a sample or a model, within the bounds. declared: stated by the owner.",
		"Rates are means over the window, p99 and peak those of its one-minute values. MB is 10^6 bytes, MiB is 2^20. A month has 730 hours.",
	}
	for _, why := range v.Catalog.OverlayNotUsed {
		lines = append(lines, "Overlay "+v.Catalog.Overlay+": not used: "+why+".")
	}
	if v.Catalog.Overlay != "" && len(v.Catalog.OverlayNotUsed) == 0 {
		lines = append(lines, "With the prices and quotas of the overlay "+v.Catalog.Overlay+".")
	}
	return lines
}

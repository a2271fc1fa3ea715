package review

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// cost is the row of the monthly price: what the verdict stated for its choice, and the list price of what the month used, both
// for 730 hours. Where another cluster was bought, the price of the choice is still what was predicted.
func (c *comparison) cost() verdict.ReviewRow {
	before := c.before
	if choice := c.predicted.Choice; choice != nil && choice.Kind != verdict.ServerlessSplit {
		before = optionFor(c.predicted, *choice)
	}
	r := c.row(Cost, "price a month", "usd", priceOf(before, c.predicted.Workload, false),
		priceOf(c.now, c.seen.Workload, c.volumesKnown()), func() []string { return c.whyCost(before) })
	switch {
	case r.Predicted == nil && c.unpredicted != "":
		r.Missing = c.unpredicted
	case r.Observed == nil && c.unobserved != "":
		r.Missing = c.unobserved
	case r.Predicted == nil || r.Observed == nil:
		r.Missing = "the region has no price for it"
	}
	return r
}

// volumesKnown reports whether the storage of the month is that of volumes, which are billed whatever is on them.
func (c *comparison) volumesKnown() bool {
	m := c.in.Workload.MSK
	return m != nil && verdict.Kind(m.Kind) == verdict.Standard && m.StorageGiBPerBroker > 0
}

// priceOf is the price of an option, as far off as the figures that its lines rest on; nil: unknown. volumes: the size of its
// volumes is known.
func priceOf(o *verdict.Option, w verdict.Figures, volumes bool) *workload.Figure {
	if o == nil || o.MonthlyUSD == nil {
		return nil
	}
	f := workload.Exactly(*o.MonthlyUSD, workload.Derived, "list prices for 730 hours")
	for _, l := range o.Cost {
		of, moves := restsOn(l.Item, w)
		switch {
		case !moves, volumes && l.Item == "storage":
		case of == nil:
			f.Method, f.Low, f.High = workload.Estimated, f.Low-l.MonthlyUSD, math.Inf(1)
			f.Source += ", with an assumption for " + l.Item
		case of.Value > 0:
			f.Low -= l.MonthlyUSD * (1 - of.Low/of.Value)
			f.High += l.MonthlyUSD * (of.High/of.Value - 1)
			if f.Method.Better(of.Method) {
				f.Method = of.Method
			}
		}
	}
	return &f
}

// restsOn is the figure that a line of a bill grows with; false for a line that grows with none.
func restsOn(item string, w verdict.Figures) (*workload.Figure, bool) {
	switch {
	case item == "data in" || strings.HasSuffix(item, "producers"):
		return meanOf(w.IngressBytesPerSec), true
	case item == "data out" || strings.HasSuffix(item, "consumers"):
		return meanOf(w.EgressBytesPerSec), true
	case item == "partition-hours":
		return w.Partitions, true
	case item == "storage" || item == "tiered storage":
		return w.StoredBytes, true
	}
	return nil, false
}

// mostLines is how many lines of a bill explain its difference.
const mostLines = 3

// whyCost names the lines of the bill that differ most.
func (c *comparison) whyCost(before *verdict.Option) []string {
	if before == nil || c.now == nil {
		return nil
	}
	var out []string
	if before.Kind != c.now.Kind || before.Size != c.now.Size || before.Brokers != c.now.Brokers {
		out = append(out, fmt.Sprintf("the cluster is %s, the verdict priced %s", nameOf(c.now), nameOf(before)))
	}
	type part struct {
		usd  float64
		text string
	}
	var parts []part
	for _, item := range items(before.Cost, c.now.Cost) {
		was, is := lineOf(before.Cost, item), lineOf(c.now.Cost, item)
		if change := is.MonthlyUSD - was.MonthlyUSD; math.Abs(change) >= 0.01 {
			parts = append(parts, part{change, lineWords(item, was, is, change)})
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(math.Abs(b.usd), math.Abs(a.usd)) })
	for _, p := range parts[:min(len(parts), mostLines)] {
		out = append(out, p.text)
	}
	return out
}

func nameOf(o *verdict.Option) string {
	return verdict.Choice{Kind: o.Kind, Size: o.Size, Brokers: o.Brokers, Clusters: o.Clusters,
		TieredStorage: o.TieredStorage}.Name()
}

// items are the names of the lines of both bills, each once.
func items(bills ...[]verdict.CostLine) []string {
	var out []string
	for _, bill := range bills {
		for _, l := range bill {
			if !slices.Contains(out, l.Item) {
				out = append(out, l.Item)
			}
		}
	}
	return out
}

// lineOf is the line of an item; a line of nothing where the bill has none.
func lineOf(bill []verdict.CostLine, item string) verdict.CostLine {
	for _, l := range bill {
		if l.Item == item {
			return l
		}
	}
	return verdict.CostLine{Item: item}
}

func lineWords(item string, was, is verdict.CostLine, change float64) string {
	usd := workload.FormatUSD(math.Abs(change))
	if change < 0 {
		usd = "−" + usd
	} else {
		usd = "+" + usd
	}
	number := workload.FormatNumber
	switch {
	case was.Unit == "":
		return fmt.Sprintf("%s: %s, the verdict had no such line", item, usd)
	case is.Unit == "":
		return fmt.Sprintf("%s: %s, the month has no such line", item, usd)
	case was.UnitPrice != is.UnitPrice && math.Abs(was.Quantity/is.Quantity-1) < 0.01:
		return fmt.Sprintf("%s: %s, because its price is $%g and was $%g", item, usd, is.UnitPrice, was.UnitPrice)
	case was.UnitPrice != is.UnitPrice:
		return fmt.Sprintf("%s: %s, %s %s at $%g instead of %s at $%g", item, usd, number(is.Quantity), is.Unit, is.UnitPrice,
			number(was.Quantity), was.UnitPrice)
	}
	return fmt.Sprintf("%s: %s, %s %s instead of %s", item, usd, number(is.Quantity), is.Unit, number(was.Quantity))
}

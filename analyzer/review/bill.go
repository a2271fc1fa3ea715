package review

import (
	"fmt"
	"math"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Billed is the quantity of the row with the bill.
const Billed = "billed_usd"

// Bill is what AWS billed for one calendar month.
type Bill struct {
	// USD is the sum of the month's days; nil: unknown, and Problem says why.
	USD     *float64
	Problem string
	// Days is for how many days of the month there is a cost. A running cluster costs something every day.
	Days int
	// Estimated: AWS may still correct it.
	Estimated bool
}

// WithBill returns the month with a row for the bill, beside the price that the verdict predicted for as many hours.
func WithBill(m verdict.ReviewMonth, predicted verdict.Verdict, b Bill) verdict.ReviewMonth {
	r := verdict.ReviewRow{Quantity: Billed, Title: "billed by AWS in the month", Unit: "usd",
		Predicted: predictedBill(predicted, m.Window)}
	switch {
	case !WholeMonth(m.Window):
		r.Missing = "bills are compared for whole months"
	case b.USD == nil:
		r.Missing = b.Problem
	default:
		observed := b.figure(m.Window)
		c := &comparison{}
		r = c.row(r.Quantity, r.Title, r.Unit, r.Predicted, &observed, func() []string { return nil })
		r.Why = whyBill(m, b, observed)
		switch {
		case r.Predicted == nil:
			r.Missing = "the verdict predicted no price for one cluster"
		case !observed.Bounded(): // a floor says nothing of how far off the prediction was
			r.Difference, r.Certain = nil, observed.Low > r.Predicted.High
		}
	}
	m.Rows = append(m.Rows[:len(m.Rows):len(m.Rows)], r)
	return m
}

// figure is a floor where days are missing.
func (b Bill) figure(w workload.Window) workload.Figure {
	const source = "AWS Cost Explorer: unblended cost without credits, refunds and tax"
	if b.Days < daysOf(w) {
		return workload.AtLeast(*b.USD, workload.Measured, source)
	}
	return workload.Exactly(*b.USD, workload.Measured, source)
}

func daysOf(w workload.Window) int { return int(math.Round(w.Duration().Hours() / 24)) }

// predictedBill is what the verdict predicted for the whole calendar month in which the window begins.
func predictedBill(predicted verdict.Verdict, w workload.Window) *workload.Figure {
	choice := predicted.Choice
	if choice == nil || choice.Kind == verdict.ServerlessSplit {
		return nil
	}
	start := monthOf(w.Start)
	return billPrice(optionFor(predicted, *choice), predicted.Workload, false,
		workload.Window{Start: start, End: start.AddDate(0, 1, 0)})
}

// whyBill holds the bill against the list price of what the month used.
func whyBill(m verdict.ReviewMonth, b Bill, billed workload.Figure) []string {
	var out []string
	if n := daysOf(m.Window); b.Days < n {
		out = append(out, fmt.Sprintf("AWS lists a cost for %d of %d days, so the bill is a floor: was the cost allocation tag activated later?", b.Days, n))
	}
	out = append(out, againstList(m.ListPrice, billed))
	if b.Estimated {
		out = append(out, "an estimate: AWS may still correct it")
	}
	return out
}

func againstList(list *workload.Figure, billed workload.Figure) string {
	if list == nil || list.Value <= 0 {
		return "the list price of what the month used is unknown"
	}
	line := fmt.Sprintf("list price of what the month used, without traffic between zones: %s", workload.FormatUSD(list.Value))
	if !billed.Bounded() {
		return line
	}
	difference := billed.Value/list.Value - 1
	switch {
	case math.Abs(difference) < 0.005:
		line += "; the bill is the same"
	case difference < 0:
		line += fmt.Sprintf("; the bill is %s below it", workload.FormatPercent(-difference))
	default:
		line += fmt.Sprintf("; the bill is %s above it", workload.FormatPercent(difference))
	}
	switch {
	case math.Abs(difference) < notable:
	case billed.Value < list.Low:
		line += ": a discount, or lower prices than the catalog has"
	case billed.Value > list.High:
		line += ": use that mskfit does not see, or higher prices than the catalog has"
	}
	return line
}

// billPrice is the part of an option's list price that AWS bills as MSK, for the hours of the window; nil: unknown. What is
// billed by the month (GiB-months) costs a whole month in each calendar month, what is billed by hours and bytes grows with its
// hours.
func billPrice(o *verdict.Option, w verdict.Figures, volumes bool, window workload.Window) *workload.Figure {
	if o == nil || o.MonthlyUSD == nil {
		return nil
	}
	part := *o
	part.Cost = nil
	hours, total := window.Duration().Hours()/hoursPerMonth, 0.0
	for _, l := range o.Cost {
		if strings.HasPrefix(l.Item, "cross-AZ transfer") {
			continue
		}
		if !strings.HasSuffix(l.Unit, "-months") {
			l.MonthlyUSD *= hours
		}
		part.Cost = append(part.Cost, l)
		total += l.MonthlyUSD
	}
	part.MonthlyUSD = &total
	f := priceOf(&part, w, volumes)
	f.Source = "list prices for the hours of the month"
	return f
}

// hoursPerMonth is what list prices of a month are for (catalog: hours_per_month of every profile).
const hoursPerMonth = 730

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

// summary says how far off the prediction was in one month: the price, the bill, the largest other difference with its first
// reason, and what could not be compared.
func summary(m *verdict.ReviewMonth) []string {
	when := m.Window.Start.Format("January 2006")
	if !m.Whole {
		when += " so far"
	}
	var out []string
	if price := m.Row(Cost); price != nil && price.Difference != nil {
		line := fmt.Sprintf("%s: %s a month at list price, %s", when, workload.FormatUSD(price.Observed.Value), relation(*price))
		if Notable(*price) && !price.Certain {
			line += "; the difference is within the error of the figures"
		}
		out = append(out, line)
	}
	if bill := m.Row(Billed); bill != nil && m.Whole {
		out = append(out, billLine(*bill))
	}
	rows := slices.DeleteFunc(slices.Clone(m.Rows), func(r verdict.ReviewRow) bool {
		return r.Quantity == Cost || r.Quantity == Billed || !Notable(r) || !r.Certain
	})
	slices.SortStableFunc(rows, func(a, b verdict.ReviewRow) int {
		return cmp.Or(cmp.Compare(unitRank(a), unitRank(b)), cmp.Compare(size(b), size(a)))
	})
	switch {
	case len(rows) > 0:
		r := rows[0]
		what := r.Title
		if r.Unit == "ratio" {
			what = "the use of the limit on " + what
		}
		line := fmt.Sprintf("the largest difference is %s: %s, %s", what, amount(r.Observed, r.Unit), relation(r))
		if len(r.Why) > 0 {
			line += "; " + r.Why[0]
		}
		out = append(out, line)
	case len(out) > 0:
		out = append(out, fmt.Sprintf("everything else that could be compared is within %s of the prediction, or within the error of the figures", workload.FormatPercent(notable)))
	}
	missing := 0
	for _, r := range m.Rows {
		if r.Difference == nil && r.Missing != "" && r.Quantity != Billed {
			missing++
		}
	}
	if missing > 0 {
		out = append(out, fmt.Sprintf("%d of %d quantities could not be compared", missing, comparable(m.Rows)))
	}
	return out
}

// billLine is the sentence on the bill.
func billLine(r verdict.ReviewRow) string {
	if r.Observed == nil {
		return "the bill is unknown: " + r.Missing
	}
	atLeast := ""
	if !r.Observed.Bounded() {
		atLeast = "at least "
	}
	line := fmt.Sprintf("AWS billed %s%s for MSK", atLeast, workload.FormatUSD(r.Observed.Value))
	if r.Predicted != nil {
		line += ", " + relation(r)
	}
	return line + "; " + strings.Join(r.Why, "; ")
}

// comparable is how many rows there are besides the bill.
func comparable(rows []verdict.ReviewRow) (n int) {
	for _, r := range rows {
		if r.Quantity != Billed {
			n++
		}
	}
	return n
}

// unitRank puts what flows and what is kept before the use of limits, which follows from it.
func unitRank(r verdict.ReviewRow) int {
	if r.Unit == "ratio" {
		return 1
	}
	return 0
}

// size is the difference of a row without its sign; +Inf where 0 was predicted.
func size(r verdict.ReviewRow) float64 {
	if r.Difference == nil {
		return math.Inf(1)
	}
	return math.Abs(*r.Difference)
}

// relation compares the figures of a row in words: "21 % above the predicted $1,311.00".
func relation(r verdict.ReviewRow) string {
	if r.Difference == nil {
		return "predicted was " + amount(r.Predicted, r.Unit)
	}
	d := *r.Difference
	switch {
	case math.Abs(d) < 0.005:
		return "as predicted"
	case d < 0:
		return fmt.Sprintf("%s below the predicted %s", workload.FormatPercent(-d), amount(r.Predicted, r.Unit))
	}
	return fmt.Sprintf("%s above the predicted %s", workload.FormatPercent(d), amount(r.Predicted, r.Unit))
}

// amount writes a figure in the unit of its row.
func amount(f *workload.Figure, unit string) string {
	switch unit {
	case "ratio":
		return workload.FormatPercent(f.Value)
	case "usd":
		return workload.FormatUSD(f.Value)
	}
	return verdict.Amount(f.Value, unit)
}

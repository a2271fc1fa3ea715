package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Review compares a migrated cluster with what was predicted for it.
type Review struct {
	// Intro says what is compared with what; Problem, in its place, why nothing is.
	Intro, Problem string
	// Summary are sentences on the month that says most about the prediction.
	Summary []string
	// Months are the titles of the columns, oldest first; Earlier says how many are left out.
	Months []string
	// Earlier says how many months are left out; empty: none.
	Earlier string
	// Rows are traffic and price; Limits what the months use of each limit, the fullest first, and MoreLimits how many are left
	// out.
	Rows, Limits []ReviewRow
	// MoreLimits says how many limits are left out; empty: none.
	MoreLimits string
	// Why explains the differences of the months shown, newest month first.
	Why []string
	// Notes say what limits the comparison.
	Notes []string
}

// ReviewRow is one quantity: what was predicted, and what each month had.
type ReviewRow struct {
	// Name is the quantity's; Predicted carries its unit.
	Name, Predicted string
	// Cells has an entry for each of Review.Months.
	Cells []ReviewCell
}

// ReviewCell is one month of a row. Off marks a difference that is explained under Why.
type ReviewCell struct {
	// Observed carries its unit; Difference is in percent and empty where it is not known.
	Observed, Difference string
	// Off: the difference is no error of measurement and at least 10 %.
	Off bool
}

// Text is the whole cell: "14 MB/s, +40 %".
func (c ReviewCell) Text() string {
	if c.Difference == "" {
		return c.Observed
	}
	return c.Observed + ", " + c.Difference
}

const (
	// shownMonths is a quarter: more columns do not fit a page. JSON and CSV have all.
	shownMonths = 3
	// shownUse is the use of a limit from which it is shown.
	shownUse = 0.05
	// offFrom is the difference from which a cell is marked, as in the explanations.
	offFrom = 0.10
)

// billed is the quantity of the row with the AWS bill. One that is unknown, or a floor, says why.
const billed = "billed_usd"

func review(v verdict.Verdict, zone *time.Location) *Review {
	r := v.Review
	if r == nil {
		return nil
	}
	out := &Review{}
	if r.Problem != "" {
		out.Problem = sentenceOf(r.Problem)
		return out
	}
	out.Intro = intro(r, zone)
	for _, s := range r.Summary {
		out.Summary = append(out.Summary, sentenceOf(s))
	}
	months := r.Months[max(len(r.Months)-shownMonths, 0):]
	if n := len(r.Months) - len(months); n > 0 {
		out.Earlier = counted(n, "earlier month") + ": see JSON and CSV."
	}
	for _, m := range months {
		title := m.Window.Start.Format("Jan 2006")
		if !m.Whole {
			title += " (part)"
		}
		out.Months = append(out.Months, title)
	}
	out.Rows, out.Limits, out.MoreLimits = reviewRows(months)
	out.Why = reviewWhy(months)
	for _, n := range r.Notes {
		out.Notes = append(out.Notes, sentenceOf(n))
	}
	for _, m := range months {
		if len(m.Partly) > 0 {
			out.Notes = append(out.Notes, sentenceOf(m.Window.Start.Format("January 2006")+": "+strings.Join(m.Partly, "; ")))
		}
	}
	return out
}

func sentenceOf(s string) string { return capital(strings.TrimSuffix(s, ".")) + "." }

func intro(r *verdict.Review, zone *time.Location) string {
	out := fmt.Sprintf("Predicted by the verdict on %s of %s", r.From, Timestamp(r.PredictedAt, zone))
	if r.Predicted == nil {
		return out + ", which was undecided."
	}
	out += fmt.Sprintf(": %s at %s a month.", r.Predicted.Name(), usd(r.Predicted.MonthlyUSD))
	if r.Cluster != nil && !r.ClusterAssumed {
		out += " Here: " + r.Cluster.Name() + "."
	}
	return out + " Rates are means of the month; the use of a limit is at the statistic that sizing uses; a price is the list price of 730 hours of what was used."
}

// reviewRows lays the months side by side.
func reviewRows(months []verdict.ReviewMonth) (rows, limits []ReviewRow, more string) {
	fullest := map[string]float64{}
	var ids []string
	sample := map[string]verdict.ReviewRow{}
	for _, m := range slices.Backward(months) {
		for _, r := range m.Rows {
			if _, there := sample[r.Quantity]; !there {
				ids = append(ids, r.Quantity)
				sample[r.Quantity] = r
			}
			for _, f := range []*workload.Figure{r.Predicted, r.Observed} {
				if f != nil {
					fullest[r.Quantity] = max(fullest[r.Quantity], f.Value)
				}
			}
		}
	}
	left := 0
	var shown []string
	for _, id := range ids {
		switch {
		case sample[id].Unit != "ratio":
			rows = append(rows, reviewRow(sample[id], months))
		case fullest[id] < shownUse:
			left++
		default:
			shown = append(shown, id)
		}
	}
	slices.SortStableFunc(shown, func(a, b string) int { return compareDescending(fullest[a], fullest[b]) })
	for _, id := range shown {
		limits = append(limits, reviewRow(sample[id], months))
	}
	if left > 0 {
		more = fmt.Sprintf("%s under %s on both sides: see JSON and CSV.", isUsed(left), percent(shownUse))
	}
	return rows, limits, more
}

func isUsed(n int) string {
	if n == 1 {
		return "1 more limit is used"
	}
	return counted(n, "more limit") + " are used"
}

func compareDescending(a, b float64) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

func reviewRow(like verdict.ReviewRow, months []verdict.ReviewMonth) ReviewRow {
	write := reviewUnit(like.Unit)
	out := ReviewRow{Name: capital(like.Title), Predicted: value(like.Predicted, write)}
	for i := range months {
		r := months[i].Row(like.Quantity)
		if r == nil {
			out.Cells = append(out.Cells, ReviewCell{Observed: none})
			continue
		}
		c := ReviewCell{Observed: value(r.Observed, write)}
		if r.Difference != nil {
			c.Difference = signedPercent(*r.Difference)
			c.Off = r.Certain && (*r.Difference >= offFrom || *r.Difference <= -offFrom)
		}
		out.Cells = append(out.Cells, c)
	}
	return out
}

func reviewUnit(name string) unit {
	switch name {
	case "ratio":
		return percent
	case "usd":
		return func(v float64) string { return wholeUSD(&v) }
	case "partitions":
		return count
	case "bytes": // a mean over a month is no round binary size
		return workload.FormatBytes
	}
	if write, ok := units[name]; ok {
		return write
	}
	return count // of a unit that this version does not know
}

// reviewWhy explains the differences month by month, the newest first; what explains two months in the same words is said once.
func reviewWhy(months []verdict.ReviewMonth) []string {
	var out []string
	for _, m := range slices.Backward(months) {
		for _, r := range m.Rows {
			if r.Quantity == billed && r.Difference == nil && m.Whole {
				out = append(out, fmt.Sprintf("%s, %s: %s.", m.Window.Start.Format("January"), lower(r.Title),
					cmp.Or(strings.Join(r.Why, "; "), r.Missing)))
			}
			if len(r.Why) == 0 || r.Difference == nil {
				continue
			}
			name := capital(r.Title)
			if r.Unit == "ratio" {
				name = "Limit on " + r.Title
			}
			out = append(out, fmt.Sprintf("%s, %s %s: %s.", m.Window.Start.Format("January"), lower(name),
				signedPercent(*r.Difference), strings.Join(r.Why, "; ")))
		}
	}
	return out
}

package view

import (
	"slices"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// A bill that is unknown or a floor shows no difference, and says why under the table.
func TestReviewOfABillThatIsNotKnown(t *testing.T) {
	july := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	month := func(start time.Time, r verdict.ReviewRow) verdict.ReviewMonth {
		r.Quantity, r.Title, r.Unit = "billed_usd", "billed by AWS in the month", "usd"
		r.Predicted = workload.Exactly(1500, workload.Derived, "test").Ptr()
		return verdict.ReviewMonth{Window: workload.Window{Start: start, End: start.AddDate(0, 1, 0)}, Coverage: 1, Whole: true,
			Rows: []verdict.ReviewRow{r}}
	}
	v := verdict.Verdict{Review: &verdict.Review{From: "orders-old", Months: []verdict.ReviewMonth{
		month(july, verdict.ReviewRow{Observed: workload.AtLeast(850, workload.Measured, "test").Ptr(),
			Why: []string{"AWS lists a cost for 17 of 31 days"}}),
		month(july.AddDate(0, 1, 0), verdict.ReviewRow{Missing: "ce:GetCostAndUsage us-east-1: access denied"}),
	}}}
	r := review(v, time.UTC)
	want := []string{"August, billed by AWS in the month: ce:GetCostAndUsage us-east-1: access denied.",
		"July, billed by AWS in the month: AWS lists a cost for 17 of 31 days."}
	if !slices.Equal(r.Why, want) {
		t.Errorf("why %q, want %q", r.Why, want)
	}
	if got := r.Rows[0]; got.Name != "Billed by AWS in the month" || got.Predicted != "$1,500" || got.Cells[0].Text() != "≥ $850" ||
		got.Cells[1].Text() != "unknown" {
		t.Errorf("row %+v", got)
	}
}

package migrated

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/bill"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// aws is a bill: dollars a day from a day on, estimated from another one on.
type aws struct {
	usd              float64
	from, estimated  time.Time
	err              error
	asked            []workload.Window
	perQuestionPages int
}

func (a *aws) Days(_ context.Context, w workload.Window, requested func()) ([]bill.Day, error) {
	a.asked = append(a.asked, w)
	for range max(a.perQuestionPages, 1) {
		requested()
	}
	if a.err != nil {
		return nil, a.err
	}
	var out []bill.Day
	for at := w.Start; at.Before(w.End); at = at.AddDate(0, 0, 1) {
		d := bill.Day{At: at, Estimated: !at.Before(a.estimated)}
		if !at.Before(a.from) {
			d.USD = a.usd
		}
		out = append(out, d)
	}
	return out, nil
}

// billed lets a cluster run from the middle of June to the time, with the bill.
func billed(t *testing.T, a *aws, until time.Time) (*company, Migration) {
	t.Helper()
	c := newCompany(t, at(6, 1))
	c.live("orders-old", at(6, 15), 1.5, before, nil)
	c.decide("orders-old")
	c.live("orders", until, 1.5, before, &workload.MSKCluster{Kind: "serverless", Name: "orders", Region: "us-east-1"})
	c.Bills = func(context.Context, bill.Config, string) (Bills, error) { return a, nil }
	from, err := Parse("orders-old")
	if err != nil {
		t.Fatal(err)
	}
	return c, Migration{From: from, Region: "us-east-1", Bill: &bill.Config{TagKey: "cluster", TagValue: "orders"}}
}

func row(t *testing.T, r *verdict.Review, month int) verdict.ReviewRow {
	t.Helper()
	if row := r.Months[month].Row("billed_usd"); row != nil {
		return *row
	}
	t.Fatalf("month %d has no bill", month)
	return verdict.ReviewRow{}
}

func (c *company) spentUSD() (usd float64) {
	c.BillCosts(func(_ string, v float64) { usd += v })
	return usd
}

// A bill is asked for once a day while it is not final, for whole months that are over, and each request is counted.
func TestABillIsAskedForOnceADayUntilItIsFinal(t *testing.T) {
	a := &aws{usd: 50, from: at(6, 1), estimated: at(7, 20), perQuestionPages: 2}
	c, m := billed(t, a, at(7, 31))
	c.reviewed("orders", m)
	if len(a.asked) != 0 {
		t.Fatalf("asked for %v while no whole month is over", a.asked)
	}
	c.live("orders", at(8, 2), 1.5, before, nil)
	july := workload.Window{Start: at(7, 1), End: at(8, 1)}
	for _, later := range []time.Duration{0, time.Hour, 23 * time.Hour, 24 * time.Hour, 25 * time.Hour} {
		c.now = at(8, 2).Add(later)
		c.reviewed("orders", m)
	}
	if !slices.Equal(a.asked, []workload.Window{july, july}) || c.spentUSD() != 0.04 {
		t.Fatalf("asked for %v at $%g, want July twice in 25 hours, with two pages each", a.asked, c.spentUSD())
	}
	if r := row(t, c.reviewed("orders", m), 1); r.Observed.Value != 31*50 ||
		!slices.Contains(r.Why, "an estimate: AWS may still correct it") {
		t.Errorf("an estimated July: %+v", r)
	}
	a.estimated = at(8, 1)
	c.now = at(8, 5)
	r := c.reviewed("orders", m)
	if got := row(t, r, 1); len(a.asked) != 3 || got.Observed == nil || got.Observed.Value != 31*50 ||
		slices.Contains(got.Why, "an estimate: AWS may still correct it") {
		t.Fatalf("July, final: %+v", got)
	}
	for _, day := range []int{6, 7, 26} {
		c.now = at(8, day)
		c.reviewed("orders", m)
	}
	again := &Reviewer{History: c.History, Ledger: c.Ledger, Keep: true, Now: c.Now, Bills: c.Bills} // after a restart
	if _, err := again.Review(context.WithoutCancel(t.Context()), "orders", m, c.input("orders")); err != nil || len(a.asked) != 3 {
		t.Errorf("asked %d times after July was final, error %v", len(a.asked)-3, err)
	}
	reads := &Reviewer{History: c.History, Ledger: c.Ledger, Now: c.Now}
	shown, err := reads.Review(context.WithoutCancel(t.Context()), "orders", m, c.input("orders"))
	if err != nil || row(t, shown, 1).Observed == nil || row(t, shown, 1).Observed.Value != 31*50 {
		t.Errorf("a report does not show the kept bill: error %v", err)
	}
	if got := row(t, r, 0); got.Observed != nil || got.Missing != "bills are compared for whole months" {
		t.Errorf("June, in which the cluster ran only a part: %+v", got)
	}
	c.now = at(9, 1)
	if c.spentUSD() != 0 {
		t.Errorf("requests of August cost $%g in September", c.spentUSD())
	}
}

// The bill is held against the list price for the hours of the month. July has 744 hours; list prices count 730.
func TestABillIsComparedWithPredictionAndListPrice(t *testing.T) {
	a := &aws{usd: 45, from: at(6, 1), estimated: at(9, 1)}
	c, m := billed(t, a, at(8, 3))
	r := c.reviewed("orders", m)
	price, got := r.Months[1].Row("monthly_usd"), row(t, r, 1)
	storage := 0.0
	for _, l := range c.decided(t).Cost {
		if l.Item == "storage" {
			storage = l.MonthlyUSD
		}
	}
	want := (price.Predicted.Value-storage)*744/730 + storage
	if !near(got.Predicted.Value/want, 1) || !near(r.Months[1].ListPrice.Value/want, 1) {
		t.Errorf("predicted %g, list price %g, want %g for 744 hours (%g for 730)", got.Predicted.Value,
			r.Months[1].ListPrice.Value, want, price.Predicted.Value)
	}
	if got.Observed.Value != 45*31 || !got.Certain || *got.Difference > -0.1 {
		t.Errorf("bill %+v", got)
	}
	if why := strings.Join(got.Why, "; "); !strings.Contains(why,
		"list price of what the month used, without traffic between zones: $") ||
		!strings.HasSuffix(why, "below it: a discount, or lower prices than the catalog has") {
		t.Errorf("why %q", why)
	}
	if august := row(t, r, 2); august.Predicted == nil || !near(august.Predicted.Value/got.Predicted.Value, 1) ||
		august.Missing == "" {
		t.Errorf("August, which is not over, predicts %+v", august) // as many days as July, whatever has passed of it
	}
	if !strings.HasPrefix(r.Summary[1], "AWS billed $1,395.00 for MSK, ") {
		t.Errorf("summary %q", r.Summary)
	}
}

// decided is the option that the verdict chose.
func (c *company) decided(t *testing.T) *verdict.Option {
	t.Helper()
	v, found, err := c.ledger.DecidedBy(t.Context(), "orders-old", at(7, 1))
	if err != nil || !found {
		t.Fatalf("no verdict: %v", err)
	}
	for i := range v.Options {
		if v.Options[i].Kind == v.Choice.Kind {
			return &v.Options[i]
		}
	}
	t.Fatal("the choice is no option")
	return nil
}

// Unknown is not zero: a refusal, a filter that matches nothing and a tag that came late.
func TestAnUnknownBillIsNoBillOfZero(t *testing.T) {
	for name, c := range map[string]struct {
		bill          aws
		missing, why  string
		summary       string
		observed, min bool
	}{
		"refused": {bill: aws{err: errors.New("ce:GetCostAndUsage us-east-1: access denied")},
			missing: "ce:GetCostAndUsage us-east-1: access denied (asked on 2026-08-03 00:00 UTC, once a day)",
			summary: "the bill is unknown: ce:GetCostAndUsage"},
		"no such tag": {bill: aws{usd: 0}, missing: "Cost Explorer lists no cost for MSK in us-east-1 with tag cluster=orders in the month: check cost_explorer, and that the tag was active as a cost allocation tag then",
			summary: "the bill is unknown: Cost Explorer lists no cost"},
		"late tag": {bill: aws{usd: 50, from: at(7, 15)}, observed: true, min: true, summary: "AWS billed at least $850.00 for MSK",
			why: "AWS lists a cost for 17 of 31 days, so the bill is a floor: was the cost allocation tag activated later?"},
	} {
		t.Run(name, func(t *testing.T) {
			c.bill.estimated = at(9, 1)
			company, m := billed(t, &c.bill, at(8, 3))
			r := company.reviewed("orders", m)
			got := row(t, r, 1)
			if (got.Observed != nil) != c.observed || got.Missing != c.missing || c.why != "" && !slices.Contains(got.Why, c.why) {
				t.Errorf("bill %+v\nmissing %q\nwhy %q", got.Observed, got.Missing, got.Why)
			}
			if c.min && (got.Observed.Bounded() || got.Certain || got.Difference != nil) {
				t.Errorf("a floor is taken for the bill: %+v", got)
			}
			if len(r.Summary) < 2 || !strings.HasPrefix(r.Summary[1], c.summary) {
				t.Errorf("summary %q, want %q second", r.Summary, c.summary)
			}
			if price := r.Months[1].Row("monthly_usd"); price.Observed == nil {
				t.Error("without a bill there is no list price either")
			}
		})
	}
}

package verdict

import (
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Review compares what a verdict predicted for a cluster that was then migrated with what was observed afterwards, month by month.
type Review struct {
	// From is the cluster that the verdict is about, and PredictedAt when it was made; zero while there is none.
	From        string    `json:"from"`
	PredictedAt time.Time `json:"predicted_at,omitzero"`
	// Predicted is the choice of that verdict; nil: it was undecided, or there is none.
	Predicted *Choice `json:"predicted,omitempty"`
	// Cluster is what the months are held against: the cluster that is there, or, with ClusterAssumed, the choice of the verdict,
	// because no source says what is there. Nil: neither is known.
	Cluster *Choice `json:"cluster,omitempty"`
	// ClusterAssumed: Cluster is what the verdict chose, not what a source found.
	ClusterAssumed bool `json:"cluster_assumed,omitempty"`
	// Problem says why nothing can be compared and what to do; empty: it can.
	Problem string `json:"problem,omitempty"`
	// Summary says in sentences how far off the prediction was in the month of [Review.Judged], the price first.
	Summary []string `json:"summary,omitempty"`
	// Notes say what limits the comparison as a whole.
	Notes []string `json:"notes,omitempty"`
	// Months are in order of time; the last one may not be over.
	Months []ReviewMonth `json:"months"`
}

// ReviewMonth is one calendar month (UTC) of a [Review], or the part of it since the cluster's first data or until now.
type ReviewMonth struct {
	// Window is the month, cut to the time since the cluster's first data and until now.
	Window workload.Window `json:"window"`
	// Coverage is the share of the window's minutes with data, 0–1.
	Coverage float64 `json:"coverage"`
	// Whole: the window is the whole month and nearly all of its minutes have data. Partly says what is missing otherwise;
	// rates and prices are then those of the minutes with data, and the rest is unknown.
	Whole bool `json:"whole"`
	// Partly says what is missing of the month; empty for a whole one.
	Partly []string `json:"partly,omitempty"`
	// Rows are ingress, egress, partitions, storage, the use of each limit, the monthly price and, where it is asked for, the bill.
	Rows []ReviewRow `json:"rows"`
	// ListPrice is the part of the list price, in US dollars for the hours of the window, that AWS bills as MSK: without
	// traffic between zones, which it bills as EC2. Nil: unknown.
	ListPrice *workload.Figure `json:"list_price_usd,omitempty"`
}

// Row finds the row of a quantity; nil when there is none.
func (m *ReviewMonth) Row(quantity string) *ReviewRow {
	for i := range m.Rows {
		if m.Rows[i].Quantity == quantity {
			return &m.Rows[i]
		}
	}
	return nil
}

// ReviewRow is one quantity of a month.
type ReviewRow struct {
	// Quantity is a key of the verdict's workload ("ingress_bytes_per_second"), the id of a rule for the use of its limit
	// ("serverless.ingress_per_cluster"), "monthly_usd" or "billed_usd".
	Quantity string `json:"quantity"`
	// Title is what the report calls the quantity.
	Title string `json:"title"`
	// Unit is "bytes/s", "bytes", "partitions", "ratio" (use of a limit, 1: all of it) or "usd": of monthly_usd for 730 hours
	// at list price, of billed_usd for the hours of the month.
	Unit string `json:"unit"`
	// Predicted and Observed carry method, source and bounds; nil: unknown, and Missing says why.
	Predicted *workload.Figure `json:"predicted"`
	Observed  *workload.Figure `json:"observed"`
	// Difference is observed ÷ predicted − 1, and 0 where both are 0; nil where either is unknown, or 0 was predicted and more
	// observed.
	Difference *float64 `json:"difference,omitempty"`
	// Certain: the bounds of the two figures do not overlap, so that the difference is no error of measurement.
	Certain bool `json:"certain"`
	// Missing says why Predicted or Observed is nil; empty when both are known.
	Missing string `json:"missing,omitempty"`
	// Why are sentences on what makes the difference, the largest part first; empty for a small one.
	Why []string `json:"why,omitempty"`
}

// Judged is the month that says most about the prediction: the newest whole one, else the newest; nil without months.
func (r *Review) Judged() *ReviewMonth {
	if r == nil || len(r.Months) == 0 {
		return nil
	}
	for i := len(r.Months) - 1; i >= 0; i-- {
		if r.Months[i].Whole {
			return &r.Months[i]
		}
	}
	return &r.Months[len(r.Months)-1]
}

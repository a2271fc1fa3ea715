package web

import (
	"context"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
)

// PastAlert is the record of one alert from its raise to its end.
type PastAlert struct {
	Cluster, Key, Title string
	// Level and Utilization are the highest that were reported; Utilization is nil without a number.
	Level       drift.Level
	Utilization *float64
	// Reason is that of the last raise, Ended why it ended.
	Reason, Ended string
	RaisedAt      time.Time
	// ResolvedAt is zero while the alert is open. A changed choice is over as it is raised.
	ResolvedAt time.Time
}

// AlertQuery selects alerts: of one cluster (empty: all), those that are open or are not (nil: both), without those that ended before
// Since (zero: all).
type AlertQuery struct {
	Cluster       string
	Open          *bool
	Since         time.Time
	Offset, Limit int
}

// AlertHistory lists alerts, the latest raise first, and how many there are in all.
type AlertHistory interface {
	Alerts(ctx context.Context, q AlertQuery) (list []PastAlert, total int, err error)
}

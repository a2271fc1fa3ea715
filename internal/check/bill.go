package check

import (
	"context"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/internal/bill"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/workload"
)

// billedDays is how many days of the bill are tried: a tag that was activated yesterday shows by then.
const billedDays = 7

// bill asks Cost Explorer for the last days of a cluster's bill. That is one request.
func (c *checker) bill(ctx context.Context, cluster config.Cluster) Result {
	part, what, cfg := "cluster "+cluster.Name, "cost_explorer: bill", *cluster.CostExplorer
	end := c.now().UTC().Truncate(24 * time.Hour)
	total, with := 0.0, 0
	bills, err := c.access.Bills(ctx, cfg, cluster.Region)
	if err == nil {
		days, asked := bills.Days(ctx, workload.Window{Start: end.AddDate(0, 0, -billedDays), End: end}, func() {})
		for _, d := range days {
			total += d.USD
			if d.USD > 0 {
				with++
			}
		}
		err = asked
	}
	filter := cfg.Filter(cluster.Region)
	if err == nil && with == 0 {
		return Result{Part: part, What: what, State: Missing,
			Detail: fmt.Sprintf("no cost in the last %d days for %s: the bill stays unknown", billedDays, filter),
			Fix:    "check the tag on the cluster, and activate it as a cost allocation tag in the Billing console; it takes up to 24 hours to show"}
	}
	return withStatement(Outcome(part, what, fmt.Sprintf("%s in %d of the last %d days for %s (asking cost %s)",
		workload.FormatUSD(total), with, billedDays, filter, workload.FormatUSD(bill.RequestUSD)), err, ""))
}

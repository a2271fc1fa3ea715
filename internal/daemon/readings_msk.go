package daemon

import (
	"strconv"
	"time"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/daemon/discovery"
	"github.com/mskfit/mskfit/internal/web"
)

// cloudwatchReadings are what watching through CloudWatch costs, and how looking for clusters goes.
func (d *Daemon) cloudwatchReadings() []web.Reading {
	of := func(name, help string, kind web.Kind, value func(*msk.Source) (float64, bool)) web.Reading {
		return web.Reading{Name: name, Help: help, Kind: kind, Labels: []string{"cluster"},
			Read: func(each func(float64, ...string)) {
				d.fleet.CloudWatch(func(cluster string, s *msk.Source) {
					if v, ok := value(s); ok {
						each(v, cluster)
					}
				})
			}}
	}
	count := func(name, help string, value func(msk.Stats) int64) web.Reading {
		return of(name, help, web.Counter, func(s *msk.Source) (float64, bool) { return float64(value(s.Stats())), true })
	}
	spots := func(name, help string, value func(clusters int, ok bool, listedAt time.Time) (float64, bool)) web.Reading {
		return web.Reading{Name: name, Help: help, Labels: []string{"line", "region"}, Read: func(each func(float64, ...string)) {
			d.discovery.Count(d.planned().written, func(s discovery.Spot, clusters int, ok bool, listedAt time.Time) {
				if v, known := value(clusters, ok, listedAt); known {
					each(v, strconv.Itoa(s.Line), s.Region)
				}
			})
		}}
	}
	quotas := func(name, help string, value func(used, waited float64) float64) web.Reading {
		return web.Reading{Name: name, Help: help, Kind: web.Counter, Labels: []string{"region", "quota"},
			Read: func(each func(float64, ...string)) {
				d.fleet.Access.Quotas(func(region, quota string, used, waited float64) { each(value(used, waited), region, quota) })
			}}
	}
	return []web.Reading{
		{Name: "aws_quota_share_ratio", Help: "Part of AWS's quotas per account and region that this process uses at most: half, divided by the replicas.",
			Read: func(each func(float64, ...string)) { each(d.fleet.Access.Part()) }},
		quotas("aws_quota_used_total",
			"Requests, or datapoints, that this process counted against a quota of AWS, by region; accounts are added up.",
			func(used, _ float64) float64 { return used }),
		quotas("aws_quota_wait_seconds_total",
			"How long calls waited so that all replicas together use at most half of the quota.",
			func(_, waited float64) float64 { return waited }),
		of("cloudwatch_expected_monthly_usd",
			"What reading the cluster's metrics is expected to cost in a month of 730 hours, in US dollars, by a price that is not verified. Absent until they were listed.",
			web.Gauge, (*msk.Source).MonthlyCost),
		of("cloudwatch_budget_monthly_usd", "Budget for it, as configured.", web.Gauge,
			func(s *msk.Source) (float64, bool) { return s.Budget(), true }),
		count("cloudwatch_metrics_requested_total", "Metrics requested with GetMetricData, which is what AWS bills.",
			func(s msk.Stats) int64 { return s.Metrics }),
		count("cloudwatch_datapoints_total", "Datapoints that came back.", func(s msk.Stats) int64 { return s.Datapoints }),
		count("cloudwatch_throttles_total", "Attempts that CloudWatch throttled.", func(s msk.Stats) int64 { return s.Throttles }),
		{Name: "cost_explorer_month_usd", Help: "What asking Cost Explorer for the cluster's bill has cost this calendar month (UTC), in US dollars, at $0.01 a request.",
			Labels: []string{"cluster"}, Read: func(each func(float64, ...string)) {
				d.reviewer.BillCosts(func(cluster string, usd float64) { each(usd, cluster) })
			}},
		spots("discovery_clusters", "Clusters that an msk line selects in a region.",
			func(n int, _ bool, _ time.Time) (float64, bool) { return float64(n), true }),
		spots("discovery_success", "1 if the last listing of the region's clusters succeeded, else 0: then the known ones are watched.",
			func(_ int, ok bool, _ time.Time) (float64, bool) { return truth(ok), true }),
		spots("discovery_success_timestamp_seconds", "When the region's clusters were last listed.",
			func(_ int, _ bool, at time.Time) (float64, bool) { return float64(at.Unix()), !at.IsZero() }),
	}
}

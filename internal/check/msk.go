package check

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon/discovery"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// discovered tries every line of msk and returns the clusters that were found beside the results.
func (c *checker) discovered(ctx context.Context) (found []config.Cluster, out []Result) {
	d := discovery.New(c.access, nil, c.now, zerolog.Nop()) // what it has to say is in the results
	for _, s := range discovery.Spots(c.cfg) {
		part := s.String()
		out = append(out, c.identity(ctx, part, s.Fleet.AWS, s.Region))
		inv, err := d.Try(ctx, s)
		out = append(out, withStatement(Outcome(part, "clusters", foundText(inv.Clusters), err, "")))
		out = append(out, gapResults(part, "not watched", inv.Gaps)...)
	}
	return d.Clusters(ctx, c.cfg), out
}

func foundText(all []msk.Cluster) string {
	var names []string
	for _, c := range all {
		names = append(names, c.Name)
	}
	switch len(all) {
	case 0:
		return "none now; new ones will be watched"
	case 1:
		return "1 found: " + names[0]
	}
	return fmt.Sprintf("%d found: %s", len(all), yamlfile.Few(names))
}

// identity says as whom AWS is asked.
func (c *checker) identity(ctx context.Context, part string, as awsconf.Config, region string) Result {
	s, err := c.access.Session(ctx, as, region)
	var who awsconf.Identity
	if err == nil {
		who, err = s.Identity(ctx)
	}
	return withStatement(Outcome(part, "identity", fmt.Sprintf("account %s, %s", who.Account, who.ARN), err, ""))
}

// cloudwatch tries one cluster of Amazon MSK: what it is, whether its metrics may be read, and what that is going to cost.
// own: it is in the file itself.
func (c *checker) cloudwatch(ctx context.Context, cluster config.Cluster, own bool) (out []Result) {
	part := "cluster " + cluster.Name
	add := func(r ...Result) { out = append(out, r...) }
	if own {
		add(c.identity(ctx, part, cluster.MSK.AWS, cluster.Region))
	}
	s, err := c.access.Metrics(ctx, cluster, c.log)
	if err != nil {
		add(withStatement(Outcome(part, "msk: cluster", "", err, "")))
		return out
	}
	is := s.Cluster()
	add(Outcome(part, "msk: cluster", describedText(is), nil, ""))
	for _, g := range gapResults(part, "msk", is.Gaps) {
		add(withStatement(g))
	}
	plan, err := s.Plan(ctx)
	if err != nil {
		add(withStatement(Outcome(part, "cloudwatch: cost", "", err, "")))
		return out
	}
	if plan.Metrics > 0 || plan.BackfillMetrics > 0 {
		c.planned(plan)
		add(Result{Part: part, What: "cloudwatch: cost", State: OK, Detail: costText(plan)})
	}
	if plan.Rates.Interval > c.cfg.Agent.DriftWindow {
		add(Result{Part: part, What: "cloudwatch: alerts", State: Missing,
			Detail: fmt.Sprintf("rates are read every %s: alerts come that much later",
				workload.FormatDuration(plan.Rates.Interval)),
			Fix: soonerText(plan, cluster.MSK.CloudWatch.Interval)})
	}
	published, err := s.Try(ctx)
	r := withStatement(Outcome(part, "cloudwatch: metrics", "can be listed and read", err, ""))
	if err == nil && !published {
		r.State, r.Detail = Missing, "CloudWatch has had no metrics of the cluster for three hours: they appear once it has traffic"
	}
	add(r)
	return out
}

// soonerText says what makes rates be read more often: where the budget has stretched the interval, nothing but the budget does.
func soonerText(p msk.Plan, configured time.Duration) string {
	if p.Rates.Interval > configured {
		return fmt.Sprintf("raise cloudwatch.monthly_budget_usd to %s or more: then rates are read every %s, and details once a day",
			workload.FormatUSD(p.BudgetFor(configured)), workload.FormatDuration(configured))
	}
	return "shorten cloudwatch.interval"
}

// describedText says what a cluster is, in a line or two.
func describedText(c msk.Cluster) string {
	parts := []string{c.Kind}
	if c.Brokers > 0 {
		parts = append(parts, fmt.Sprintf("%d × %s", c.Brokers, c.Size))
	}
	if c.StorageGiBPerBroker > 0 {
		parts = append(parts, fmt.Sprintf("%s GiB each", workload.FormatNumber(float64(c.StorageGiBPerBroker))))
	}
	if c.KafkaVersion != "" {
		parts = append(parts, "Kafka "+c.KafkaVersion)
	}
	if c.MonitoringLevel != "" {
		parts = append(parts, "monitoring "+c.MonitoringLevel)
	}
	if len(c.Authentication) > 0 {
		parts = append(parts, "lets in "+strings.Join(c.Authentication, ", "))
	}
	return strings.Join(append(parts, c.State), ", ") + "\n" + c.ARN
}

func costText(p msk.Plan) string {
	return fmt.Sprintf("%s\n%s metrics requested in a month", p, workload.FormatNumber(p.Metrics))
}

// planned adds a cluster's plan to that of all.
func (c *checker) planned(p msk.Plan) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plans = append(c.plans, p)
}

// costs is what all MSK clusters together cost; nothing for fewer than two.
func (c *checker) costs() []Result {
	if len(c.plans) < 2 {
		return nil
	}
	var usd, metrics, budget, once float64
	var furthest time.Duration
	for _, p := range c.plans {
		usd, metrics, budget, once = usd+p.MonthlyUSD, metrics+p.Metrics, budget+p.Budget, once+p.BackfillUSD
		furthest = max(furthest, p.Backfill)
	}
	detail := fmt.Sprintf("%s metrics requested in a month for %d clusters: about %s of the budget of %s",
		workload.FormatNumber(metrics), len(c.plans),
		workload.FormatUSD(usd), workload.FormatUSD(budget))
	switch {
	case furthest > 0 && once < 0.01:
		detail += "; reading back costs less than a cent once"
	case furthest > 0:
		detail += fmt.Sprintf("; reading back costs %s once", workload.FormatUSD(once))
	}
	return []Result{{Part: "CloudWatch", What: "cost of all clusters", State: OK, Detail: detail}}
}

// addStatement is how an explained refusal leads to the policy statement that is missing.
const addStatement = ": add this statement to its policy: "

// withStatement puts the policy statement that would help, if there is one in the detail, where it can be copied.
func withStatement(r Result) Result {
	why, rest, found := strings.Cut(r.Detail, addStatement)
	end := strings.LastIndexByte(rest, '}') + 1
	if !found || end == 0 {
		return r
	}
	r.Detail, r.Fix = why+rest[end:], "add this statement to its policy:\n"+rest[:end]
	return r
}

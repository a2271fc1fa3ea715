package check

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon/sources"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
)

// checked tries a configuration and returns the results of what is at AWS.
func checked(t *testing.T, file string) []Result {
	t.Helper()
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	c := &checker{cfg: cfg.Placed(), log: zerolog.Nop(), now: time.Now, say: func(string) {},
		access: sources.NewAccess("test", nil, time.Now)}
	return slices.DeleteFunc(c.all(t.Context()), func(r Result) bool {
		return !strings.HasPrefix(r.Part, "cluster ") && !strings.HasPrefix(r.Part, "msk[") && r.Part != "CloudWatch"
	})
}

// find returns the result about one aspect of a part.
func find(t *testing.T, results []Result, part, what string) Result {
	t.Helper()
	for _, r := range results {
		if r.Part == part && r.What == what {
			return r
		}
	}
	t.Fatalf("no result about %s of %s in\n%s", what, part, Text(results))
	return Result{}
}

func TestCheckShowsAnMSKClusterAndItsCost(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.2xlarge", 6),
		mskfake.Serverless("clicks"), mskfake.Provisioned("carts", "express.m7g.large", 3)},
		Metrics: slices.Concat(mskfake.ProvisionedMetrics("orders", 6, mskfake.Office),
			mskfake.ProvisionedMetrics("carts", 3, mskfake.Office))}
	results := checked(t, mskfake.File(t, mskfake.Config(t, server)+
		"msk: [{regions: [us-east-1]}]\nclusters: [{name: shop, msk: {name: orders}}]\n"))
	text := string(Text(results))
	t.Logf("\n%s", text)
	for _, want := range []string{
		"account 123456789012, " + mskfake.Caller,
		"3 found: carts, clicks, orders",
		"standard, 6 × kafka.m5.2xlarge, 1,000 GiB each, Kafka 3.8.x, monitoring",
		"metrics requested in a month for 2 clusters: about $",
		"no metrics of the cluster for three hours",
	} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("it does not say %q", want)
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if len([]rune(line)) > 80 && !strings.Contains(line, "arn:") {
			t.Errorf("a line of %d columns: %s", len([]rune(line)), line)
		}
	}
	if got := server.MetricsAsked(); got != 2 {
		t.Errorf("the check requested %d metrics, want one of each cluster to see whether it may", got)
	}
}

// What AWS refuses is named with its action, and the statement to add is on its own, ready to paste.
func TestCheckNamesTheActionThatIsDenied(t *testing.T) {
	const cluster = "arn:aws:kafka:us-east-1:123456789012:cluster/orders/11111111-2222-3333-4444-555555555555-1"
	const denied = " access denied for arn:aws:sts::123456789012:assumed-role/mskfit/i-0abc"
	for _, c := range []struct {
		operation, what string
		state           State
		detail, fix     string
	}{
		{"DescribeClusterV2", "msk: cluster", Failed,
			"find cluster orders: kafka:DescribeClusterV2 us-east-1 cluster orders:" + denied,
			`{"Effect":"Allow","Action":["kafka:DescribeClusterV2"],"Resource":["` + cluster + `"]}`},
		{"ListNodes", "msk: list of nodes", Missing,
			"kafka:ListNodes us-east-1 cluster orders:" + denied + ": only brokers that publish metrics are known",
			`{"Effect":"Allow","Action":["kafka:ListNodes"],"Resource":["` + cluster + `"]}`},
		{"ListMetrics", "cloudwatch: cost", Failed, "cloudwatch:ListMetrics us-east-1 metrics of cluster orders:" + denied,
			`{"Effect":"Allow","Action":["cloudwatch:ListMetrics"],"Resource":["*"]}`},
		{"GetMetricData", "cloudwatch: metrics", Failed, "cloudwatch:GetMetricData us-east-1 metrics of cluster orders:" + denied,
			`{"Effect":"Allow","Action":["cloudwatch:GetMetricData"],"Resource":["*"]}`},
	} {
		t.Run(c.operation, func(t *testing.T) {
			server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
				Metrics: mskfake.ProvisionedMetrics("orders", 3, mskfake.Office),
				Fault: func(op string, _ int, _ *http.Request) *mskfake.Fault {
					if op == c.operation {
						return mskfake.Denied("the action")
					}
					return nil
				}}
			r := find(t, checked(t, mskfake.File(t, mskfake.Config(t, server)+"clusters: [{name: orders, msk: {}}]\n")),
				"cluster orders", c.what)
			want := Result{"cluster orders", c.what, c.state, c.detail, "add this statement to its policy:\n" + c.fix}
			if r != want {
				t.Errorf("got  %+v\nwant %+v", r, want)
			}
		})
	}
}

func TestCheckSaysWhatABudgetAllows(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 30)},
		Metrics: mskfake.ProvisionedMetrics("orders", 30, mskfake.Office)}
	aws := mskfake.Config(t, server)
	for budget, want := range map[string][3]string{
		"0.3": {"cloudwatch: alerts", string(Missing), "alerts come that much later"},
		"0.1": {"cloudwatch: cost", string(OK), "intervals are longer than configured to stay within the budget"},
		"10":  {"cloudwatch: cost", string(OK), " of $10.00"},
	} {
		r := find(t, checked(t, mskfake.File(t,
			aws+"clusters: [{name: orders, msk: {cloudwatch: {monthly_budget_usd: "+budget+"}}}]\n")), "cluster orders", want[0])
		if string(r.State) != want[1] || !strings.Contains(r.Detail, want[2]) {
			t.Errorf("budget %s: %+v, want %v", budget, r, want)
		}
	}
}

// The advice is the one that helps: with the budget that it names the check has nothing left to say.
func TestCheckAdvisesTheBudgetWhereOnlyThatHelps(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 30)},
		Metrics: mskfake.ProvisionedMetrics("orders", 30, mskfake.Office)}
	aws := mskfake.Config(t, server)
	of := func(options string) []Result {
		return checked(t, mskfake.File(t, aws+"clusters: [{name: orders, msk: {cloudwatch: {"+options+"}}}]\n"))
	}
	r := find(t, of("monthly_budget_usd: 0.3"), "cluster orders", "cloudwatch: alerts")
	budget, found := strings.CutPrefix(r.Fix, "raise cloudwatch.monthly_budget_usd to $")
	budget, _, cut := strings.Cut(budget, " or more")
	if !found || !cut || strings.Contains(r.Fix, "cloudwatch.interval") {
		t.Fatalf("the advice is %q", r.Fix)
	}
	if slices.ContainsFunc(of("monthly_budget_usd: "+budget), func(r Result) bool { return r.What == "cloudwatch: alerts" }) {
		t.Errorf("with the $%s that were advised rates are still read too seldom", budget)
	}
	r = find(t, of("interval: 30m, detail_interval: 1h"), "cluster orders", "cloudwatch: alerts")
	if r.Fix != "shorten cloudwatch.interval" {
		t.Errorf("an interval of the owner's own: the advice is %q", r.Fix)
	}
}

// The check shows what the filter of cost_explorer catches, so that a wrong tag is noticed before a month has passed.
func TestCheckTriesTheBill(t *testing.T) {
	today := time.Now().UTC().Truncate(24 * time.Hour)
	cost := mskfake.Cost{Service: mskfake.MSKService, Region: "us-east-1", RecordType: "Usage",
		Tags: map[string]string{"cluster": "orders"},
		From: today.AddDate(0, 0, -3), To: today, USD: 18}
	const clusters = "clusters: [{name: orders, msk: {}, migrated_from: orders-old, cost_explorer: {tag_key: cluster, tag_value: %s}}]\n"
	for _, c := range []struct {
		tag   string
		fault *mskfake.Fault
		want  Result
	}{
		{"orders", nil, Result{State: OK, Detail: "$54.00 in 3 of the last 7 days for MSK in us-east-1 with tag cluster=orders (asking cost $0.01)"}},
		{"ordres", nil, Result{State: Missing,
			Detail: "no cost in the last 7 days for MSK in us-east-1 with tag cluster=ordres: the bill stays unknown",
			Fix:    "check the tag on the cluster, and activate it as a cost allocation tag in the Billing console; it takes up to 24 hours to show"}},
		{"orders", mskfake.Denied("ce:GetCostAndUsage"), Result{State: Failed,
			Detail: "ce:GetCostAndUsage us-east-1: access denied for arn:aws:sts::123456789012:assumed-role/mskfit/i-0abc",
			Fix:    "add this statement to its policy:\n" + `{"Effect":"Allow","Action":["ce:GetCostAndUsage"],"Resource":["*"]}`}},
	} {
		server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Serverless("orders")}, Costs: []mskfake.Cost{cost},
			Fault: func(op string, _ int, _ *http.Request) *mskfake.Fault {
				if op == "GetCostAndUsage" {
					return c.fault
				}
				return nil
			}}
		got := find(t, checked(t, mskfake.File(t, mskfake.Config(t, server)+fmt.Sprintf(clusters, c.tag))), "cluster orders",
			"cost_explorer: bill")
		if c.want.Part, c.want.What = got.Part, got.What; got != c.want {
			t.Errorf("got  %+v\nwant %+v", got, c.want)
		}
		if n := server.Calls("GetCostAndUsage"); n != 1 {
			t.Errorf("%d requests, want one", n)
		}
	}
}

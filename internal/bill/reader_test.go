package bill

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

func day(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }

// june is a bill with the cluster's own costs and everything that must not be taken for them.
func june() *mskfake.Server {
	one := func(usd float64, change func(*mskfake.Cost)) mskfake.Cost {
		c := mskfake.Cost{Service: mskfake.MSKService, Region: "eu-west-1", RecordType: "Usage", Account: "123456789012",
			Tags: map[string]string{"cluster": "orders"}, From: day(6, 1), To: day(7, 1), USD: usd}
		change(&c)
		return c
	}
	return &mskfake.Server{Now: func() time.Time { return day(7, 10) }, Estimated: day(6, 30), Costs: []mskfake.Cost{
		one(40, func(*mskfake.Cost) {}),
		one(-1, func(c *mskfake.Cost) { c.RecordType = "EDP Discount" }),
		one(-30, func(c *mskfake.Cost) { c.RecordType = "Credit" }),
		one(8, func(c *mskfake.Cost) { c.RecordType = "Tax" }),
		one(100, func(c *mskfake.Cost) { c.Tags = map[string]string{"cluster": "refunds"} }),
		one(200, func(c *mskfake.Cost) { c.Region = "us-east-1" }),
		one(400, func(c *mskfake.Cost) { c.Service = "EC2 - Other" }),
		one(800, func(c *mskfake.Cost) { c.Account = "210987654321" }),
	}}
}

func reader(t *testing.T, server *mskfake.Server, cfg Config) *Reader {
	t.Helper()
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "AKIAFAKE", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_PROFILE": "", "AWS_CA_BUNDLE": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull} {
		t.Setenv(name, value)
	}
	s, err := awsconf.Open(t.Context(), awsconf.DefaultConfig(), "eu-west-1", awsconf.Options{HTTPClient: server})
	if err != nil {
		t.Fatal(err)
	}
	return NewReader(cfg, s, "eu-west-1")
}

var tagged = Config{TagKey: "cluster", TagValue: "orders", Account: "123456789012"}

func TestDaysAreTheClustersOwn(t *testing.T) {
	server := june()
	server.PageSize = 20
	for name, c := range map[string]struct {
		cfg  Config
		want float64
	}{
		"tag and account": {tagged, 39}, // 40 less the discount
		"tag alone":       {Config{TagKey: "cluster", TagValue: "orders"}, 839},
		"only cluster":    {Config{OnlyCluster: true, Account: "123456789012"}, 139},
		"another tag":     {Config{TagKey: "cluster", TagValue: "order"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			requests := 0
			days, err := reader(t, server, c.cfg).Days(t.Context(), workload.Window{Start: day(6, 1), End: day(7, 1)},
				func() { requests++ })
			if err != nil || len(days) != 30 || requests != 2 {
				t.Fatalf("%d days in %d requests, error %v; want 30 days in 2 requests", len(days), requests, err)
			}
			for i, d := range days {
				if d.USD != c.want || !d.At.Equal(day(6, 1+i)) || d.Estimated != (i == 29) {
					t.Errorf("day %d: %+v, want %g USD", i+1, d, c.want)
				}
			}
		})
	}
}

// Each attempt may be billed: a refusal is not repeated, and says what to allow.
func TestARefusalIsExplainedAndNotRepeated(t *testing.T) {
	for _, f := range []*mskfake.Fault{mskfake.Denied("ce:GetCostAndUsage"), mskfake.Throttled} {
		server := june()
		server.Fault = func(string, int, *http.Request) *mskfake.Fault { return f }
		requests := 0
		days, err := reader(t, server, tagged).Days(t.Context(), workload.Window{Start: day(6, 1), End: day(7, 1)},
			func() { requests++ })
		if err == nil || days != nil || requests != 1 || server.Calls("GetCostAndUsage") != 1 {
			t.Errorf("%s: %d days, %d requests, %d calls, error %v", f.Code, len(days), requests, server.Calls("GetCostAndUsage"),
				err)
		}
		if f.Code == "AccessDeniedException" &&
			!strings.Contains(err.Error(), `{"Effect":"Allow","Action":["ce:GetCostAndUsage"],"Resource":["*"]}`) {
			t.Errorf("the refusal does not say what to allow: %v", err)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		cfg    Config
		region string
		want   string
	}{
		{tagged, "eu-west-1",
			""},
		{Config{}, "eu-west-1",
			"tag_key: missing: set tag_key and tag_value to a cost allocation tag of the cluster, or only_cluster: true if it is the only MSK cluster of its region and account"},
		{Config{TagKey: "cluster"}, "eu-west-1",
			`tag_value: missing: set the value that the tag "cluster" has on this cluster`},
		{Config{TagKey: "cluster", OnlyCluster: true}, "eu-west-1",
			"only_cluster: a tag is set too: keep tag_key and tag_value, or only_cluster"},
		{Config{OnlyCluster: true, Account: "12"}, "eu-west-1",
			`account: "12" is not an account: write its 12 digits in quotes`},
		{tagged, "us-gov-west-1",
			"AWS GovCloud has no Cost Explorer: its costs appear in the associated standard account; remove cost_explorer"},
	} {
		c.cfg.AWS = awsconf.DefaultConfig()
		got := ""
		if err := c.cfg.Validate(c.region); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestHome(t *testing.T) {
	if Home("eu-west-1") != "us-east-1" || Home("cn-north-1") != "cn-northwest-1" {
		t.Errorf("Cost Explorer is asked in %s and %s", Home("eu-west-1"), Home("cn-north-1"))
	}
}

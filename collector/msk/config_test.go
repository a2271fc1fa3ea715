package msk

import (
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

func TestConfigReadsYAML(t *testing.T) {
	type file struct {
		MSK []Config `yaml:"msk"`
	}
	const text = `
msk:
  - aws: {role_arn: "arn:aws:iam::210987654321:role/watch", external_id: team-7}
    regions: [us-east-1, eu-west-1]
    names: [prod-*]
    exclude: ["*-test"]
    tags: {team: payments, stage: "*"}
    kinds: [serverless, express]
    cloudwatch: {interval: 10m, monthly_budget_usd: 25, backfill: 14d, lag: false}
  - regions: [us-east-1]
`
	var f file
	doc, err := yamlfile.Decode("c.yaml", []byte(text), &f)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range f.MSK {
		if err := doc.Report(c.Validate()); err != nil {
			t.Fatal(err)
		}
	}
	first, second := f.MSK[0], f.MSK[1]
	if first.AWS.RoleARN == "" || first.AWS.SessionName != "mskfit" || first.Names[0] != "prod-*" || first.Kinds[1] != "express" ||
		first.Tags["team"] != "payments" {
		t.Errorf("read %+v", first)
	}
	if cw := first.CloudWatch; cw.Interval != 10*time.Minute || cw.MonthlyBudget != 25 || cw.Backfill != workload.Span(14*day) ||
		cw.Lag || !cw.Topics || cw.Delay != 3*time.Minute {
		t.Errorf("read %+v", cw)
	}
	if want := DefaultConfig().CloudWatch; second.CloudWatch != want || second.Refresh != time.Hour {
		t.Errorf("without a word %+v, want the defaults %+v", second.CloudWatch, want)
	}
}

func TestConfigRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"no region": {func(c *Config) { c.Regions = nil }, "regions: set at least one region: [us-east-1]"},
		"a bad region": {func(c *Config) { c.Regions = []string{"us-east-1", "paris"} },
			`regions[1]: "paris" is not a region: write it as us-east-1`},
		"a bad pattern": {func(c *Config) { c.Names = []string{"a[b"} },
			`names[0]: "a[b" is not a pattern: use a name, * for any characters and ? for one character`},
		"an empty name": {func(c *Config) { c.Exclude = []string{""} },
			`exclude[0]: "" is not a pattern: use a name, * for any characters and ? for one character`},
		"a bad kind": {func(c *Config) { c.Kinds = []string{"provisioned"} },
			`kinds[0]: "provisioned" is not a kind: use serverless, standard, express`},
		"a bad role": {func(c *Config) { c.AWS.RoleARN = "x" },
			`aws.role_arn: "x" is not a role: write it as arn:aws:iam::123456789012:role/name`},
		"refresh": {func(c *Config) { c.Refresh = time.Minute }, "refresh: 1m0s is out of range: use 5m to 24h"},
		"interval": {func(c *Config) { c.CloudWatch.Interval = time.Minute },
			"cloudwatch.interval: 1m0s is not possible: use a multiple of 5m, up to 24h"},
		"detail interval": {func(c *Config) { c.CloudWatch.Interval = 2 * time.Hour },
			"cloudwatch.detail_interval: 1h0m0s is shorter than interval (2h0m0s): details cannot be read more often than the cluster's rates"},
		"delay": {func(c *Config) { c.CloudWatch.Delay = 0 }, "cloudwatch.delay: 0s is out of range: use 1m to 30m"},
		"late":  {func(c *Config) { c.CloudWatch.Late = day }, "cloudwatch.late: 24h0m0s is out of range: use 0s to 3h"},
		"budget": {func(c *Config) { c.CloudWatch.MonthlyBudget = 0 },
			"cloudwatch.monthly_budget_usd: 0 is too small: allow at least 0.1"},
		"backfill": {func(c *Config) { c.CloudWatch.Backfill = workload.Span(90 * day) },
			"cloudwatch.backfill: it is out of range: use 0s to 63d; CloudWatch keeps 5-minute values no longer"},
	} {
		t.Run(name, func(t *testing.T) {
			config := DefaultConfig()
			config.Regions = []string{"us-east-1"}
			c.change(&config)
			if err := config.Validate(); err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestProperties(t *testing.T) {
	got := properties("# comment\n! another\n\na=1\n b : 2 \r\nc\nd=x=y:z\ne=one,\\\n two\nempty=\n")
	want := map[string]string{"a": "1", "b": "2", "c": "", "d": "x=y:z", "e": "one, two", "empty": ""}
	for key, v := range want {
		if g, ok := got[key]; !ok || g != v {
			t.Errorf("%s is %q (%v), want %q", key, g, ok, v)
		}
	}
	if len(got) != len(want) {
		t.Errorf("read %q", got)
	}
}

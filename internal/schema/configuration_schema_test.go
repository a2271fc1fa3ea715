package schema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/config"
)

// environment is what the examples of the configuration are read with.
func environment(name string) (string, bool) {
	return map[string]string{"PORT": "11001", "PASSWORD": "x", "WAIT": "20s"}[name], true
}

// goodConfigurations are the reference, and what is in testdata: a file for each way of reaching, keeping and telling.
func goodConfigurations(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.good.yaml")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d good configurations, error %v", len(files), err)
	}
	return append(files, "../../configs/mskfit.yaml")
}

func TestGoodConfigurationsFollowTheSchema(t *testing.T) {
	s := compile(t, "config.schema.json")
	for _, path := range goodConfigurations(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := config.Parse(path, text, environment); err != nil {
			t.Errorf("the parser: %v", err)
		}
		if err := s.Validate(fromYAML(t, text)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// What the schema refuses, the parser refuses, too; and neither takes a key that there is not.
func TestConfigurationSchemaAgreesWithTheParser(t *testing.T) {
	s := compile(t, "config.schema.json")
	const cluster = "clusters: [{name: a, kafka: {bootstrap: [k:9092]}}]\n"
	tests := []struct {
		text string
		good bool
	}{
		{cluster, true},
		{"clusters: [{kafka: {bootstrap: [k:9092]}}]", false},
		{cluster + "regoin: us-east-1", false},
		{"clusters: [{name: a, kafka: {bootstrap: [k:9092], tsl: {enabled: true}}}]", false},
		{"clusters: [{name: a, kafka: {bootstrap: k:9092}}]", false},
		{"clusters: [{name: a, kafka: {bootstrap: [k:9092], timeout: 10}}]", false},
		{"clusters: [{name: a, kafka: {bootstrap: [k:9092], timeout: 10s, backfill: 2w}}]", true},
		{"clusters: [{name: a, kafka: {bootstrap: [k:9092], sasl: {mechanism: SCRAM}}}]", false},
		{"clusters: [{name: a, kafka: {bootstrap: [k:9092], backfill: 0}}]", true},
		{"clusters: [{name: 2024, kafka: {bootstrap: [k:9092]}}]", true},
		{"clusters:\n- name: a\n  exporters:\n    hosts: [b1]\n    jmx_port: ${PORT}\n    timeout: ${WAIT}", true},
		{"clusters: [{name: a, exporters: {hosts: [b1], jmx_port: many}}]", false},
		{cluster + "history: {max_size: 8}", false},
		{cluster + "history: {max_size: 8 GiB, retention: 90d}", true},
		{cluster + "history: {retention: 3 months}", false},
		{cluster + "history:\n", true},
		{cluster + "log: {level: loud}", false},
		{cluster + "agent: {sizing: {statistic: p90}}", false},
		{cluster + "agent: {sizing: {statistic: p95}, window: 336h}", true},
		{cluster + "reports: {formats: [pdf]}", false},
		{cluster + "alerts: {targets: {ops: {slack: {url: 'https://hooks.slack.com/services/a/b/c'}}}, repeat_interval: 0}", true},
		{cluster + "alerts: {targets: {ops: {pager: {url: 'https://x'}}}}", false},
		{"msk: [{regions: [eu-west-1], kinds: [standard], tags: {team: pay*}}]", true},
		{"msk: [{regions: [eu-west-1], kinds: [provisioned]}]", false},
		{"msk: [{region: eu-west-1}]", false},
		{"clusters: [{name: a, msk: {name: prod, cloudwatch: {interval: 5m, monthly_budget_usd: 20}}}]", true},
		{cluster + "alerts: {routes: [{targets: [ops], severities: [high]}]}", false},
	}
	for _, tt := range tests {
		_, refused := config.Parse("c.yaml", []byte(tt.text), environment)
		invalid := s.Validate(fromYAML(t, []byte(tt.text)))
		if (refused == nil) != tt.good || (invalid == nil) != tt.good {
			t.Errorf("%s\nparser: %v\nschema: %v\nwant accepted: %v", tt.text, refused, invalid, tt.good)
		}
	}
}

// Files that the parser refuses for a key that there is not, the schema refuses, too.
func TestUnknownKeysAreNotInTheSchema(t *testing.T) {
	s := compile(t, "config.schema.json")
	files, err := filepath.Glob("../config/testdata/*.bad.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d bad files, error %v", len(files), err)
	}
	seen := 0
	for _, path := range files {
		message, err := os.ReadFile(strings.TrimSuffix(path, ".yaml") + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(message), "unknown key") {
			continue
		}
		seen++
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(fromYAML(t, text)) == nil {
			t.Errorf("%s follows the schema, and the parser says: %s", path, message)
		}
	}
	if seen < 2 {
		t.Errorf("%d files with unknown keys, want some", seen)
	}
}

func TestEveryKeyOfTheConfigurationIsDescribed(t *testing.T) {
	var s struct {
		Defs map[string]struct {
			Properties map[string]struct{ Description string } `json:"properties"`
		} `json:"$defs"`
	}
	for _, f := range formats {
		if f.file == "config.schema.json" {
			if err := json.Unmarshal(generate(t, f, true), &s); err != nil {
				t.Fatal(err)
			}
		}
	}
	keys := 0
	for name, def := range s.Defs {
		for key, p := range def.Properties {
			if keys++; len(p.Description) < 10 || strings.Contains(p.Description, "\n") {
				t.Errorf("%s.%s is described as %q: give the field a comment", name, key, p.Description)
			}
		}
	}
	if keys < 200 {
		t.Errorf("%d keys, want all of them", keys)
	}
}

func TestNamesInDescriptions(t *testing.T) {
	keys := map[string]string{"Collect": "collect", "Report": "report", "URLFile": "url_file", "AWS": "aws", "OAuth": "oauth",
		"ACLs": "acls"}
	for _, tt := range []struct{ text, want string }{
		{"Collect and Report are expressions. Report well.", "collect and report are expressions. Report well."},
		{"Collect, or URLFile with it; AWS says so.", "collect, or url_file with it; AWS says so."},
		{"AWS, OAuth and Collect belong to AWS_MSK_IAM.", "aws, oauth and collect belong to AWS_MSK_IAM."},
		{"Collect when Kafka ACLs must be kept.", "collect when Kafka ACLs must be kept."},
		{"How it is.", "How it is."},
	} {
		if got := named(tt.text, keys); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

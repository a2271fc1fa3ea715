package workloadfile_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workloadfile"
	"github.com/mskfit/mskfit/verdict"
)

// The changes of a near miss are keys of the workload file with the values to write: written there, the option fits at that price.
func TestNearMissesAreWhatToWrite(t *testing.T) {
	const base = `region: us-east-1
workload:
  ingress: 20MBps
  consumer_groups: 1
  partitions: 300
  compacted_partitions: 0
  max_message_size: 1MB
  retention: 48h
  replication_factor: 3
requirements:
  operations_team: true
  authentication: [iam]
  acls: false
  zookeeper_access: false
  broker_configuration: []
`
	tests := []struct{ old, new, field string }{
		{"max_message_size: 1MB", "max_message_size: 20MB", "workload.max_message_size"},
		{"authentication: [iam]", "authentication: [sasl_scram]", "requirements.authentication"},
		{"acls: false", "acls: true", "requirements.acls"},
		{"zookeeper_access: false", "zookeeper_access: true", "requirements.zookeeper_access"},
		{"broker_configuration: []", "broker_configuration: [min.insync.replicas, broker.rack]",
			"requirements.broker_configuration"},
		{"partitions: 300", "partitions: 3000", "requirements.raised_quotas.partitions_non_compacted"},
		{"partitions: 300", "partitions: 4000", "workload.partitions"},
		{"ingress: 20MBps", "ingress: 170MBps", "requirements.headroom"},
		{"replication_factor: 3", "replication_factor: 5", "workload.replication_factor"},
		{"zookeeper_access: false", "zookeeper_access: false\n  zones: 2", "requirements.zones"},
		{"zookeeper_access: false", "zookeeper_access: false\n  kafka_version: 4.9", "requirements.kafka_version"},
	}
	for _, tt := range tests {
		t.Run(tt.field, func(t *testing.T) {
			text := strings.Replace(base, tt.old, tt.new, 1)
			misses := analyzed(t, text).NearMisses
			i := slices.IndexFunc(misses, func(m verdict.NearMiss) bool {
				return slices.ContainsFunc(m.Changes, func(c verdict.Change) bool { return c.Field == tt.field })
			})
			if i < 0 {
				t.Fatalf("no near miss changes %s: %+v", tt.field, misses)
			}
			m := misses[i]
			after := analyzed(t, written(t, text, m.Changes))
			j := slices.IndexFunc(after.Options, func(o verdict.Option) bool {
				return o.Kind == m.Kind && o.Size == m.Size && o.TieredStorage == m.TieredStorage
			})
			if j < 0 {
				t.Fatalf("%s is not considered after %+v", m.Name(), m.Changes)
			}
			if o := after.Options[j]; o.Feasible == verdict.No || o.MonthlyUSD == nil || *o.MonthlyUSD != m.MonthlyUSD ||
				o.Brokers != m.Brokers {
				t.Errorf("%q does not hold: %s, binding %s, %d brokers", m.Sentence, o.Feasible, o.Binding, o.Brokers)
			}
		})
	}
}

func analyzed(t *testing.T, text string) verdict.Verdict {
	t.Helper()
	w, r, err := workloadfile.Parse("w.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return analyzer.Analyze(analyzer.Input{Workload: w, Requirements: r, Catalog: cat, Options: analyzer.DefaultOptions()},
		time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
}

// written is the file with the changes in it.
func written(t *testing.T, text string, changes []verdict.Change) string {
	t.Helper()
	var doc map[string]any
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		var to any
		if err := yaml.Unmarshal([]byte(c.To), &to); err != nil {
			t.Fatalf("%s: %q is no YAML: %v", c.Field, c.To, err)
		}
		at, keys := doc, strings.SplitN(c.Field, ".", 3)
		for _, key := range keys[:len(keys)-1] {
			next, ok := at[key].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[key] = next
			}
			at = next
		}
		at[keys[len(keys)-1]] = to
	}
	out, err := yaml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

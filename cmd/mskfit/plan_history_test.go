package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/workload"
)

// From the history a plan knows the topics' settings, and says that of ACLs only the number is kept.
func TestPlanFromHistory(t *testing.T) {
	dir := t.TempDir()
	cfg := history.DefaultConfig()
	cfg.Dir = filepath.Join(dir, "history")
	store, err := history.Open(cfg, history.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	exact := func(v float64) *workload.Figure { return workload.Exactly(v, workload.Measured, "test").Ptr() }
	end, acls := time.Now().UTC().Truncate(time.Minute), 7
	for i := range 120 {
		at := end.Add(time.Duration(i-120) * time.Minute)
		s := workload.Sample{Source: "kafka", Cluster: "orders", Window: workload.Window{Start: at, End: at.Add(time.Minute)},
			Totals: workload.Totals{IngressBytesPerSec: exact(4e6), EgressBytesPerSec: exact(8e6), StoredBytes: exact(5e9),
				Topics: exact(1), Partitions: exact(6),
				CompactedPartitions: exact(0), ConsumerGroups: exact(1),
				HottestIngress: &workload.Hottest{Topic: "placed", Rate: *exact(1e6)}},
			Topics: []workload.Topic{{Name: "placed", Partitions: 6, ReplicationFactor: 3, IngressBytesPerSec: exact(4e6),
				Groups: []string{"billing"},
				Config: map[string]workload.ConfigValue{"retention.ms": {Value: "7200000", Source: "topic"},
					"max.message.bytes": {Value: "2000000", Source: "static-broker"}}}},
			Groups: []workload.Group{{Name: "billing", Type: "classic", Topics: []string{"placed"}}},
			Posture: &workload.Posture{ReadAt: at, ACLs: &acls, Authentication: []string{"sasl_scram"},
				BrokerConfig: map[string]workload.ConfigValue{}}}
		if err := store.Append(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	file, out := filepath.Join(dir, "mskfit.yaml"), filepath.Join(dir, "move")
	text := fmt.Sprintf("data_directory: %s\nclusters:\n  - {name: orders, region: eu-west-1, kafka: {bootstrap: [\"kafka:9092\"]}}\n", dir)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := mskfit(t, "plan", "-c", file, "--cluster", "orders", "--option", "express:express.m7g.large", "--out",
		out); code != exitDone {
		t.Fatalf("exit code %d, stderr %q", code, stderr)
	}
	for name, want := range map[string][]string{
		"main.tf":          {`default     = "eu-west-1"`, `scram = true`},
		"create-topics.sh": {"create placed 6 --config max.message.bytes=2000000 --config retention.ms=7200000"},
		"topics.yaml":      {"today it comes from message.max.bytes of the brokers"},
		"acls.md":          {"The cluster has 7 ACLs. The history keeps only their number"},
		"clients.md":       {"`billing`"},
		"runbook.md":       {"| 1 | `placed` | `billing` | 4 MB/s |", "To copy: 5 GB"},
	} {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(data), w) {
				t.Errorf("%s lacks %q:\n%s", name, w, data)
			}
		}
	}
}

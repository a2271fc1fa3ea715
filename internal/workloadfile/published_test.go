package workloadfile_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/workloadfile"
)

const examples = "../../configs/workloads"

func parseExample(t *testing.T, name string) (workload.Workload, workload.Requirements) {
	t.Helper()
	path := filepath.Join(examples, name)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w, r, err := workloadfile.Parse(path, data)
	if err != nil {
		t.Fatal(err)
	}
	return w, r
}

type expected struct {
	name   string
	got    *workload.Figure
	want   float64
	method workload.Method
	source string
}

func of(q *workload.Quantity) *workload.Figure {
	if q == nil {
		return nil
	}
	return &q.Figure
}

func checkFigures(t *testing.T, rows []expected) {
	t.Helper()
	for _, row := range rows {
		if row.got == nil {
			t.Errorf("%s is absent, want %v", row.name, row.want)
			continue
		}
		if want := workload.Exactly(row.want, row.method, row.source); *row.got != want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", row.name, *row.got, want)
		}
	}
}

// The figures that AWS derives for its e-commerce case: 4.5 GBps in, 9 GBps out, 450 and 900 KBps for each of 10,000
// partitions.
func TestEcommerceAsPublished(t *testing.T) {
	w, r := parseExample(t, "ecommerce.yaml")
	checkFigures(t, []expected{
		{"messages per second", of(w.MessagesPerSec), 150_000, workload.Declared, "workload file"},
		{"average message", w.AverageMessageBytes, 30e3, workload.Declared, "workload file"},
		{"largest message", w.MaxMessageBytes, 15e6, workload.Declared, "workload file"},
		{"ingress", of(w.IngressBytesPerSec), 4.5e9, workload.Derived, "messages_per_second × average_message_size"},
		{"egress", of(w.EgressBytesPerSec), 9e9, workload.Derived, "ingress × consumer groups"},
		{"ingress per partition", of(w.HottestIngress), 450e3, workload.Estimated, "ingress ÷ partitions, spread evenly"},
		{"egress per partition", of(w.HottestEgress), 900e3, workload.Estimated, "egress ÷ partitions, spread evenly"},
		{"topics", w.Topics, 100, workload.Declared, "workload file"},
		{"partitions", w.Partitions, 10_000, workload.Declared, "workload file"},
		{"consumer groups", w.ConsumerGroups, 2, workload.Declared, "workload file"},
		{"stored bytes", w.StoredBytes, 4.5e9 * 259_200, workload.Derived, "ingress × retention"},
	})
	// The published 1,139.06 TB is 4.5 GB/s × 259,200 s ÷ 1,024: decimal gigabytes, divided by a binary thousand.
	if tb := w.StoredBytes.Value / workload.GB / 1024; math.Abs(tb-1139.06) > 0.005 {
		t.Errorf("storage is %.2f TB by the published arithmetic, want 1139.06", tb)
	}
	if w.CompactedPartitions != nil || w.ClientConnections != nil || w.RequestsPerSec != nil {
		t.Error("figures that were not stated are present")
	}
	if w.Cluster != "ecommerce" || w.Region != "us-east-1" || !w.Declared || w.Coverage != 1 || w.ReplicationFactor != 3 ||
		*w.Retention != 72*time.Hour {
		t.Errorf("got %+v", w)
	}
	if !*r.OperationsTeam || !*r.ZooKeeperAccess || *r.Splittable ||
		!slices.Equal(r.Authentication, []string{"plaintext", "sasl_scram"}) ||
		!slices.Equal(r.BrokerConfiguration, []string{"log.retention.hours", "auto.create.topics.enable"}) || r.ACLs != nil ||
		r.SaleEventFactor != nil {
		t.Errorf("got %+v", r)
	}
}

// The figures that AWS derives for its gaming case: 15 MBps in and out, 300 KBps for each of 50 partitions, 1.3 TB.
func TestGamingAsPublished(t *testing.T) {
	w, r := parseExample(t, "gaming.yaml")
	checkFigures(t, []expected{
		{"ingress", of(w.IngressBytesPerSec), 15e6, workload.Derived, "messages_per_second × average_message_size"},
		{"egress", of(w.EgressBytesPerSec), 15e6, workload.Derived, "ingress × consumer groups"},
		{"ingress per partition", of(w.HottestIngress), 300e3, workload.Estimated, "ingress ÷ partitions, spread evenly"},
		{"egress per partition", of(w.HottestEgress), 300e3, workload.Estimated, "egress ÷ partitions, spread evenly"},
		{"partitions", w.Partitions, 50, workload.Declared, "workload file"},
		{"compacted partitions", w.CompactedPartitions, 0, workload.Declared, "workload file"},
		{"stored bytes", w.StoredBytes, 15e6 * 86_400, workload.Derived, "ingress × retention"},
	})
	if tb := w.StoredBytes.Value / workload.TB; math.Abs(tb-1.3) > 0.01 {
		t.Errorf("storage is %.3f TB, want 1.3", tb)
	}
	if !r.BrokerConfigurationDeclared || len(r.BrokerConfiguration) != 0 || *r.OperationsTeam || *r.ZooKeeperAccess ||
		!slices.Equal(r.Authentication, []string{"iam"}) {
		t.Errorf("got %+v", r)
	}
}

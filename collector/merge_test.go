package collector_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func window(late time.Duration) workload.Window {
	return workload.Window{Start: noon.Add(late), End: noon.Add(time.Minute + late)}
}

func measured(v float64) *workload.Figure {
	return workload.Between(v, v*0.99, v*1.01, workload.Measured, "prometheus").Ptr()
}

func estimated(v, low, high float64) *workload.Figure {
	return workload.Between(v, low, high, workload.Estimated, "kafka").Ptr()
}

func floor(v float64) *workload.Figure {
	return workload.AtLeast(v, workload.Estimated, "kafka").Ptr()
}

// admin is what an admin client sees: estimates, and egress as a floor.
func admin() workload.Sample {
	return workload.Sample{
		Source: "kafka", Cluster: "orders", Window: window(0),
		Totals: workload.Totals{
			IngressBytesPerSec: estimated(950, 900, 1000), EgressBytesPerSec: floor(2000), StoredBytes: measured(5e9),
			HottestEgress: &workload.Hottest{Topic: "bills", Partition: 2, Rate: *floor(700)},
		},
		Topics: []workload.Topic{
			{Name: "bills", Partitions: 6, ReplicationFactor: 3, EgressBytesPerSec: floor(1500), Groups: []string{"audit"}},
			{Name: "orders", Partitions: 12, IngressBytesPerSec: estimated(400, 350, 450), EgressBytesPerSec: floor(500),
				Groups: []string{"audit"}},
		},
		Groups: []workload.Group{{Name: "audit", Type: "consumer", EgressBytesPerSec: floor(2000),
			EgressByTopic: map[string]workload.Figure{"bills": *floor(1500)}}},
		Brokers: []workload.Broker{{ID: 1, Host: "one", Port: 9092, Leaders: 9}, {ID: 2, Host: "two", Port: 9092}},
		Gaps: []workload.Gap{
			{Source: "kafka", What: "egress of readers that do not commit", LeavesOpen: "egress_bytes_per_second"},
			{Source: "kafka", What: "log sizes of broker 2"},
			{Source: "kafka", What: "requests", LeavesOpen: "requests_per_second"},
		},
	}
}

// exporter is what the brokers count.
func exporter() workload.Sample {
	return workload.Sample{
		Source: "prometheus", Window: window(2 * time.Second),
		Totals: workload.Totals{IngressBytesPerSec: measured(1000), EgressBytesPerSec: measured(4000),
			MessagesPerSec: measured(10)},
		Topics: []workload.Topic{
			{Name: "__consumer_offsets", Internal: true, IngressBytesPerSec: measured(5)},
			{Name: "orders", IngressBytesPerSec: measured(410)},
		},
		Brokers: []workload.Broker{{ID: 2, IngressBytesPerSec: measured(600)}, {ID: 3}},
		Gaps:    []workload.Gap{{Source: "prometheus", What: "stored bytes", LeavesOpen: "stored_bytes"}},
	}
}

func TestMergeTakesTheBestAndAddsNothing(t *testing.T) {
	m := collector.Merge(admin(), exporter())
	if m.Source != "kafka, prometheus" || m.Cluster != "orders" || m.Window != window(2*time.Second) {
		t.Errorf("source %q, cluster %q, window %v", m.Source, m.Cluster, m.Window)
	}
	for name, f := range map[string]struct{ got, want *workload.Figure }{
		"bytes in":        {m.Totals.IngressBytesPerSec, measured(1000)},
		"bytes out":       {m.Totals.EgressBytesPerSec, measured(4000)},
		"messages":        {m.Totals.MessagesPerSec, measured(10)},
		"stored":          {m.Totals.StoredBytes, measured(5e9)},
		"requests":        {m.Totals.RequestsPerSec, nil},
		"orders in":       {m.Topics[2].IngressBytesPerSec, measured(410)},
		"bytes of broker": {m.Brokers[1].IngressBytesPerSec, measured(600)},
	} {
		if !reflect.DeepEqual(f.got, f.want) {
			t.Errorf("%s: got %+v, want %+v", name, f.got, f.want)
		}
	}
	var topics []string
	for _, topic := range m.Topics {
		topics = append(topics, topic.Name)
	}
	if want := []string{"__consumer_offsets", "bills", "orders"}; !reflect.DeepEqual(topics, want) {
		t.Errorf("topics %v, want %v", topics, want)
	}
	if o := m.Topics[2]; o.Partitions != 12 || len(o.Groups) != 1 {
		t.Errorf("orders %+v lost what the admin client knows", o)
	}
	if b := m.Brokers; len(b) != 3 || b[1].Host != "two" || b[1].Port != 9092 {
		t.Errorf("brokers %+v, want 1 to 3, with what each source knows", b)
	}
}

func TestMeasuredEgressBoundsWhatCommitsLeaveOpen(t *testing.T) {
	m := collector.Merge(admin(), exporter())
	// 4,040 at most less the 500 that at least are of orders leave 3,540 for bills; for orders, 4,040 − 1,500.
	for what, test := range map[string]struct {
		f         workload.Figure
		low, high float64
	}{
		"bills":            {*m.Topics[1].EgressBytesPerSec, 1500, 3540},
		"orders":           {*m.Topics[2].EgressBytesPerSec, 500, 2540},
		"group":            {*m.Groups[0].EgressBytesPerSec, 2000, 4040},
		"hottest of bills": {m.Totals.HottestEgress.Rate, 700, 4040},
	} {
		if math.Abs(test.f.Low-test.low) > 1e-9 || math.Abs(test.f.High-test.high) > 1e-9 {
			t.Errorf("%s: bounds %g to %g, want %g to %g", what, test.f.Low, test.f.High, test.low, test.high)
		}
	}
	in := admin()
	collector.Merge(in, exporter())
	if !reflect.DeepEqual(in, admin()) {
		t.Error("merging changed a sample that it was given")
	}
}

func TestMergeRecordsDifferences(t *testing.T) {
	m := collector.Merge(admin(), exporter())
	want := map[string]struct {
		difference float64
		agrees     bool
	}{
		"ingress_bytes_per_second":        {-0.05, true},
		"egress_bytes_per_second":         {-0.5, true},
		"ingress_bytes_per_second/orders": {400.0/410 - 1, true},
	}
	for _, c := range m.Comparisons {
		key := c.Quantity
		if c.Topic != "" {
			key += "/" + c.Topic
		}
		w, expected := want[key]
		if !expected || math.Abs(c.Difference-w.difference) > 1e-9 || c.Agrees() != w.agrees {
			t.Errorf("%s: difference %g, agrees %t, want %+v (%t)", key, c.Difference, c.Agrees(), w, expected)
		}
		delete(want, key)
	}
	if len(want) > 0 {
		t.Errorf("not compared: %v", want)
	}
	if got := m.Comparisons[1].String(); got != "egress_bytes_per_second: kafka says 2000, prometheus measured 4000 (-50.0 %)" {
		t.Errorf("it reads %q", got)
	}
}

func TestMergeDropsGapsThatAnotherFills(t *testing.T) {
	var left []string
	for _, g := range collector.Merge(admin(), exporter()).Gaps {
		left = append(left, g.What)
	}
	if want := []string{"log sizes of broker 2", "requests"}; !reflect.DeepEqual(left, want) {
		t.Errorf("gaps %v, want %v", left, want)
	}
}

func TestMergeDoesNotDependOnTheOrder(t *testing.T) {
	a, b := collector.Merge(admin(), exporter()), collector.Merge(exporter(), admin())
	if !reflect.DeepEqual(a, b) {
		t.Errorf("merged one way\n%+v\nand the other\n%+v", a, b)
	}
}

func TestOfTwoFloorsTheHigherOne(t *testing.T) {
	a, b := admin(), admin()
	b.Totals.EgressBytesPerSec = floor(2500)
	if got := collector.Merge(a, b).Totals.EgressBytesPerSec; got.Value != 2500 {
		t.Errorf("egress %+v, want at least 2500", got)
	}
}

func TestFloorOfABrokenSourceDoesNotReplaceABoundedEstimate(t *testing.T) {
	broken := exporter()
	broken.Totals.IngressBytesPerSec = workload.AtLeast(300, workload.Estimated, "prometheus, brokers missing").Ptr()
	if got := collector.Merge(broken, admin()).Totals.IngressBytesPerSec; got.Value != 950 {
		t.Errorf("bytes in %+v, want the admin client's 950", got)
	}
}

func TestMergeOfOneAndOfNone(t *testing.T) {
	if got := collector.Merge(admin()); !reflect.DeepEqual(got, admin()) {
		t.Errorf("got %+v, want the sample itself", got)
	}
	if got := collector.Merge(); !reflect.DeepEqual(got, workload.Sample{}) {
		t.Errorf("got %+v, want nothing", got)
	}
}

// What only the brokers know stays when a control plane, which knows less, was asked later; and the other way round.
func TestPosturesAreCompleted(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	acls, users := 7, 3
	brokers := workload.Posture{ReadAt: at, KafkaVersion: "3.8", ACLs: &acls, Listeners: []workload.Listener{{Name: "CLIENT"}},
		Features: map[string]int{"metadata.version": 20}}
	control := workload.Posture{ReadAt: at.Add(time.Hour), Authentication: []string{"iam"}, SCRAMUsers: &users,
		KafkaVersion: "3.8.x"}
	want := brokers
	want.ReadAt, want.Authentication, want.SCRAMUsers = control.ReadAt, control.Authentication, control.SCRAMUsers
	for _, order := range [][]workload.Sample{{{Posture: &brokers}, {Posture: &control}},
		{{Posture: &control}, {Posture: &brokers}}, {{Posture: &control}, {}, {Posture: &brokers}}} {
		if got := collector.Merge(order...).Posture; got == nil || !reflect.DeepEqual(*got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	if brokers.Authentication != nil || control.ACLs != nil {
		t.Error("a source's own posture was changed")
	}
}

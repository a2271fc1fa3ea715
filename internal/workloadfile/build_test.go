package workloadfile_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/workloadfile"
)

func parse(t *testing.T, body string) workload.Workload {
	t.Helper()
	w, _, err := workloadfile.Parse("dir/orders.prod.yaml", []byte("region: us-east-1\nworkload:\n"+body))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// value writes a figure in a few letters: "10 derived", or "-" when it is absent.
func value(f *workload.Figure) string {
	if f == nil {
		return "-"
	}
	return fmt.Sprintf("%.6g %s", f.Value, f.Method)
}

func withPeak(q *workload.Quantity) string {
	if q == nil || q.Peak == nil {
		return value(of(q))
	}
	return fmt.Sprintf("%s, peak %.6g", value(&q.Figure), *q.Peak)
}

func TestDerivations(t *testing.T) {
	const two = "  topics:\n    - {name: a, partitions: 2, ingress: 4MBps}\n    - {name: b, partitions: 3, ingress: 6MBps}\n"
	in := func(w workload.Workload) string { return withPeak(w.IngressBytesPerSec) }
	out := func(w workload.Workload) string { return withPeak(w.EgressBytesPerSec) }
	messages := func(w workload.Workload) string { return withPeak(w.MessagesPerSec) }
	average := func(w workload.Workload) string { return value(w.AverageMessageBytes) }
	stored := func(w workload.Workload) string { return value(w.StoredBytes) }
	hotIn := func(w workload.Workload) string { return withPeak(w.HottestIngress) + " " + w.HottestIngressOn }
	hotOut := func(w workload.Workload) string { return withPeak(w.HottestEgress) + " " + w.HottestEgressOn }
	partitions := func(w workload.Workload) string { return value(w.Partitions) + ", " + value(w.CompactedPartitions) }
	groups := func(w workload.Workload) string { return value(w.ConsumerGroups) }
	tests := []struct {
		name, body string
		get        func(workload.Workload) string
		want       string
	}{
		{"ingress stated", "  ingress: 10MBps", in, "1e+07 declared"},
		{"ingress from rate and size", "  messages_per_second: 1000\n  average_message_size: 2KB", in, "2e+06 derived"},
		{"ingress of nothing is zero", "  ingress: 0MBps", in, "0 declared"},
		{"ingress summed", two, in, "1e+07 derived"},
		{"ingress stated beside topics", two + "  ingress: 10.1MBps", in, "1.01e+07 declared"},
		{"peak", "  ingress: 10MBps\n  peak_ingress: 30MBps", in, "1e+07 declared, peak 3e+07"},
		{"peaks of topics add up as if they met", two + "    - {name: c, partitions: 1, ingress: 1MBps, peak_ingress: 5MBps}\n", in,
			"1.1e+07 derived, peak 1.5e+07"},
		{"messages from ingress and size", "  ingress: 10MBps\n  average_message_size: 2KB", messages, "5000 derived"},
		{"messages unknown", "  ingress: 10MBps", messages, "-"},
		{"messages summed", "  topics: [{name: a, partitions: 1, messages_per_second: 5, average_message_size: 2KB}]", messages,
			"5 derived"},
		{"average from ingress and rate", "  ingress: 10MBps\n  messages_per_second: 5000", average, "2000 derived"},
		{"average of sums", "  topics: [{name: a, partitions: 1, messages_per_second: 1, average_message_size: 1KB}, {name: b, partitions: 1, messages_per_second: 3, average_message_size: 5KB}]", average, "4000 derived"},
		{"average of no messages is unknown", "  ingress: 0MBps\n  messages_per_second: 0", average, "-"},
		{"egress unknown", "  ingress: 10MBps", out, "-"},
		{"egress of counted groups", "  ingress: 10MBps\n  consumer_groups: 3", out, "3e+07 derived"},
		{"egress of no groups is zero", "  ingress: 10MBps\n  groups: 0", out, "0 derived"},
		{"egress stated, peak in proportion", "  ingress: 10MBps\n  egress: 5MBps\n  peak_ingress: 40MBps", out,
			"5e+06 declared, peak 2e+07"},
		{"egress and its peak stated", "  ingress: 10MBps\n  egress: 5MBps\n  peak_ingress: 40MBps\n  peak_egress: 6MBps", out,
			"5e+06 declared, peak 6e+06"},
		{"egress of listed groups", two + "  groups: [{name: g, topics: [a]}, {name: h, topics: [a, b]}]", out, "1.4e+07 derived"},
		{"egress of listed groups that state theirs",
			two + "  groups: [{name: g, topics: [a], egress: 1MBps}, {name: h, topics: [b]}]", out, "7e+06 derived"},
		{"egress summed over topics", "  topics: [{name: a, partitions: 1, ingress: 1MBps, egress: 3MBps}]", out, "3e+06 derived"},
		{"stored", "  ingress: 10MBps\n  retention: 1h", stored, "3.6e+10 derived"},
		{"stored as stated", "  ingress: 10MBps\n  retention: 1h\n  stored_bytes: 1GB", stored, "1e+09 declared"},
		{"stored without retention", "  ingress: 10MBps", stored, "-"},
		{"stored for ever", "  ingress: 10MBps\n  retention: unlimited", stored, "-"},
		{"stored per topic", two + "    - {name: c, partitions: 1, ingress: 1MBps, retention: 1s}\n  retention: 10s", stored,
			"1.01e+08 derived"},
		{"stored, compacted topic of unknown size",
			two + "    - {name: c, partitions: 1, ingress: 1MBps, compacted: true}\n  retention: 10s", stored, "-"},
		{"hottest spread evenly, with the peak", "  ingress: 10MBps\n  peak_ingress: 20MBps\n  partitions: 10", hotIn,
			"1e+06 estimated, peak 2e+06 "},
		{"hottest stated", "  ingress: 10MBps\n  partitions: 10\n  hottest_partition_ingress: 4MBps", hotIn, "4e+06 declared "},
		{"hottest unknown without partitions", "  ingress: 10MBps", hotIn, "- "},
		{"hottest of the topics", two, hotIn, "2e+06 estimated b"},
		{"hottest read of the topics", two + "  groups: [{name: g, topics: [a]}, {name: h, topics: [a, b]}]", hotOut,
			"4e+06 estimated a"},
		{"hottest read of counted groups", "  ingress: 10MBps\n  partitions: 10\n  groups: 2", hotOut, "2e+06 estimated "},
		{"hottest read follows the hottest written",
			"  ingress: 10MBps\n  partitions: 10\n  groups: 2\n  hottest_partition_ingress: 4MBps", hotOut, "8e+06 derived "},
		{"hottest read of a topic follows too",
			"  topics: [{name: a, partitions: 10, ingress: 10MBps, hottest_partition_ingress: 4MBps}]\n  groups: 3", hotOut,
			"1.2e+07 derived a"},
		{"hottest read as stated", "  ingress: 10MBps\n  partitions: 10\n  groups: 2\n  hottest_partition_ingress: 4MBps\n  hottest_partition_egress: 5MBps", hotOut, "5e+06 declared "},
		{"partitions unknown", "  ingress: 10MBps", partitions, "-, -"},
		{"partitions summed, none compacted", two, partitions, "5 derived, 0 derived"},
		{"partitions stated", "  ingress: 10MBps\n  partitions: 7", partitions, "7 declared, -"},
		{"groups unknown", "  ingress: 10MBps", groups, "-"},
		{"groups listed", two + "  groups: [{name: g, topics: [a]}]", groups, "1 derived"},
		{"groups counted", "  ingress: 10MBps\n  groups: 4", groups, "4 declared"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.get(parse(t, tt.body)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestNameComesFromTheFile(t *testing.T) {
	if got := parse(t, "  ingress: 1MBps").Cluster; got != "orders.prod" {
		t.Errorf("got %q, want orders.prod", got)
	}
}

// The order of a file means nothing: topics and groups turned round give the same bytes.
func TestOrderOfListsDoesNotMatter(t *testing.T) {
	const a, b, c = "{name: a, partitions: 2, ingress: 0.1MBps}", "{name: b, partitions: 3, ingress: 0.2MBps}",
		"{name: c, partitions: 1, ingress: 0.3MBps}"
	const g, h = "{name: g, topics: [a, b]}", "{name: h, topics: [c, a]}"
	body := func(topics, groups []string) string {
		return "  topics: [" + strings.Join(topics, ", ") + "]\n  groups: [" + strings.Join(groups, ", ") + "]\n"
	}
	one, _ := json.Marshal(parse(t, body([]string{a, b, c}, []string{g, h})))
	two, _ := json.Marshal(parse(t, body([]string{c, b, a}, []string{h, g})))
	if string(one) != string(two) {
		t.Errorf("got\n%s\nand\n%s", one, two)
	}
}

// Whatever the file: no panic; a refusal with places; or a workload whose figures are finite, bounded and known by whom.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"region: us-east-1\nworkload: {ingress: 1EBps, retention: 290y}",
		"region: us-east-1\nworkload: {ingress: 1EBps, retention: 100000d, partitions: 1}",
		"region: us-east-1\nworkload: {messages_per_second: 1e21, average_message_size: 1000EB, groups: 2147483647, retention: 106000d}",
		"region: us-east-1\nworkload:\n  topics: [{name: a, partitions: 1, ingress: 0B/s}]\n  groups: [{name: g, topics: [a], egress: 1MBps}]",
		"region: us-east-1\nworkload: {ingress: }",
		"region: us-east-1\nworkload: {ingress: 1e-300B/s, peak_ingress: 1000EBps, egress: 1000EBps}",
		"region: us-east-1\nworkload: {topics: [], ingress: 1MBps}\nrequirements: {authentication: [], raised_quotas: {message_size: 9MiB}}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		w, _, err := workloadfile.Parse("w.yaml", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "w.yaml:") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		figures := []*workload.Figure{of(w.IngressBytesPerSec), of(w.EgressBytesPerSec), of(w.MessagesPerSec), of(w.HottestIngress),
			of(w.HottestEgress),
			w.StoredBytes, w.AverageMessageBytes, w.MaxMessageBytes, w.Partitions, w.CompactedPartitions,
			w.LargestCompactedPartitionBytes}
		for i, g := range figures {
			if g != nil && (!(g.Value >= 0) || math.IsInf(g.Value, 0) || g.Low != g.Value || g.High != g.Value || g.Source == "") {
				t.Errorf("figure %d is %+v", i, *g)
			}
		}
		if w.IngressBytesPerSec == nil {
			t.Error("a workload without ingress was accepted")
		}
		if _, err := json.Marshal(w); err != nil {
			t.Errorf("cannot be written: %v", err)
		}
	})
}

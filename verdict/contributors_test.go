package verdict

import (
	"fmt"
	"slices"
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
)

func bytesPerSec(v float64) *workload.Quantity {
	return workload.Constantly(workload.Exactly(v, workload.Measured, "test"))
}

func described(contributors []Contributor) []string {
	var out []string
	for _, m := range contributors {
		out = append(out, fmt.Sprintf("%s %s %+g %s %.0f%%", m.Kind, m.Name, m.Change, m.Unit, m.Share*100))
	}
	return out
}

func TestTopContributors(t *testing.T) {
	yes, no := true, false
	before := Observed{
		Topics: []TopicFigures{{Name: "orders", Partitions: 10, Compacted: &no, IngressBytesPerSec: bytesPerSec(50e6)},
			{Name: "clicks", Partitions: 10, IngressBytesPerSec: bytesPerSec(20e6)},
			{Name: "audit", Partitions: 5, Compacted: &yes}, {Name: "old", Partitions: 5, IngressBytesPerSec: bytesPerSec(5e6)}},
		Groups: []GroupFigures{{Name: "billing", EgressBytesPerSec: bytesPerSec(10e6)}, {Name: "search"}},
	}
	after := Observed{
		Topics: []TopicFigures{{Name: "orders", Partitions: 40, Compacted: &no, IngressBytesPerSec: bytesPerSec(71e6)},
			{Name: "clicks", Partitions: 10, IngressBytesPerSec: bytesPerSec(26e6)},
			{Name: "audit", Partitions: 9, Compacted: &yes, IngressBytesPerSec: bytesPerSec(9e6)},
			{Name: "new", Partitions: 6, IngressBytesPerSec: bytesPerSec(3e6)}},
		Groups: []GroupFigures{{Name: "billing", EgressBytesPerSec: bytesPerSec(30e6)},
			{Name: "search", EgressBytesPerSec: bytesPerSec(5e6)}, {Name: "export", EgressBytesPerSec: bytesPerSec(5e6)}},
	}
	for rule, want := range map[string][]string{
		// audit had no figure before: it is not known to have moved. old went the other way.
		"serverless.ingress_per_cluster": {"topic orders +2.1e+07 bytes/s 70%", "topic clicks +6e+06 bytes/s 20%",
			"topic new +3e+06 bytes/s 10%"},
		"serverless.egress_per_cluster":       {"group billing +2e+07 bytes/s 80%", "group export +5e+06 bytes/s 20%"},
		"serverless.partitions_non_compacted": {"topic orders +30 partitions 83%", "topic new +6 partitions 17%"},
		"serverless.partitions_compacted":     {"topic audit +4 partitions 100%"},
		"serverless.consumer_groups":          {"group export +1 groups 100%"},
		"serverless.message_size":             nil,
	} {
		if got := described(TopContributors(before, after, rule)); !slices.Equal(got, want) {
			t.Errorf("%s: got  %q\nwant %q", rule, got, want)
		}
	}
	if got := described(TopContributors(after, before, "serverless.ingress_per_cluster")); got[0] != "topic orders -2.1e+07 bytes/s 70%" {
		t.Errorf("on the way down: %q", got)
	}
	if got := TopContributors(Observed{}, after, "serverless.ingress_per_cluster"); got != nil {
		t.Errorf("without a verdict before: %v", got)
	}
}

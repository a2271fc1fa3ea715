package analyzer

import (
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Where a version is judged, the end of AWS's support for it is said: of the one required, or of today's.
func TestTheEndOfSupportIsSaid(t *testing.T) {
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		in   Input
		want string
	}{
		"required": {Input{Requirements: workload.Requirements{KafkaVersion: "3.6"}},
			"Kafka 3.6 is required, which AWS supports until 2026-06-01; up to"},
		"today's": {Input{Workload: workload.Workload{MSK: &workload.MSKCluster{KafkaVersion: "3.7.x.kraft"}}},
			"AWS supports today's 3.7.x.kraft until 2026-09-01"},
		"no end": {Input{Requirements: workload.Requirements{KafkaVersion: "3.9"}}, "Kafka 3.9 is required; up to"},
	} {
		r := evaluation{kind: verdict.Standard, words: true}
		provisionedVersion(&r, &c.in, cat.Standard.Versions)
		if got := r.rules[0].Evidence; !strings.Contains(got, c.want) {
			t.Errorf("%s: %q does not say %q", name, got, c.want)
		}
	}
}

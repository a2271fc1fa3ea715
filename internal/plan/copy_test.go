package plan

import (
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
)

// Between MSK clusters the developer guide asks for IAM and three brokers at the source; what it does not say is marked.
func TestReplicatorBetweenMSKClusters(t *testing.T) {
	for _, tt := range []struct {
		name   string
		source workload.MSKCluster
		can    bool
		want   string
	}{
		{"two brokers", workload.MSKCluster{Kind: "standard", Brokers: 2, Authentication: []string{"iam"}}, false, "at least three brokers at the source, which has 2"},
		{"IAM is on", workload.MSKCluster{Kind: "standard", Brokers: 3, Authentication: []string{"iam", "sasl_scram"}}, true, "IAM access control on the source, which has it."},
		{"IAM is off", workload.MSKCluster{Kind: "standard", Brokers: 3, Authentication: []string{"sasl_scram"}}, true, "turn it on there first, the source has sasl_scram."},
		{"unknown", workload.MSKCluster{Kind: "express", Brokers: 3}, true, "whether the source has it is unknown."},
		{"Serverless", workload.MSKCluster{Kind: "serverless"}, true, "which has it."},
	} {
		can, why := betweenMSK(&tt.source)
		if can != tt.can || !strings.Contains(why, tt.want) || can && !strings.Contains(why, "were not checked") {
			t.Errorf("%s: %v, %q, want %v, %q", tt.name, can, why, tt.can, tt.want)
		}
	}
}

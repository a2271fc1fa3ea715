package analyzer

import (
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// atQuota is 200 MB/s in and 400 MB/s out, spread over enough partitions: exactly what one Serverless cluster takes.
func atQuota(t testing.TB) Input {
	declared := func(v float64) workload.Figure { return workload.Exactly(v, workload.Declared, "test") }
	quantity := func(v float64) *workload.Quantity { return &workload.Quantity{Figure: declared(v)} }
	no, one, none := false, 1, 0
	partitions, compacted, groups, message := declared(1000), declared(0), declared(2), declared(1e6)
	w := workload.Workload{Region: "us-east-1", Declared: true, Coverage: 1, IngressBytesPerSec: quantity(200e6),
		EgressBytesPerSec: quantity(400e6),
		HottestIngress:    quantity(0.2e6), HottestEgress: quantity(0.4e6), Partitions: &partitions,
		CompactedPartitions: &compacted,
		ConsumerGroups:      &groups, MaxMessageBytes: &message, ClientConnections: quantity(100), ConnectionsPerSec: quantity(1),
		RequestsPerSec: quantity(1000)}
	r := workload.Requirements{OperationsTeam: &no, Authentication: []string{"iam"}, ACLs: &no, ZooKeeperAccess: &no,
		Splittable:                  &no,
		BrokerConfigurationDeclared: true, ClientVPCs: &one, ExistingServerlessClusters: &none}
	return Input{Workload: w, Requirements: r, Catalog: embedded(t), Options: DefaultOptions()}
}

// At exactly the quota Serverless fits when nothing has to stay free, and not with the default of 20 %.
func TestHeadroomIsDeclared(t *testing.T) {
	share := func(v float64) *float64 { return &v }
	tests := []struct {
		name     string
		declared *float64
		limits   map[string]float64
		times    float64 // of 200 MB/s in and 400 MB/s out
		fits     verdict.Feasible
		sentence string
	}{
		{"default", nil, nil, 1, verdict.No, "20 % of every limit on traffic stays free (default; declare requirements.headroom for another share)"},
		{"none", share(0), nil, 1, verdict.Yes, "0 % of every limit on traffic stays free (declared)"},
		{"none, and above the quota", share(0), nil, 1.000001, verdict.No, "0 % of every limit on traffic stays free (declared)"},
		{"at the share", share(0.3), nil, 0.7, verdict.Yes, "30 % of every limit on traffic stays free (declared)"},
		{"above the share", share(0.3), nil, 0.701, verdict.No, "30 % of every limit on traffic stays free (declared)"},
		{"one limit alone", nil, map[string]float64{"ingress_per_cluster": 0}, 1, verdict.No,
			"20 % of every limit on traffic stays free (declared); ingress_per_cluster 0 %"},
		{"both limits", nil, map[string]float64{"ingress_per_cluster": 0, "egress_per_cluster": 0}, 1, verdict.Yes,
			"20 % of every limit on traffic stays free (declared); egress_per_cluster 0 %, ingress_per_cluster 0 %"},
		{"a limit that has none by default", share(0), map[string]float64{"partitions_non_compacted": 0.6}, 1, verdict.No,
			"0 % of every limit on traffic stays free (declared); partitions_non_compacted 60 %"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := atQuota(t)
			in.Workload = heavier(in.Workload, tt.times)
			in.Requirements.Headroom, in.Requirements.LimitHeadroom = tt.declared, tt.limits
			if err := Validate(in); err != nil {
				t.Fatal(err)
			}
			v := Analyze(in, propertyNow)
			if got := v.Options[0]; got.Kind != verdict.Serverless || got.Feasible != tt.fits {
				t.Errorf("%s is %s, want %s: %s", got.Kind, got.Feasible, tt.fits, got.Rule("serverless.headroom").Evidence)
			}
			if v.Headroom == nil || v.Headroom.Sentence != tt.sentence {
				t.Errorf("the verdict says %+v, want %q", v.Headroom, tt.sentence)
			}
		})
	}
}

func TestHeadroomIsRefused(t *testing.T) {
	share := func(v float64) *float64 { return &v }
	tests := []struct {
		r    workload.Requirements
		want string
	}{
		{workload.Requirements{Headroom: share(20)}, "headroom: 20 must be a share from 0 to 0.9: write 0.2 for 20 %"},
		{workload.Requirements{Headroom: share(-0.1)}, "headroom: -0.1 must be a share from 0 to 0.9"},
		{workload.Requirements{Headroom: share(0.95)}, "headroom: 0.95 must be a share from 0 to 0.9"},
		{workload.Requirements{LimitHeadroom: map[string]float64{"ingress": 0.1}},
			"headroom.ingress: not a limit: write all, brokers or the id of a Serverless quota, as mskfit catalog lists them"},
		{workload.Requirements{LimitHeadroom: map[string]float64{"ingress_per_cluster": 1}},
			"headroom.ingress_per_cluster: 1 must be a share from 0 to 0.9"},
		{workload.Requirements{MaxPremiumUSD: share(-1)}, "max_premium: -1 must be dollars a month, from 0"},
	}
	for _, tt := range tests {
		err := ValidateRequirements(tt.r, embedded(t))
		if err == nil || strings.TrimSpace(err.Error()) != tt.want {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

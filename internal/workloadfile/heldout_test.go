package workloadfile_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/verdict"
)

// heldOut is a company that no example describes; lines of it are replaced per test.
const heldOut = `region: us-west-2
workload:
  ingress: 12MBps
  peak_ingress: 20MBps
  consumer_groups: 2
  partitions: 300
  compacted_partitions: 0
  max_message_size: 900KB
  retention: 3d
  replication_factor: 3
requirements:
  operations_team: true
  authentication: [sasl_scram]
  acls: true
  broker_configuration: []
`

// replaced is heldOut with old, new pairs applied.
func replaced(t *testing.T, pairs ...string) verdict.Verdict {
	t.Helper()
	return analyzed(t, strings.NewReplacer(pairs...).Replace(heldOut))
}

// A choice that is not the lowest bill is not called the cheapest: tiered storage would save 2.6 % here, too little to be proposed.
func TestCheapestIsNotSaidOfADearerChoice(t *testing.T) {
	v := replaced(t)
	if v.Premium == nil || !v.Premium.Against.TieredStorage {
		t.Fatalf("premium %+v, want one against tiered storage", v.Premium)
	}
	if s := v.Premium.Sentence; !strings.Contains(s, "without tiered storage, which would save less than 5 %") {
		t.Errorf("the premium says %q", s)
	}
}

// Several clusters do not help where a message or a partition is above its quota, even if the topics are not listed.
func TestNoSplitHelpsALargeMessage(t *testing.T) {
	own := []string{"sasl_scram", "iam", "acls: true", "acls: false"}
	for _, tt := range [][]string{
		{"max_message_size: 900KB", "max_message_size: 20MB"},
		{"partitions: 300", "partitions: 2"}, // 10 MB/s into each, where a partition takes 5
	} {
		for _, o := range replaced(t, append(tt, own...)...).Options {
			if o.Kind == verdict.ServerlessSplit {
				t.Errorf("%s: %d × MSK Serverless is an option, want none", tt[1], o.Clusters)
			}
		}
	}
}

// Express has brokers in three zones, whatever the owner asks for: no other number of them exists.
func TestExpressComesInThrees(t *testing.T) {
	v := replaced(t, "operations_team: true", "operations_team: true\n  zones: 2", "20MBps", "100MBps")
	for _, o := range v.Options {
		if o.Kind == verdict.Express && o.Brokers%3 != 0 {
			t.Errorf("%d × %s", o.Brokers, o.Size)
		}
	}
}

// A value that reads like its limit is distinguished from it by the difference.
func TestJustAboveALimitSaysByHowMuch(t *testing.T) {
	v := replaced(t, "ingress: 12MBps", "ingress: 150MBps", "peak_ingress: 20MBps", "peak_ingress: 200.1MBps")
	i := slices.IndexFunc(v.Options, func(o verdict.Option) bool { return o.Kind == verdict.Serverless })
	r := v.Options[i].Rule("serverless.ingress_per_cluster")
	if want := "ingress peak 200 MB/s is 100 KB/s above the quota of 200 MB/s"; r == nil || !strings.HasPrefix(r.Evidence, want) {
		t.Errorf("got %+v, want %q", r, want)
	}
}

func TestPreferredSplitReadsRight(t *testing.T) {
	v := analyzed(t, `region: eu-west-1
workload:
  max_message_size: 512KB
  retention: 24h
  topics:
    - {name: trips, partitions: 200, ingress: 120MBps}
    - {name: gps, partitions: 300, ingress: 140MBps}
  groups:
    - {name: dispatch, topics: [trips]}
    - {name: maps, topics: [gps]}
requirements:
  operations_team: false
  authentication: [iam]
  splittable: true
  prefer: serverless_split
`)
	if v.Premium == nil || !strings.HasPrefix(v.Premium.Sentence, "Chosen because several Serverless clusters are preferred.") {
		t.Errorf("premium %+v", v.Premium)
	}
}

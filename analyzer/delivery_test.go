package analyzer

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// gaming is AWS's published case: 15 MB/s in and, with one group, out; 50 partitions, a day of retention, no one to run Kafka.
func gaming(t *testing.T) Input {
	t.Helper()
	in := rowInput(t, "[14.30511474609375, 14.30511474609375, 14.30511474609375, 14.30511474609375, 50, 3, 24, 24, 0, false]",
		Input{Catalog: embedded(t)})
	in.Options.Profile = "mskfit"
	team, zookeeper := false, false
	in.Requirements = workload.Requirements{OperationsTeam: &team, ZooKeeperAccess: &zookeeper, Authentication: []string{"iam"},
		BrokerConfigurationDeclared: true}
	in.Workload.ConsumerGroups = exact1(1)
	in.Workload.MaxMessageBytes = exact1(1e6)
	in.Workload.CompactedPartitions = exact1(0)
	in.Workload.Topics = exact1(10)
	return in
}

func exact1(v float64) *workload.Figure {
	f := workload.Exactly(v, workload.Declared, "case")
	return &f
}

// A group that only copies to S3 costs $1,971 of Serverless egress a month, and $315.36 by Express data delivery.
func TestDeliveryIsWeighedAgainstServerlessEgress(t *testing.T) {
	in := gaming(t)
	in.Requirements.CopiesToS3 = []string{"archiver"}
	v := Analyze(in, time.Unix(0, 0))
	if v.Choice == nil || v.Choice.Kind != verdict.Serverless {
		t.Fatalf("the choice is %+v, want Serverless as published", v.Choice)
	}
	x := v.Delivery
	if x == nil {
		t.Fatalf("no delivery; reasons %q", v.Reasons)
	}
	if x.TB != 39.42 || x.DeliveryUSD != 315.36 || x.ReadsUSD != 1971 || x.Kind != verdict.Express || !x.Unverified ||
		x.Source != "S-DELIVERY" {
		t.Errorf("got %+v, want 39.42 TB for $315.36 instead of $1,971.00, unverified", x)
	}
	var express float64
	for _, o := range v.Options {
		if o.Kind == verdict.Express && o.Size == x.Size {
			express = *o.MonthlyUSD
		}
	}
	// Without rack awareness the reads leave the bill of traffic between zones: 39,420 GB × 2/3 × $0.02.
	if want := cents(express - 525.60 + 315.36); x.MonthlyUSD != want {
		t.Errorf("Express with delivery costs %.2f, want %.2f", x.MonthlyUSD, want)
	}
	if !slices.ContainsFunc(v.Actions, func(a verdict.Action) bool { return a.Target == "archiver" && a.Why == x.Sentence }) {
		t.Errorf("no action; actions %+v", v.Actions)
	}
	if !strings.Contains(x.Sentence, "$315 ($8.00 per TB, unverified); the choice pays $1,971 a month") {
		t.Errorf("sentence: %s", x.Sentence)
	}
}

func TestDeliveryThatCannotBeWeighedSaysWhy(t *testing.T) {
	list := []workload.GroupWorkload{{Name: "app", EgressBytesPerSec: workload.Constantly(*exact1(1e6))}, {Name: "archiver"}}
	for name, tt := range map[string]struct {
		edit func(*Input)
		want string
	}{
		"region":  {func(in *Input) { in.Workload.Region = "eu-west-1" }, "its price in this region is unknown"},
		"egress":  {func(in *Input) { in.Workload.EgressBytesPerSec = nil }, "egress is unknown"},
		"groups":  {func(in *Input) { in.Workload.ConsumerGroups = nil }, "what each consumer group reads is unknown"},
		"missing": {func(in *Input) { in.Workload.GroupList = list[:1] }, "there is no consumer group archiver"},
		"reads":   {func(in *Input) { in.Workload.GroupList = list }, "what archiver reads is not known"},
	} {
		in := gaming(t)
		in.Requirements.CopiesToS3 = []string{"archiver"}
		tt.edit(&in)
		v := Analyze(in, time.Unix(0, 0))
		want := "Express data delivery is not considered for archiver: " + tt.want
		if v.Delivery != nil || !slices.Contains(v.Reasons, want) {
			t.Errorf("%s: got %+v and reasons %q, want %q", name, v.Delivery, v.Reasons, want)
		}
	}
}

func TestGroupsThatSpeakOfS3AreAskedAbout(t *testing.T) {
	for _, tt := range []struct {
		group    string
		declared []string
		asked    bool
	}{
		{"connect-s3-sink", nil, true}, {"orders_ICEBERG", nil, true}, {"connect-jdbc", nil, false}, {"ws3000", nil, false},
		{"connect-s3-sink", []string{}, false},
	} {
		in := gaming(t)
		in.Workload.GroupList = []workload.GroupWorkload{{Name: tt.group, EgressBytesPerSec: in.Workload.EgressBytesPerSec}}
		in.Requirements.CopiesToS3 = tt.declared
		v := Analyze(in, time.Unix(0, 0))
		i := slices.IndexFunc(v.Questions, func(q verdict.Question) bool { return q.Field == "copies_to_s3" })
		if (i >= 0) != tt.asked {
			t.Errorf("%s, declared %v: asked is %v, want %v", tt.group, tt.declared, i >= 0, tt.asked)
		}
		if i >= 0 && !strings.Contains(v.Questions[i].Effect, "none: MSK Serverless, ") {
			t.Errorf("%s: effect %s", tt.group, v.Questions[i].Effect)
		}
		if v.Delivery != nil {
			t.Errorf("%s: considered though it was not declared", tt.group)
		}
	}
}

func TestMovingToTheChoiceNamesTheTool(t *testing.T) {
	for name, tt := range map[string]struct {
		edit func(*Input)
		want string
	}{
		"declared": {func(in *Input) { in.Workload.Declared = true }, ""},
		"msk":      {func(in *Input) { in.Workload.MSK = &workload.MSKCluster{} }, ""},
		"serverless": {func(*Input) {},
			"moving there: from Kafka outside MSK, MSK Replicator copies only to Express; for MSK Serverless use another tool, such as MirrorMaker 2"},
		"express": {func(in *Input) { in.Requirements.Prefer = "express" },
			"moving there: MSK Replicator copies from Kafka outside MSK to Express, from sources with SCRAM, mTLS or OAuth, records up to 20 MB within a region and 10 MB across"},
	} {
		in := gaming(t)
		in.Workload.Declared, in.Options.MinWindow = false, time.Nanosecond
		in.Workload.Window = workload.Window{Start: time.Unix(0, 0), End: time.Unix(7200, 0)}
		tt.edit(&in)
		v := Analyze(in, time.Unix(7200, 0))
		got := ""
		for _, r := range v.Reasons {
			if strings.HasPrefix(r, "moving there: ") {
				got = r
			}
		}
		if v.Choice == nil || got != tt.want {
			t.Errorf("%s: choice %+v, got %q, want %q; reasons %q", name, v.Choice, got, tt.want, v.Reasons)
		}
	}
}

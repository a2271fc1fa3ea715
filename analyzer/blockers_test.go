package analyzer

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// The option that the reasons call nearest is the one that a report lists for the kind: one order decides, and the distance that
// the analyzer works out without rules is the one that their outcomes give.
func TestOneOrderOfWhatIsNearest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := prepared(t, drawn(rt))
		d := decide(&in, forVerdict)
		shown := d.reported()
		for i := range d.options {
			if got, want := d.distance(&d.options[i]),
				shown[i].Distance(); shown[i].Feasible == verdict.No && !d.options[i].evaluation.blocked && got != want {
				if got.Over != 0 && want.Over != 0 {
					got.Over = want.Over // one is rounded for people
				}
				if got != want {
					rt.Fatalf("%s: %+v by the analyzer, %+v by its rules", d.options[i].choice().Name(), got, want)
				}
			}
		}
	})
}

// A profile excludes families of Standard sizes. Express sizes of a family of the same name stay: both ways to work out a
// distance say so.
func TestOnlyStandardSizesAreExcluded(t *testing.T) {
	in := atQuota(t)
	in.Requirements.Authentication = []string{"kerberos"}
	own := *in.Catalog
	own.Profiles = maps.Clone(in.Catalog.Profiles)
	profile := own.Profiles[DefaultOptions().Profile]
	profile.ExcludedFamilies = map[string]string{"m7g": "not for this test"}
	own.Profiles[DefaultOptions().Profile], in.Catalog = profile, &own
	d := decide(&in, forVerdict)
	shown, unfit := d.reported(), map[verdict.Kind]int{}
	for i := range d.options {
		o := &d.options[i]
		if got, want := d.distance(o).Unfit, shown[i].Distance().Unfit; got != want ||
			want != (o.kind == verdict.Standard && family(o.size) == "kafka.m7g") {
			t.Errorf("%s: unfit %v by the analyzer, %v by its rules", o.choice().Name(), got, want)
		} else if got {
			unfit[o.kind]++
		}
	}
	if unfit[verdict.Standard] == 0 {
		t.Error("no Standard size is excluded")
	}
}

// Where nothing fits, the nearest is the cheapest of those with the fewest broken limits, and not the one with the fewest brokers.
func TestTheNearestIsTheCheapestOfTheNearest(t *testing.T) {
	in := atQuota(t)
	in.Requirements.Authentication = []string{"kerberos"}
	v := Analyze(in, propertyNow)
	if v.Choice != nil {
		t.Fatalf("chose %+v", v.Choice)
	}
	for _, k := range []verdict.Kind{verdict.Express, verdict.Standard} {
		var cheapest *verdict.Option
		for i := range v.Options {
			o := &v.Options[i]
			if o.Kind == k && (cheapest == nil || o.Distance().Compare(cheapest.Distance()) < 0) {
				cheapest = o
			}
		}
		name := verdict.Choice{Kind: k, Size: cheapest.Size, Brokers: cheapest.Brokers, Clusters: 1,
			TieredStorage: cheapest.TieredStorage}.Name()
		if !slices.ContainsFunc(v.Reasons, func(r string) bool { return strings.Contains(r, "nearest is "+name+":") }) {
			t.Errorf("%s is the nearest; the reasons are %q", name, v.Reasons)
		}
		i := slices.IndexFunc(v.NearMisses, func(m verdict.NearMiss) bool { return m.Kind == k })
		if i < 0 || v.NearMisses[i].Choice.Name() != name {
			t.Errorf("%s is the nearest; near misses are %+v", name, v.NearMisses)
		}
	}
	if strings.Contains(strings.Join(v.Reasons, " "), "t3") {
		t.Errorf("a size for trials is named: %q", v.Reasons)
	}
}

// With ZooKeeper, Express runs 3.8: AWS creates 3.9 on Express with KRaft only.
func TestExpressWithZooKeeperRunsAnOlderVersion(t *testing.T) {
	in := atQuota(t)
	yes := true
	in.Requirements.ZooKeeperAccess = &yes
	want := "Kafka 3.8 runs with ZooKeeper; at most 30 brokers a cluster in that mode"
	for _, o := range Analyze(in, propertyNow).Options {
		if r := o.Rule("express.zookeeper_access"); r != nil && r.Evidence != want {
			t.Errorf("got %q, want %q", r.Evidence, want)
		}
	}
	in.Requirements.KafkaVersion = "3.9"
	for _, o := range Analyze(in, propertyNow).Options {
		if r := o.Rule("express.kafka_version"); r != nil && r.Outcome != verdict.Fail {
			t.Errorf("3.9 with ZooKeeper is %s: %s", r.Outcome, r.Evidence)
		}
	}
}

// What is kept without limit grows: volumes are full some day, and the bill is only that of today.
func TestUnlimitedRetentionIsSaid(t *testing.T) {
	in := atQuota(t)
	in.Workload = heavier(in.Workload, 0.01)
	in.Workload.IngressBytesPerSec = workload.Constantly(workload.Exactly(0.5e6, workload.Declared, "test"))
	forever := workload.RetentionUnlimited
	yes := true
	in.Workload.TopicList, in.Workload.GroupList = nil, nil
	in.Workload.Retention, in.Workload.StoredBytes = &forever, workload.Exactly(8e12, workload.Declared, "test").Ptr()
	in.Requirements.OperationsTeam, in.Requirements.Prefer = &yes, string(verdict.Standard)
	v := Analyze(in, propertyNow)
	// 0.5 MB/s × 2,628,000 s = 1.31 TB a month; 8 TB × 3 copies × 2 = 44,703 GiB, half of it free: 8 ÷ 1.31 = 6 months.
	want := "data is kept without limit and grows by 1.31 TB a month: the 44,703 GiB that are priced are full in about 6 months"
	if !slices.Contains(v.Reasons, want) {
		t.Errorf("chose %+v; reasons %q, want %q", v.Choice, v.Reasons, want)
	}
	i := slices.IndexFunc(v.Assumptions, func(a verdict.Assumption) bool { return a.ID == "unlimited_retention" })
	if i < 0 || v.Assumptions[i].ExtraUSD == nil || *v.Assumptions[i].ExtraUSD <= 0 {
		t.Errorf("assumptions %+v", v.Assumptions)
	}
	week := 7 * 24 * time.Hour
	in.Workload.Retention = &week
	if v = Analyze(in, propertyNow); slices.ContainsFunc(v.Assumptions,
		func(a verdict.Assumption) bool { return a.ID == "unlimited_retention" }) {
		t.Errorf("a week is not without limit: %+v", v.Assumptions)
	}
}

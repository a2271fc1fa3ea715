package analyzer

import (
	"math"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// exact is a declared quantity.
func exact(v float64) *workload.Quantity {
	return workload.Constantly(workload.Exactly(v, workload.Declared, "test"))
}

func figureOf(v float64) *workload.Figure {
	return workload.Exactly(v, workload.Declared, "test").Ptr()
}

// plain is a described workload of so many MB/s.
func plain(t testing.TB, in, out, partitions float64) Input {
	t.Helper()
	day := 24 * time.Hour
	w := workload.Workload{Region: "us-east-1", Declared: true, Coverage: 1, RackAwareConsumers: true, Retention: &day,
		ReplicationFactor:  3,
		IngressBytesPerSec: exact(in * workload.MB), EgressBytesPerSec: exact(out * workload.MB), Partitions: figureOf(partitions)}
	return prepared(t, Input{Workload: w, Options: DefaultOptions()})
}

// AWS's own worked examples, by the profile that they follow.
func TestWorkedExamples(t *testing.T) {
	for _, c := range []struct {
		name, profile, size string
		in, out             float64
		brokers             int
		bottleneck          constraint
	}{
		// V1, the developer guide: 3 × 15.6 = 46.8 in and 3 × 31.2 = 93.6 out.
		{"45 in and 90 out by the guide", "aws-guide", "express.m7g.large", 45, 90, 3, byIngress},
		// The script plans 15.625 MiB/s × 0.75: 42.9 ÷ 11.7 = 3.7.
		{"45 in and 90 out by the script", "aws-script", "express.m7g.large", 45, 90, 6, byIngress},
		{"45 in and 90 out by default", "mskfit", "express.m7g.large", 45, 90, 6, byIngress},
		// V2, the skill: 5 groups read 500 MB/s, 4 brokers of 125 out, rounded up for three zones.
		{"100 in and 500 out by the guide", "aws-guide", "express.m7g.2xlarge", 100, 500, 6, byEgress},
		// The one Standard rate of the guide: 153.8 MB/s for kafka.m7g.16xlarge.
		{"460 in by the guide", "aws-guide", "kafka.m7g.16xlarge", 460, 460, 3, byIngress},
		{"462 in by the guide", "aws-guide", "kafka.m7g.16xlarge", 462, 462, 6, byIngress},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := plain(t, c.in, c.out, 100)
			in.Options.Profile = c.profile
			hour := time.Hour
			in.Workload.Retention = &hour
			o := decide(&in, forComparison).sized(c.size, false)
			if o == nil || o.brokers != c.brokers || o.plan.bottleneck != c.bottleneck {
				t.Errorf("got %+v, want %d brokers by %s", o, c.brokers, constraintNames[c.bottleneck])
			}
		})
	}
}

// The default profile plans with what a volume gives: 250 MiB/s unless more is provisioned, where the script takes the most
// that the size could have. kafka.m7g.8xlarge: 250 ÷ 6.5 × 0.5 = 19.2 MiB/s against 1000 ÷ 6.5 × 0.5 = 76.9.
func TestDefaultThroughputUnlessProvisioned(t *testing.T) {
	for _, c := range []struct {
		name, profile string
		provisioned   float64 // MiB/s
		want          float64 // MiB/s a broker
	}{
		{"script", "aws-script", 0, 1000 / 6.5 / 2},
		{"default", "mskfit", 0, 250 / 6.5 / 2},
		{"500 provisioned", "mskfit", 500, 500 / 6.5 / 2},
		{"more than the size takes", "mskfit", 5000, 1000 / 6.5 / 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := plain(t, 10, 10, 100)
			in.Options.Profile = c.profile
			if c.provisioned > 0 {
				v := c.provisioned * workload.MiB
				in.Workload.ProvisionedThroughputBytesPerSec = &v
			}
			got := decide(&in, forComparison).sized("kafka.m7g.8xlarge", false).plan.in / workload.MiB
			if math.Abs(got-c.want) > 1e-9 {
				t.Errorf("got %g MiB/s a broker, want %g", got, c.want)
			}
		})
	}
}

// kafka.m7g.2xlarge may provision by AWS's page and not by its script.
func TestProvisionedFrom(t *testing.T) {
	for profile, want := range map[string]float64{"mskfit": 300, "aws-script": 0} {
		in := plain(t, 10, 10, 100)
		in.Options.Profile = profile
		v := 300.0 * workload.MiB
		in.Workload.ProvisionedThroughputBytesPerSec = &v
		if got := decide(&in, forComparison).sized("kafka.m7g.2xlarge", false).plan.throughput; got != want {
			t.Errorf("%s provisions %g MiB/s, want %g", profile, got, want)
		}
	}
}

// Connections count towards brokers by default and not in the script, and only where clients use IAM.
func TestConnectionsCount(t *testing.T) {
	for _, c := range []struct {
		name, profile string
		methods       []string
		brokers       int
	}{
		{"IAM", "mskfit", []string{"iam"}, 6},
		{"not known", "mskfit", nil, 6},
		{"SCRAM", "mskfit", []string{"sasl_scram"}, 3},
		{"script", "aws-script", []string{"iam"}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := plain(t, 1, 1, 100)
			in.Options.Profile = c.profile
			in.Workload.ClientConnections = exact(12000)
			in.Requirements.Authentication = c.methods
			if got := decide(&in, forComparison).sized("express.m7g.large", false).brokers; got != c.brokers {
				t.Errorf("got %d brokers, want %d", got, c.brokers)
			}
		})
	}
}

// The example of AWS's pricing page: 100 partitions, 100 GB a day in, 200 out, 100 GB stored, 31 days in us-east-1.
func TestServerlessPricingExample(t *testing.T) {
	in := plain(t, 0, 0, 100)
	in.Workload.IngressBytesPerSec, in.Workload.EgressBytesPerSec = exact(100*workload.GB/86400), exact(200*workload.GB/86400)
	in.Workload.StoredBytes = figureOf(100 * workload.GiB)
	profile := in.Catalog.Profiles["mskfit"]
	profile.HoursPerMonth = 744
	p := pricesOf(&in, &profile)
	b := bill{keep: true, prices: &p}
	l := loadOf(&in)
	serverlessBill(&b, &profile, &l, 1)
	if usd, ok := b.total(); !ok || cents(usd) != 1299.60 {
		t.Errorf("got %.2f (%v), want 1299.60: %+v", usd, ok, b.lines)
	}
	for i, want := range []float64{558, 111.60, 310, 310, 10} {
		if got := cents(b.lines[i].MonthlyUSD); got != want {
			t.Errorf("%s is %.2f, want %.2f", b.lines[i].Item, got, want)
		}
	}
}

// A region that does not sell something has no price for it, and never a zero.
func TestNoPriceIsNotZero(t *testing.T) {
	in := plain(t, 1, 1, 10)
	in.Workload.Region = "us-west-1"
	v := Analyze(in, propertyNow)
	for _, o := range v.Options {
		if o.Kind == verdict.Express || o.Kind == verdict.Serverless {
			if o.MonthlyUSD != nil || o.Feasible != verdict.No {
				t.Errorf("%s %s: %v at %v", o.Kind, o.Size, o.Feasible, o.MonthlyUSD)
			}
		}
	}
	if v.Choice == nil || v.Choice.Kind != verdict.Standard {
		t.Errorf("choice %+v", v.Choice)
	}
}

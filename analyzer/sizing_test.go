package analyzer

import (
	"testing"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

func embedded(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// scriptInput is one input of AWS's sizing script: MiB/s, hours, partitions with replicas.
type scriptInput struct {
	avgIn, peakIn, avgOut, peakOut float64
	partitions, retention, primary int
	throughput                     float64
	rackAware                      bool
}

func (s scriptInput) input(c *catalog.Catalog) Input {
	rate := func(avg, peak float64) *workload.Quantity {
		p := peak * workload.MiB
		return &workload.Quantity{Figure: workload.Exactly(avg*workload.MiB, workload.Declared, "vector"), Peak: &p}
	}
	hours := func(h int) *workload.Span {
		d := workload.Span(h) * workload.Span(3600e9)
		return &d
	}
	retention, primary := hours(s.retention).Duration(), hours(s.primary).Duration()
	partitions := workload.Exactly(float64(s.partitions)/3, workload.Declared, "vector")
	w := workload.Workload{Region: "us-east-1", Declared: true, Coverage: 1,
		IngressBytesPerSec: rate(s.avgIn, s.peakIn), EgressBytesPerSec: rate(s.avgOut, s.peakOut),
		Partitions: &partitions, ReplicationFactor: 3, Retention: &retention, PrimaryRetention: &primary,
		RackAwareConsumers: s.rackAware}
	if s.throughput > 0 {
		v := s.throughput * workload.MiB
		w.ProvisionedThroughputBytesPerSec = &v
	}
	return Input{Workload: w, Catalog: c, Options: Options{Profile: "aws-script", Statistic: workload.Peak, Headroom: 0.2}}
}

// scriptVectors are the results of AWS's script, run unchanged: brokers, bottleneck, USD a month.
var scriptVectors = []struct {
	name string
	in   scriptInput
	want map[string]sizedAs
}{
	{"V4", scriptInput{100, 500, 200, 1000, 1000, 720, 24, 0, true}, map[string]sizedAs{
		"kafka.m5.large": {108, "ingress", 30668.59}, "kafka.m5.xlarge": {66, "ingress", 34347.79},
		"kafka.m5.2xlarge": {33, "ingress", 34347.79}, "kafka.m5.4xlarge": {18, "ingress", 36187.39},
		"kafka.m5.8xlarge": {12, "ingress", 43545.79}, "kafka.m5.12xlarge": {9, "ingress", 47224.99},
		"kafka.m5.16xlarge": {9, "ingress", 58262.59}, "kafka.m5.24xlarge": {9, "ingress", 80337.79},
		"kafka.m7g.large": {102, "ingress", 29302.03}, "kafka.m7g.xlarge": {54, "ingress", 30195.55},
		"kafka.m7g.2xlarge": {27, "ingress", 30195.55}, "kafka.m7g.4xlarge": {15, "ingress", 31982.59},
		"kafka.m7g.8xlarge": {9, "ingress", 35556.67}, "kafka.m7g.12xlarge": {9, "ingress", 46278.91},
		"kafka.m7g.16xlarge": {9, "ingress", 57001.15}, "express.m7g.large": {45, "ingress", 44703.58},
		"express.m7g.xlarge": {24, "ingress", 45597.10}, "express.m7g.2xlarge": {12, "ingress", 45597.10},
		"express.m7g.4xlarge": {6, "ingress", 45597.10}, "express.m7g.8xlarge": {3, "ingress", 45597.10},
		"express.m7g.12xlarge": {3, "ingress", 52745.26}, "express.m7g.16xlarge": {3, "ingress", 59893.42},
	}},
	{"V5", scriptInput{15, 15, 15, 15, 150, 24, 24, 0, true}, map[string]sizedAs{
		"kafka.m5.large": {3, "ingress", 1732.56}, "kafka.m5.xlarge": {3, "ingress", 2192.46},
		"kafka.m5.2xlarge": {3, "ingress", 3112.26}, "kafka.m5.4xlarge": {3, "ingress", 4951.86},
		"kafka.m5.8xlarge": {3, "ingress", 8631.06}, "kafka.m5.12xlarge": {3, "ingress", 12310.26},
		"kafka.m5.16xlarge": {3, "ingress", 15989.46}, "kafka.m5.24xlarge": {3, "ingress", 23347.86},
		"kafka.m7g.large": {3, "ingress", 1719.42}, "kafka.m7g.xlarge": {3, "ingress", 2166.18},
		"kafka.m7g.2xlarge": {3, "ingress", 3059.70}, "kafka.m7g.4xlarge": {3, "ingress", 4846.74},
		"kafka.m7g.8xlarge": {3, "ingress", 8420.82}, "kafka.m7g.12xlarge": {3, "ingress", 11994.90},
		"kafka.m7g.16xlarge": {3, "ingress", 15568.98}, "express.m7g.large": {3, "ingress", 1918.32},
		"express.m7g.xlarge": {3, "ingress", 2811.84}, "express.m7g.2xlarge": {3, "ingress", 4598.88},
		"express.m7g.4xlarge": {3, "ingress", 8172.96}, "express.m7g.8xlarge": {3, "ingress", 15321.12},
		"express.m7g.12xlarge": {3, "ingress", 22469.28}, "express.m7g.16xlarge": {3, "ingress", 29617.44},
	}},
	{"V6", scriptInput{4500, 4500, 9000, 9000, 30000, 72, 72, 0, true}, map[string]sizedAs{
		"kafka.m5.large": {816, "ingress", 962514.68}, "kafka.m5.xlarge": {492, "ingress", 988269.07},
		"kafka.m5.2xlarge": {420, "storage", 1094965.88}, "kafka.m5.4xlarge": {420, "storage", 1352509.88},
		"kafka.m5.8xlarge": {420, "storage", 1867597.88}, "kafka.m5.12xlarge": {420, "storage", 2382685.88},
		"kafka.m5.16xlarge": {420, "storage", 2897773.88}, "kafka.m5.24xlarge": {420, "storage", 3927949.88},
		"kafka.m7g.large": {744, "ingress", 948218.35}, "kafka.m7g.xlarge": {420, "storage", 962514.68},
		"kafka.m7g.2xlarge": {420, "storage", 1087607.48}, "kafka.m7g.4xlarge": {420, "storage", 1337793.07},
		"kafka.m7g.8xlarge": {420, "storage", 1838164.27}, "kafka.m7g.12xlarge": {420, "storage", 2338535.48},
		"kafka.m7g.16xlarge": {420, "storage", 2838906.67}, "express.m7g.large": {384, "ingress", 497749.47},
		"express.m7g.xlarge": {192, "ingress", 497749.47}, "express.m7g.2xlarge": {96, "ingress", 497749.47},
		"express.m7g.4xlarge": {48, "ingress", 497749.47}, "express.m7g.8xlarge": {24, "ingress", 497749.47},
		"express.m7g.12xlarge": {18, "ingress", 512045.79}, "express.m7g.16xlarge": {12, "ingress", 497749.47},
	}},
	{"V7", scriptInput{10, 45, 20, 90, 900, 168, 168, 0, true}, map[string]sizedAs{
		"kafka.m5.large": {9, "ingress", 5265.64}, "kafka.m5.xlarge": {6, "ingress", 5725.54},
		"kafka.m5.2xlarge": {3, "ingress", 5725.54}, "kafka.m5.4xlarge": {3, "ingress", 7565.14},
		"kafka.m5.8xlarge": {3, "ingress", 11244.34}, "kafka.m5.12xlarge": {3, "ingress", 14923.54},
		"kafka.m5.16xlarge": {3, "ingress", 18602.74}, "kafka.m5.24xlarge": {3, "ingress", 25961.14},
		"kafka.m7g.large": {9, "ingress", 5226.22}, "kafka.m7g.xlarge": {6, "ingress", 5672.98},
		"kafka.m7g.2xlarge": {3, "ingress", 5672.98}, "kafka.m7g.4xlarge": {3, "ingress", 7460.02},
		"kafka.m7g.8xlarge": {3, "ingress", 11034.10}, "kafka.m7g.12xlarge": {3, "ingress", 14608.18},
		"kafka.m7g.16xlarge": {3, "ingress", 18182.26}, "express.m7g.large": {6, "ingress", 2976.49},
		"express.m7g.xlarge": {3, "ingress", 2976.49}, "express.m7g.2xlarge": {3, "ingress", 4763.53},
		"express.m7g.4xlarge": {3, "ingress", 8337.61}, "express.m7g.8xlarge": {3, "ingress", 15485.77},
		"express.m7g.12xlarge": {3, "ingress", 22633.93}, "express.m7g.16xlarge": {3, "ingress", 29782.09},
	}},
	{"V8", scriptInput{100, 200, 300, 600, 6000, 24, 24, 500, false}, map[string]sizedAs{
		"kafka.m5.large": {45, "ingress", 25648.50}, "kafka.m5.xlarge": {27, "ingress", 27028.20},
		"kafka.m5.2xlarge": {15, "ingress", 27948.00}, "kafka.m5.4xlarge": {9, "ingress", 30147.60},
		"kafka.m5.8xlarge": {6, "ingress", 33706.80}, "kafka.m5.12xlarge": {6, "storage", 41065.20},
		"kafka.m5.16xlarge": {6, "storage", 48423.60}, "kafka.m5.24xlarge": {6, "storage", 63140.40},
		"kafka.m7g.large": {36, "ingress", 24111.12}, "kafka.m7g.xlarge": {18, "ingress", 24111.12},
		"kafka.m7g.2xlarge": {9, "ingress", 24111.12}, "kafka.m7g.4xlarge": {6, "ingress", 26138.16},
		"kafka.m7g.8xlarge": {6, "storage", 33286.32}, "kafka.m7g.12xlarge": {6, "storage", 40434.48},
		"kafka.m7g.16xlarge": {6, "storage", 47582.64}, "express.m7g.large": {18, "ingress", 22458.78},
		"express.m7g.xlarge": {9, "ingress", 22458.78}, "express.m7g.2xlarge": {6, "ingress", 24245.82},
		"express.m7g.4xlarge": {3, "ingress", 24245.82}, "express.m7g.8xlarge": {3, "ingress", 31393.98},
		"express.m7g.12xlarge": {3, "ingress", 38542.14}, "express.m7g.16xlarge": {3, "ingress", 45690.30},
	}},
}

type sizedAs struct {
	brokers    int
	bottleneck string
	usd        float64
}

// TestScriptVectors holds the aws-script profile against what AWS's own script answers, to the cent.
func TestScriptVectors(t *testing.T) {
	c := embedded(t)
	for _, v := range scriptVectors {
		t.Run(v.name, func(t *testing.T) {
			in := v.in.input(c)
			in.Options = in.Options.withDefaults()
			d := decide(&in, forVerdict)
			seen := 0
			for _, o := range d.options {
				want, ok := v.want[o.size]
				if !ok {
					continue
				}
				seen++
				got := sizedAs{o.brokers, constraintNames[o.plan.bottleneck], cents(o.cost)}
				if got.brokers != want.brokers || got.bottleneck != want.bottleneck || got.usd != want.usd {
					t.Errorf("%s: got %+v, want %+v; lines %+v", o.size, got, want, o.lines)
				}
			}
			if seen != len(v.want) {
				t.Errorf("sized %d of %d sizes", seen, len(v.want))
			}
		})
	}
}

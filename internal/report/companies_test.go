package report

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workloadfile"
	"github.com/mskfit/mskfit/verdict"
)

// company is an invented workload with the choice and the monthly bill that were worked out apart from the program, from the
// quotas, sizes and prices that AWS publishes. Says and never are what the first screen and the details must and must not say.
type company struct {
	file, choice string
	usd          float64
	says, never  []string
}

var companies = []company{
	{"barber.yaml", "MSK Serverless", 654.92, []string{"Client connections, new connections per second"}, nil},
	{"adtech.yaml", "45 × express.m7g.4xlarge", 483189.03, []string{"156 × kafka.m7g.2xlarge", "no: brokers per cluster"}, nil},
	{"bank.yaml", "3 × kafka.m5.xlarge with tiered storage", 4322.99, nil, nil},
	{"iot.yaml", "9 × express.m7g.large", 6256.44, []string{"only if topics may be split"}, nil},
	{"video.yaml", "6 × express.m7g.large", 6392.39, nil, nil},
	{"hospital.yaml", "3 × kafka.m5.large", 5962.29, []string{"full in about 6 months", "not compared: no price is known"},
		[]string{"no: region"}},
	{"games.yaml", "12 × express.m7g.large", 6719.42, nil, nil},
	{"logs.yaml", "21 × express.m7g.large", 19900.54, []string{"no: topics that belong together exceed one cluster"}, nil},
	{"compacted.yaml", "3 × express.m7g.large", 2228.57, []string{"declare stored_bytes of prices"}, nil},
	{"contradict.yaml", "MSK Serverless", 12126.80, nil, nil},
	{"tiny-team.yaml", "3 × kafka.m7g.large", 450.93, nil, nil},
	{"partitions.yaml", "15 × express.m7g.4xlarge", 26031.47, nil, nil},
	{"unknowns.yaml", "", 0, []string{"declare partitions"}, []string{"Prices a month"}},
	{"zk2.yaml", "", 0, []string{"would fit for $25,783 a month if Kafka 3.9 is enough instead of 4.0"}, []string{"kafka_version"}},
	{"retail-sale.yaml", "18 × express.m7g.large", 9145.11, []string{"no: a limit that a split does not change"}, nil},
	{"sao.yaml", "3 × express.m7g.large", 1961.83,
		[]string{"MSK Serverless is not compared: no price is known in sa-east-1 for data in, data out and storage"},
		[]string{"is out", "1 × MSK Serverless"}},
	{"kul.yaml", "MSK Serverless", 3530.68, []string{"Express and Standard of 2025-04-04, Serverless of 2026-09-11",
		"Serverless is offered in this region; if not: 3 × express.m7g.large"}, nil},
	{"zk-express.yaml", "9 × express.m7g.large", 10371.95, []string{"Kafka 3.8 runs with ZooKeeper"}, nil},
	{"nothing.yaml", "", 0, []string{"nearest is 21 × kafka.m7g.large with tiered storage",
		"if clients move from Kerberos to SASL/SCRAM, mTLS or IAM and you do without setting listeners"},
		[]string{"broker_configuration [", "20000000B", "[iam]"}},
	{"20mb.yaml", "3 × express.m7g.large", 1448.45, []string{"no message is larger than 8 MiB (the largest is 20 MB)"},
		[]string{"20000000B", "8.39 MB"}},
}

// decidedFile reads and decides a company's file.
func decidedFile(t *testing.T, file string) verdict.Verdict {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w, r, err := workloadfile.Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return analyzer.Analyze(analyzer.Input{Workload: w, Requirements: r, Catalog: c}, at)
}

func TestCompanies(t *testing.T) {
	var all strings.Builder
	for _, c := range companies {
		t.Run(c.file, func(t *testing.T) {
			v := decidedFile(t, filepath.Join("testdata", "companies", c.file))
			choice, usd := "", 0.0
			if v.Choice != nil {
				choice, usd = v.Choice.Name(), v.Choice.MonthlyUSD
			}
			if choice != c.choice || math.Abs(usd-c.usd) > 0.01 {
				t.Errorf("got %q at %.2f, want %q at %.2f", choice, usd, c.choice, c.usd)
			}
			first, whole := text(t, v, TextOptions{Width: 80}), unwrapped(text(t, v, TextOptions{Width: 80, Details: true}))
			fmt.Fprintf(&all, "%s\n", first)
			for _, s := range c.says {
				if !strings.Contains(whole, s) {
					t.Errorf("nothing says %q:\n%s", s, first)
				}
			}
			for _, s := range append(slices.Clone(c.never), "…", "t3.", "no: plan") {
				if strings.Contains(whole, s) {
					t.Errorf("it says %q:\n%s", s, whole)
				}
			}
		})
	}
	golden(t, "companies.80.txt", []byte(all.String()))
}

var space = regexp.MustCompile(`\s+`)

func unwrapped(s string) string { return space.ReplaceAllString(s, " ") }

// Whatever is decided, the lines of each bill add up, nothing is wider than the screen, and the nearest option of the reasons is
// the one in the list of prices.
func TestEveryCompanyHoldsTogether(t *testing.T) {
	files, err := filepath.Glob("../../configs/workloads/*.yaml")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d examples, error %v", len(files), err)
	}
	for _, c := range companies {
		files = append(files, filepath.Join("testdata", "companies", c.file))
	}
	nearest := regexp.MustCompile(`nearest is (\d+ × [a-z0-9.]+(?: with tiered storage)?)`)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			v := decidedFile(t, file)
			for _, o := range v.Options {
				sum := 0.0
				for _, l := range o.Cost {
					sum += l.MonthlyUSD
				}
				if o.MonthlyUSD != nil && math.Abs(sum-*o.MonthlyUSD) > 0.001 {
					t.Errorf("%s %s: lines add up to %.2f, total %.2f", o.Kind, o.Size, sum, *o.MonthlyUSD)
				}
			}
			listed := ""
			for _, p := range view.Of(v, view.Past{}).Prices {
				listed += p.Name + "\n"
			}
			for _, m := range nearest.FindAllStringSubmatch(strings.Join(v.Reasons, "\n"), -1) {
				if !strings.Contains(listed, m[1]+"\n") {
					t.Errorf("the reasons call %s nearest, and the prices list\n%s", m[1], listed)
				}
			}
			for _, w := range []int{60, 80, 120} {
				for _, details := range []bool{false, true} {
					for i, line := range strings.Split(text(t, v, TextOptions{Width: w, Details: details}), "\n") {
						if width(line) > w {
							t.Errorf("line %d is %d wide of %d: %s", i+1, width(line), w, line)
						}
					}
				}
			}
		})
	}
}

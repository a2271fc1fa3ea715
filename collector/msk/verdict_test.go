package msk_test

import (
	"math"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

const day = 24 * time.Hour

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// office is a load with office hours: 12 MB/s at night and 60 MB/s at noon.
func office(at time.Time) float64 {
	return 1e6 * (36 - 24*math.Cos((float64(at.Hour())+float64(at.Minute())/60)/24*2*math.Pi))
}

func oversized() *mskfake.Server {
	const brokers = 6
	server := &mskfake.Server{Now: func() time.Time { return noon },
		Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.2xlarge", brokers)}}
	of := func(more ...string) map[string]string {
		out := map[string]string{"Cluster Name": "orders"}
		for i := 0; i < len(more); i += 2 {
			out[more[i]] = more[i+1]
		}
		return out
	}
	share := func(k float64) func(time.Time) []float64 {
		return func(at time.Time) []float64 { return []float64{math.Round(k * office(at) / brokers)} }
	}
	for id := range brokers {
		b := string(rune('1' + id))
		server.Metrics = append(server.Metrics,
			&mskfake.Metric{Name: "BytesInPerSec", Dimensions: of("Broker ID", b), Raw: share(1)},
			&mskfake.Metric{Name: "BytesOutPerSec", Dimensions: of("Broker ID", b), Raw: share(2)},
			&mskfake.Metric{Name: "MessagesInPerSec", Dimensions: of("Broker ID", b), Raw: share(1e-3)},
			&mskfake.Metric{Name: "KafkaDataLogsDiskUsed", Dimensions: of("Broker ID", b), Raw: mskfake.Constant(30)},
			&mskfake.Metric{Name: "ClientConnectionCount", Dimensions: of("Broker ID", b, "Client Authentication", "IAM"),
				Raw: mskfake.Constant(40)},
			&mskfake.Metric{Name: "BytesInPerSec", Dimensions: of("Broker ID", b, "Topic", "carts"), Raw: share(0.5)},
			&mskfake.Metric{Name: "BytesOutPerSec", Dimensions: of("Broker ID", b, "Topic", "carts"), Raw: share(1)})
	}
	server.Metrics = append(server.Metrics, &mskfake.Metric{Name: "GlobalPartitionCount", Dimensions: of(),
		Raw: mskfake.Constant(600, 0, 0, 0, 0, 0)},
		&mskfake.Metric{Name: "GlobalTopicCount", Dimensions: of(), Raw: mskfake.Constant(40, 0, 0, 0, 0, 0)})
	return server
}

func discovered(t *testing.T, server *mskfake.Server) (msk.Config, *msk.Source) {
	t.Helper()
	cfg := msk.DefaultConfig()
	cfg.Regions = []string{"us-east-1"}
	clients := msk.NewClients(aws.Config{Region: "us-east-1", HTTPClient: server,
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")}, nil)
	inv, err := msk.Discover(t.Context(), clients, cfg.Filter, noon)
	if err != nil {
		t.Fatal(err)
	}
	return cfg, msk.NewSource(cfg, inv.Clusters[0], clients, zerolog.Nop(), msk.WithClock(server.Now))
}

func yes() *bool { v := true; return &v }
func no() *bool  { v := false; return &v }

// From datapoints to the verdict: 63 days are read back into history, what is there at present follows, and the analyzer
// decides on the fortnight. Six large brokers carry what smaller ones could, and the verdict says so with the difference in
// dollars.
func TestFromMetricsToVerdict(t *testing.T) {
	server := oversized()
	_, source := discovered(t, server)
	plan, err := source.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	store, err := history.Open(func() history.Config {
		c := history.DefaultConfig()
		c.Dir = t.TempDir()
		return c
	}(), history.Options{Now: server.Now, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()

	began := time.Now()
	samples := 0
	appendOne := func(one workload.Sample) error {
		samples++
		return store.Append(t.Context(), one)
	}
	now, err := source.CollectAll(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range now {
		if err := appendOne(one); err != nil {
			t.Fatal(err)
		}
	}
	live := source.Stats().Metrics
	if err := source.ReadBack(t.Context(), workload.Window{Start: noon.Add(-63 * day), End: now[0].Window.Start},
		appendOne); err != nil {
		t.Fatal(err)
	}
	w, err := store.Workload(t.Context(), "orders", workload.Window{Start: noon.Add(-14 * day), End: noon})
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	w.Region = "us-east-1"
	v := analyzer.Analyze(analyzer.Input{Workload: w, Catalog: c, Options: analyzer.DefaultOptions(),
		Requirements: workload.Requirements{OperationsTeam: yes(), AuthenticationChange: yes(), BrokerConfigurationDeclared: true,
			ACLs: no(), ZooKeeperAccess: no(), Prefer: "express"}}, noon)
	took := time.Since(began)
	t.Logf("%d samples, %d datapoints and the verdict in %s: %s", samples, source.Stats().Datapoints, took.Round(time.Millisecond),
		v.Reasons[0])
	if took > time.Minute {
		t.Errorf("the verdict took %s: it must be there in the first minute", took)
	}
	if got := source.Stats().Metrics - live; got != int64(plan.BackfillMetrics) {
		t.Errorf("reading back requested %d metrics, the plan said %d", got, plan.BackfillMetrics)
	}
	if got := source.Stats().Metrics; got != int64(server.MetricsAsked()) {
		t.Errorf("counted %d metrics, AWS %d", got, server.MetricsAsked())
	}
	if v.Status != verdict.Decided || v.Choice == nil {
		t.Fatalf("undecided: %v", v.Reasons)
	}
	if got := v.Workload.IngressBytesPerSec; got == nil || math.Abs(got.Value-36e6) > 1e5 || got.Peak == nil ||
		math.Abs(*got.Peak-60e6) > 1e5 || got.Method != workload.Measured {
		t.Errorf("ingress %+v, want a mean of 36 and a peak of 60 MB/s, measured", got)
	}
	if v.Current == nil || v.Current.Name() != "6 × kafka.m5.2xlarge" || v.Current.SavesUSD <= 0 ||
		v.Choice.Kind != verdict.Express {
		t.Fatalf("choice %s, current %+v: want Express, 6 × kafka.m5.2xlarge today, and what the choice saves", v.Choice.Name(),
			v.Current)
	}
	t.Logf("the choice is %s; %s", v.Choice.Name(), v.Current.Sentence)
}

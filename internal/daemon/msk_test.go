package daemon

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon/discovery"
	"github.com/mskfit/mskfit/internal/daemon/sources"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// startOnce opens the daemon of a file.
func startOnce(t *testing.T, file string) *Daemon {
	t.Helper()
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), cfg, Options{File: file, Quiet: true,
		Log: zerolog.New(zerolog.NewTestWriter(t)).Level(zerolog.WarnLevel)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// statusOf is what the daemon knows of a cluster.
func statusOf(t *testing.T, d *Daemon, name string) agent.ClusterStatus {
	t.Helper()
	for _, c := range d.Status() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no cluster %s among %d", name, len(d.Status()))
	return agent.ClusterStatus{}
}

// plansOf are what reading each MSK cluster of a file is expected to cost.
func plansOf(t *testing.T, file string) (out []msk.Plan) {
	t.Helper()
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	access := sources.NewAccess("test", nil, time.Now)
	found := discovery.New(access, nil, time.Now, zerolog.Nop())
	for _, s := range discovery.Spots(cfg) {
		if _, err := found.Try(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range slices.Concat(cfg.Clusters, found.Clusters(t.Context(), cfg)) {
		metrics, err := access.Metrics(t.Context(), c, zerolog.Nop())
		if err != nil {
			t.Fatal(err)
		}
		plan, err := metrics.Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, plan)
	}
	return out
}

// One cluster in the file, only by its name: 63 days come from CloudWatch, and the verdict says what there is and what would do.
func TestOneMSKClusterToAVerdict(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.2xlarge", 6)},
		Metrics: mskfake.ProvisionedMetrics("orders", 6, mskfake.Office)}
	file := mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+`
clusters:
  - name: orders
    msk: {}
    requirements: {operations_team: true, authentication_change: true, broker_configuration: [], acls: false, zookeeper_access: false, prefer: express}
`)
	plan := plansOf(t, file)[0]
	before := server.MetricsAsked()
	began := time.Now()
	d := startOnce(t, file)
	if err := d.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	took, billed := time.Since(began), server.MetricsAsked()-before
	t.Logf("verdict after %s, %d metrics billed", took.Round(time.Millisecond), billed)
	if took > time.Minute {
		t.Errorf("the verdict took %s: it must be there in the first minute", took)
	}
	if want := plan.Rates.Metrics + plan.Details.Metrics + plan.BackfillMetrics; billed != want ||
		plan.Backfill != 63*24*time.Hour {
		t.Errorf("%d metrics were billed, and the check said %d for one reading and for reading back %s", billed, want,
			plan.Backfill)
	}
	v := statusOf(t, d, "orders").Verdict
	if v == nil || v.Status != verdict.Decided {
		t.Fatalf("no decision: %+v", v)
	}
	if f := v.Workload.IngressBytesPerSec; f == nil || f.Method != workload.Measured || math.Abs(f.Value-36e6) > 2e5 ||
		f.Peak == nil || math.Abs(*f.Peak-60e6) > 1e5 {
		t.Errorf("ingress %+v, want a mean of 36 MB/s and a peak of 60, measured", f)
	}
	if v.Current == nil || v.Current.Name() != "6 × kafka.m5.2xlarge" || !strings.HasPrefix(v.Choice.Size, "express.") ||
		v.Current.SavesUSD <= 0 {
		t.Errorf("choice %+v, current %+v: want Express, what there is today, and what is saved", v.Choice, v.Current)
	}
}

// Reading back goes on where it was broken off: the next process asks for only the rest.
func TestReadingBackFromCloudWatchGoesOn(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 6)},
		Metrics: mskfake.ProvisionedMetrics("orders", 6, mskfake.Office)}
	refused := true
	server.Fault = func(operation string, n int, _ *http.Request) *mskfake.Fault {
		if refused && operation == "GetMetricData" && n > 8 { // what there is at present, and the minutes of 15 days
			return mskfake.Expired
		}
		return nil
	}
	file := mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+"clusters: [{name: orders, msk: {}}]\n")
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	once := func() (status agent.ClusterStatus, billed int, failed error) {
		before := server.MetricsAsked()
		d, err := Open(t.Context(), cfg, Options{File: file, Quiet: true, Log: zerolog.Nop()})
		if err != nil {
			t.Fatal(err)
		}
		failed = d.Once(t.Context())
		status = statusOf(t, d, "orders")
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		return status, server.MetricsAsked() - before, failed
	}
	status, _, failed := once()
	if failed == nil || !strings.Contains(failed.Error(),
		"backfill orders: cloudwatch: read back: cloudwatch:GetMetricData us-east-1 metrics of cluster orders: the credentials have expired") {
		t.Fatalf("it was not broken off: %v", failed)
	}
	if b := status.Sources[0].Backfill; b == nil || b.Done || b.Ratio() < 0.2 || b.Ratio() > 0.3 {
		t.Fatalf("backfill %+v, want 15 of 63 days", b)
	}
	refused = false
	status, billed, failed := once()
	if failed != nil || !status.Sources[0].Backfill.Done {
		t.Fatalf("it did not go on: %v, %+v", failed, status.Sources[0].Backfill)
	}
	if want := 24; billed != want {
		t.Errorf("%d metrics were billed, want %d: the rates of the other 48 days, and nothing of what the first process has read",
			billed, want)
	}
	if _, billed, failed = once(); failed != nil || billed > 0 {
		t.Errorf("a third process in the same minutes: %d metrics were billed, %v", billed, failed)
	}
}

// quietly has a fleet read as little as possible.
const quietly = "cloudwatch: {backfill: 0s, topics: false, lag: false}"

// One line watches 75 clusters over three pages.
func TestOneLineWatchesEveryCluster(t *testing.T) {
	const n = 75
	server := mskfake.Many(n)
	server.PageSize = 30
	server.Clusters[7].Set("state", "CREATING")
	file := mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+"msk: [{names: [team-*], "+quietly+"}]\n")
	d := startOnce(t, file)
	began := time.Now()
	if err := d.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d clusters after %s, %d list pages", n, time.Since(began).Round(time.Millisecond), server.Calls("ListClustersV2"))
	if got := len(d.Status()); got != n-1 {
		t.Errorf("%d clusters, want all but the one that is being created", got)
	}
	if server.Calls("ListClustersV2") != 3 {
		t.Errorf("%d list calls, want three pages", server.Calls("ListClustersV2"))
	}
	for _, c := range d.Status() {
		if c.Sources[0].Error != "" || c.KeptAt.IsZero() {
			t.Errorf("%s: %+v", c.Name, c.Sources[0])
		}
	}
	if got := d.Daemon(); len(got.Unwatched) != 1 || got.Unwatched[0].What != "cluster team-007" {
		t.Errorf("not watched: %+v", got.Unwatched)
	}
}

// A cluster without traffic publishes nothing, and yet it is known what it is.
func TestAnMSKClusterWithoutMetrics(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("idle", "kafka.m5.large", 3)}}
	d := startOnce(t, mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+"clusters: [{name: idle, msk: {}}]\n"))
	if err := d.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	status := statusOf(t, d, "idle")
	if v := status.Verdict; v == nil || v.Status != verdict.Undecided || v.Current == nil ||
		v.Current.Name() != "3 × kafka.m5.large" {
		t.Errorf("verdict %+v, want undecided, and what there is today", v)
	}
	if len(status.Sources[0].Gaps) == 0 || !strings.Contains(fmt.Sprint(status.Sources[0].Gaps),
		"CloudWatch has had no metrics of it for three hours") {
		t.Errorf("gaps %+v", status.Sources[0].Gaps)
	}
}

// What the control plane refuses is in the report of a first run, which reads 63 days back, and in the log.
func TestRefusalsOfTheControlPlaneAreReported(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
		Metrics: mskfake.ProvisionedMetrics("orders", 3, mskfake.Office)}
	server.Clusters[0].Set("provisioned.clientAuthentication.sasl.scram.enabled", true)
	server.Clusters[0].Set("provisioned.currentBrokerSoftwareInfo.configurationArn",
		"arn:aws:kafka:us-east-1:123456789012:configuration/c/1")
	server.Clusters[0].Set("provisioned.currentBrokerSoftwareInfo.configurationRevision", 1)
	refusals := map[string]string{"ListNodes": "list of nodes", "GetBootstrapBrokers": "bootstrap brokers",
		"ListScramSecrets":              "SCRAM users",
		"DescribeConfigurationRevision": "custom configuration"}
	server.Fault = func(operation string, _ int, _ *http.Request) *mskfake.Fault {
		if refusals[operation] == "" {
			return nil
		}
		return &mskfake.Fault{Status: http.StatusForbidden, Code: "AccessDeniedException",
			Message: "User: arn:aws:iam::123456789012:user/fit is not authorized"}
	}
	cfg, err := config.Load(mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+
		"clusters: [{name: orders, msk: {cloudwatch: {backfill: 2d}}}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	d, err := Open(t.Context(), cfg, Options{Quiet: true, Log: zerolog.New(&log)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if err := d.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	v := statusOf(t, d, "orders").Verdict
	for operation, what := range refusals {
		n := 0
		for _, g := range v.Gaps {
			if g.Source == "msk" && g.What == what && strings.Contains(g.Why, "access denied") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s is refused, and %q is among the gaps %d times: %+v", operation, what, n, v.Gaps)
		}
		if !strings.Contains(log.String(), `"what":"`+what+`"`) {
			t.Errorf("the log does not say that %s is refused", operation)
		}
	}
	for _, g := range v.Gaps {
		if strings.Contains(g.Why, "did not arrive in time") {
			t.Errorf("a healthy cluster has the gap %+v", g)
		}
	}
}

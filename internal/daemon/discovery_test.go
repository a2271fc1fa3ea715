package daemon

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/collector"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon/discovery"
	"github.com/mskfit/mskfit/internal/daemon/sources"
	"github.com/mskfit/mskfit/internal/faults"
	"github.com/mskfit/mskfit/internal/lease"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
)

// watchedNames are the clusters of the newest plan.
func watchedNames(d *Daemon) (out []string) {
	for _, c := range d.planned().clusters {
		out = append(out, c.Name)
	}
	slices.Sort(out)
	return out
}

func wantWatched(t *testing.T, d *Daemon, want ...string) {
	t.Helper()
	if got := watchedNames(d); !slices.Equal(got, want) {
		t.Errorf("watched: %v, want %v", got, want)
	}
}

// scans has the daemon look for clusters now, as its schedule would after the refresh.
func scans(t *testing.T, d *Daemon) error {
	t.Helper()
	changed, err := d.discovery.Scan(t.Context(), dueNow(d.planned().written))
	if changed {
		d.replan(t.Context(), d.planned().written)
	}
	return err
}

// dueNow is the configuration with lines that are always due.
func dueNow(cfg config.Config) config.Config {
	cfg.MSK = slices.Clone(cfg.MSK)
	for i := range cfg.MSK {
		cfg.MSK[i].Refresh = 0
	}
	return cfg
}

// A region that cannot be asked makes a single run fail, and keeps no other region from its verdicts.
func TestARunOnceTellsOfARegionThatCannotBeAsked(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
		Metrics: mskfake.ProvisionedMetrics("orders", 3, mskfake.Office)}
	server.Fault = func(_ string, _ int, r *http.Request) *mskfake.Fault {
		if strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/") {
			return &mskfake.Fault{Status: http.StatusForbidden, Code: "UnrecognizedClientException",
				Message: "The security token included in the request is invalid"}
		}
		return nil
	}
	d := startOnce(t, mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+"msk: [{regions: [eu-west-1, us-east-1], "+quietly+
		"}]\n"))
	err := d.Once(t.Context())
	want := "msk[0] eu-west-1: discover clusters: kafka:ListClustersV2 eu-west-1: AWS does not accept the credentials (UnrecognizedClientException): check that they are of the right account and partition, that the clock of this machine is right, and that region eu-west-1 is enabled for the account"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if v := statusOf(t, d, "orders").Verdict; v == nil || v.Workload.IngressBytesPerSec == nil {
		t.Errorf("the other region has no verdict: %+v", v)
	}
}

// refusing refuses an operation from the moment that something is put into it.
type refusing struct{ operation, code, message string }

func (r *refusing) fault(operation string, _ int, _ *http.Request) *mskfake.Fault {
	if operation != r.operation {
		return nil
	}
	return &mskfake.Fault{Status: http.StatusBadRequest, Code: r.code, Message: r.message}
}

func TestClustersJoinAndLeave(t *testing.T) {
	var refused refusing
	server := &mskfake.Server{Fault: refused.fault}
	for _, name := range []string{"carts", "orders", "old"} {
		server.Clusters = append(server.Clusters, mskfake.Provisioned(name, "kafka.m5.large", 3))
	}
	aws := mskfake.Config(t, server)
	file := mskfake.File(t, aws+mskfake.Once+"msk: [{exclude: [test-*], "+quietly+
		"}]\nclusters: [{name: old, kafka: {bootstrap: ['127.0.0.1:1']}}, {name: shop, msk: {name: carts, "+quietly+"}}]\n")
	d := startOnce(t, file)
	wantWatched(t, d, "old", "shop")
	if d.Daemon().Ready {
		t.Error("ready before the region was looked at")
	}
	if err := scans(t, d); err != nil {
		t.Fatal(err)
	}
	// carts is in the file as shop, and the name old belongs to another cluster.
	wantWatched(t, d, "old", "old.us-east-1", "orders", "shop")

	server.Clusters = append(server.Clusters, mskfake.Provisioned("billing", "kafka.m5.large", 3),
		mskfake.Provisioned("test-1", "kafka.m5.large", 3))
	server.Clusters[1].Set("state", "DELETING")
	if err := scans(t, d); err != nil {
		t.Fatal(err)
	}
	wantWatched(t, d, "billing", "old", "old.us-east-1", "shop")
	server.Clusters = slices.Delete(server.Clusters, 2, 3)
	if err := scans(t, d); err != nil {
		t.Fatal(err)
	}
	wantWatched(t, d, "billing", "old", "shop")
	left := d.Daemon().Left
	if len(left) != 2 || left[1].Cluster != "orders" || left[1].Why != "it is being deleted" ||
		left[0].Cluster != "old.us-east-1" || !strings.Contains(left[0].Why, "no longer in the list of clusters") {
		t.Errorf("left: %+v", left)
	}

	// A region that cannot be asked keeps its clusters, says why, and is asked again.
	refused = refusing{"ListClustersV2", "AccessDeniedException", "User: arn:aws:iam::123456789012:user/fit is not authorized"}
	server.Clusters = nil
	want := `msk[0] us-east-1: discover clusters: kafka:ListClustersV2 us-east-1: access denied for arn:aws:iam::123456789012:user/fit: add this statement to its policy: {"Effect":"Allow","Action":["kafka:ListClustersV2"],"Resource":["*"]}`
	if err := scans(t, d); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	wantWatched(t, d, "billing", "old", "shop")
	if p := d.Daemon().Problems; len(p) != 1 || p[0].Part != "discovery" || p[0].Why != want || p[0].Since == nil {
		t.Errorf("problems %+v", p)
	}
	if at, ok := d.discovery.Next(t.Context(), d.planned().written); !ok || time.Until(at) > discovery.Again {
		t.Errorf("it is asked again at %v, want within %s", at, discovery.Again)
	}

	// The next process knows them without asking.
	next := discovery.New(sources.NewAccess("test", nil, time.Now), d.ledger, time.Now, zerolog.Nop())
	if found := next.Clusters(t.Context(), d.planned().cfg); len(found) != 1 || found[0].Name != "billing" {
		t.Errorf("known after a restart: %+v", found)
	}
}

// A replica that does not look for clusters itself watches what another one has found and kept.
func TestReplicasFollowWhatIsFound(t *testing.T) {
	server := mskfake.Many(4)
	d := startOnce(t, mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+"msk: [{"+quietly+"}]\n"))
	cfg := d.planned().written
	follower := discovery.New(sources.NewAccess("test", nil, time.Now), d.ledger, time.Now, zerolog.Nop())
	follows := func(changed bool, clusters int) {
		t.Helper()
		got, err := follower.Follow(t.Context(), cfg)
		if err != nil || got != changed || len(follower.Clusters(t.Context(), cfg)) != clusters {
			t.Errorf("changed %t, clusters %v, error %v; want %t and %d", got, follower.Clusters(t.Context(), cfg), err,
				changed, clusters)
		}
	}
	follows(false, 0)
	look := func() {
		t.Helper()
		if err := errors.Join(scans(t, d), d.keepFound(t.Context(), cfg)); err != nil {
			t.Fatal(err)
		}
	}
	look()
	follows(true, 4)
	follows(false, 4)
	if !follower.Tried(cfg) || !follower.Listed(t.Context(), cfg) {
		t.Error("the follower does not know that all regions are listed")
	}
	server.Clusters = server.Clusters[1:]
	look()
	follows(true, 3)
	if n := server.Calls("ListClustersV2"); n != 2 {
		t.Errorf("%d list calls, want those of the one that looks", n)
	}
}

// The daemon finds the clusters by itself once it runs, and what a stopped one had found is watched at once.
func TestDaemonFindsClustersWhileItRuns(t *testing.T) {
	server := mskfake.Many(12)
	server.Fault = func(operation string, n int, _ *http.Request) *mskfake.Fault {
		if operation == "GetMetricData" && n == 1 {
			return mskfake.Throttled
		}
		return nil
	}
	file := mskfake.File(t, strings.Replace(mskfake.Config(t, server), "max_attempts: 1", "max_attempts: 3", 1)+
		"msk: [{names: [team-000], "+quietly+"}]\n")
	running := runDaemon(t, file)
	running.until(t, "the one cluster that the line takes",
		func(d *Daemon) bool { return len(d.Status()) == 1 && d.Daemon().Ready })
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Replace(text, []byte("names: [team-000], "), nil, 1), 0o600); err != nil {
		t.Fatal(err)
	}
	running.reloadNow(t.Context())
	running.until(t, "12 clusters with a sample", func(d *Daemon) bool {
		kept := 0
		for _, c := range d.Status() {
			if !c.KeptAt.IsZero() {
				kept++
			}
		}
		return kept == 12 && d.Daemon().Ready
	})
	resp, err := http.Get("http://" + running.listener.Addr().String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	throttles := 0
	for _, line := range strings.Split(string(page), "\n") {
		if strings.HasPrefix(line, "mskfit_cloudwatch_throttles_total{") && strings.HasSuffix(line, " 1") {
			throttles++
		}
	}
	if throttles != 1 {
		t.Errorf("%d clusters were throttled once, want one", throttles)
	}
	for _, want := range []string{
		`mskfit_cloudwatch_expected_monthly_usd{cluster="team-000"} 0.0876`, // a metric every 5 minutes
		`mskfit_cloudwatch_budget_monthly_usd{cluster="team-000"} 10`,
		`mskfit_cloudwatch_metrics_requested_total{cluster="team-009"} `,
		`mskfit_discovery_clusters{line="0",region="us-east-1"} 12`,
		`mskfit_discovery_success{line="0",region="us-east-1"} 1`,
		`mskfit_discovery_success_timestamp_seconds{line="0",region="us-east-1"} `,
		`mskfit_workload_ingress_bytes_per_second{cluster="team-003",source="cloudwatch"} 1.000003e+06`,
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

// Credentials that expire are read again: the source goes on where it was once the file has others.
func TestExpiredCredentialsAreReadAgain(t *testing.T) {
	r := faults.Begin(t, "AWS credentials expire for three hours",
		"the error says so; new ones in the file are used, and what was missed is read")
	now := time.Now()
	server := mskfake.Many(1)
	server.Now = func() time.Time { return now }
	gone := ""
	server.Fault = func(_ string, _ int, r *http.Request) *mskfake.Fault {
		if gone != "" && strings.Contains(r.Header.Get("Authorization"), gone) {
			return mskfake.Expired
		}
		return nil
	}
	cfg, err := config.Load(mskfake.File(t, mskfake.Config(t, server)+"clusters: [{name: team-000, msk: {"+quietly+"}}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	secrets := filepath.Join(t.TempDir(), "credentials")
	renew := func(key string) {
		if err := os.WriteFile(secrets, []byte("[default]\naws_access_key_id = "+key+"\naws_secret_access_key = secret\n"),
			0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", secrets)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	renew("AKIAFIRST")
	s, err := sources.Of(cfg.Clusters[0], sources.NewAccess("test", nil, server.Now))[0].Open(zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	batch := s.Source.(collector.Batch)
	first, err := batch.CollectAll(t.Context())
	if err != nil || len(first) == 0 {
		t.Fatalf("%d samples, %v", len(first), err)
	}
	gone = "AKIAFIRST"
	now = now.Add(3 * time.Hour)
	for range 2 {
		if _, err := batch.CollectAll(t.Context()); awsconf.KindOf(err) != awsconf.Expired {
			t.Fatalf("got %v, want that the credentials have expired", err)
		}
	}
	renew("AKIASECOND")
	second, err := batch.CollectAll(t.Context())
	if err != nil || len(second) == 0 || !second[0].Window.Start.Equal(first[len(first)-1].Window.End) {
		t.Errorf("%d samples, %v: want those of the three hours, from where it was", len(second), err)
	}
	r.Observed("refused while expired; then %d windows in one reading, from where it was", len(second))
}

// Every cluster fails by itself, with what happened and what fixes it.
func TestMSKClustersFailAlone(t *testing.T) {
	healthy := mskfake.Provisioned("healthy", "kafka.m5.large", 3)
	for name, c := range map[string]struct {
		operation, code, message string
		want                     string
	}{
		"expired credentials": {"DescribeClusterV2", "ExpiredTokenException",
			"The security token included in the request is expired",
			"collect orders: cloudwatch: find cluster orders: kafka:DescribeClusterV2 us-east-1 cluster orders: the credentials have expired: renew them (aws sso login, or a new session) and try again"},
		"one action denied": {"GetMetricData", "AccessDeniedException",
			"User: arn:aws:iam::123456789012:user/fit is not authorized",
			`collect orders: cloudwatch: cloudwatch:GetMetricData us-east-1 metrics of cluster orders: access denied for arn:aws:iam::123456789012:user/fit: add this statement to its policy: {"Effect":"Allow","Action":["cloudwatch:GetMetricData"],"Resource":["*"]}`},
		"wrong region": {"", "", "",
			"collect orders: cloudwatch: find cluster orders: the account has no cluster of this name in us-east-1: check the name, the region and the account"},
		"being deleted": {"DELETING", "", "",
			"collect orders: cloudwatch: cluster orders: it is being deleted"},
	} {
		t.Run(name, func(t *testing.T) {
			orders := mskfake.Provisioned("orders", "kafka.m5.large", 3)
			server := &mskfake.Server{Clusters: []*mskfake.Cluster{healthy, orders},
				Metrics: slices.Concat(mskfake.ProvisionedMetrics("healthy", 3, mskfake.Office),
					mskfake.ProvisionedMetrics("orders", 3, mskfake.Office))}
			switch {
			case name == "wrong region":
				server.Clusters = server.Clusters[:1]
			case c.operation == "DELETING":
				orders.Set("state", "DELETING")
			}
			server.Fault = func(op string, _ int, r *http.Request) *mskfake.Fault {
				if op != c.operation || c.code == "" {
					return nil
				}
				if !asksOf(r, "orders") {
					return nil
				}
				return &mskfake.Fault{Status: http.StatusBadRequest, Code: c.code, Message: c.message}
			}
			d := startOnce(t, mskfake.File(t,
				mskfake.Config(t, server)+mskfake.Once+"clusters: [{name: orders, msk: {"+quietly+"}}, {name: healthy, msk: {"+
					quietly+"}}]\n"))
			err := d.Once(t.Context())
			var joined interface{ Unwrap() []error }
			if !errors.As(err, &joined) || !slices.ContainsFunc(errorLines(err), func(l string) bool { return l == c.want }) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if s := statusOf(t, d, "healthy"); s.Sources[0].Error != "" || s.KeptAt.IsZero() {
				t.Errorf("the other cluster: %+v", s.Sources[0])
			}
			if s := statusOf(t, d, "orders"); !strings.HasSuffix(c.want, s.Sources[0].Error) || s.Sources[0].Error == "" {
				t.Errorf("the status says %q", s.Sources[0].Error)
			}
		})
	}
}

func errorLines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

// asksOf reports whether a request is about the cluster.
func asksOf(r *http.Request, cluster string) bool {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return strings.Contains(r.URL.Path, cluster) || bytes.Contains(body, []byte(cluster))
}

// inProcess is a daemon that runs beside the test.
type inProcess struct {
	*Daemon
	ended chan error
}

// runDaemon runs the daemon of a file until the test ends.
func runDaemon(t *testing.T, file string) *inProcess {
	t.Helper()
	return runReplica(t, file, lease.DefaultTiming())
}

// runReplica is runDaemon with leases of its own timing, where the ledger is shared.
func runReplica(t *testing.T, file string, leases lease.Timing) *inProcess {
	t.Helper()
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), cfg, Options{File: file, Leases: leases,
		Log: zerolog.New(zerolog.NewTestWriter(t)).Level(zerolog.WarnLevel)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	p := &inProcess{d, make(chan error, 1)}
	go func() { p.ended <- d.Run(ctx, nil) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-p.ended, d.Close()); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	return p
}

// until waits for something to hold.
func (p *inProcess) until(t *testing.T, what string, holds func(*Daemon) bool) {
	t.Helper()
	p.within(t, time.Minute, what, holds)
}

// within is until with less patience.
func (p *inProcess) within(t *testing.T, patience time.Duration, what string, holds func(*Daemon) bool) {
	t.Helper()
	testbed.Await(t, patience, func() error {
		if !holds(p.Daemon) {
			return errors.New("waiting for: " + what)
		}
		return nil
	})
}

// meddling is a ledger in whose writes something happens first.
type meddling struct {
	discovery.Documents
	before func() error
}

func (m meddling) SaveDocument(ctx context.Context, kind, name string, body []byte) error {
	if err := m.before(); err != nil {
		return err
	}
	return m.Documents.SaveDocument(ctx, kind, name, body)
}

// keptNames are the discovered clusters that the ledger has.
func keptNames(t *testing.T, d *Daemon) (out []string) {
	t.Helper()
	next := discovery.New(sources.NewAccess("test", nil, time.Now), d.ledger, time.Now, zerolog.Nop())
	for _, c := range next.Clusters(t.Context(), d.planned().cfg) {
		out = append(out, c.Name)
	}
	return out
}

// Taking up a new plan ends the generation that discovered it, and its context.
func TestWhatIsFoundIsKeptWhileTheGenerationEnds(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)}}
	d := startOnce(t, mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+"msk: [{"+quietly+"}]\n"))
	generation, end := context.WithCancel(t.Context())
	d.discovery = discovery.New(d.fleet.Access, meddling{d.ledger, func() error { end(); return nil }}, time.Now, zerolog.Nop())
	d.discover(generation)
	wantWatched(t, d, "orders")
	if got := keptNames(t, d); !slices.Equal(got, []string{"orders"}) {
		t.Errorf("the ledger has %v, want orders", got)
	}
}

// A ledger that refuses is tried again, although the clusters are the same by then.
func TestWhatCouldNotBeKeptIsTriedAgain(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)}}
	d := startOnce(t, mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+"msk: [{"+quietly+"}]\n"))
	refused := errors.New("disk full")
	d.discovery = discovery.New(d.fleet.Access, meddling{d.ledger, func() error { return refused }}, time.Now, zerolog.Nop())
	cfg := d.planned().written
	if _, err := d.discovery.Scan(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	d.apply(t.Context(), cfg)
	wantWatched(t, d, "orders")
	if at, ok := d.discovery.Next(t.Context(), cfg); !ok || time.Until(at) > discovery.Again {
		t.Errorf("tried again at %v, want within %s", at, discovery.Again)
	}
	refused = nil
	d.apply(t.Context(), cfg)
	if got := keptNames(t, d); !slices.Equal(got, []string{"orders"}) {
		t.Errorf("the ledger has %v, want orders", got)
	}
}

// A start whose ledger cannot be read for a moment must not replace what is in it by nothing.
func TestAnUnreadableLedgerIsNotOverwritten(t *testing.T) {
	var refused refusing
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
		Fault: refused.fault}
	d := startOnce(t, mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+"msk: [{"+quietly+"}]\n"))
	if err := scans(t, d); err != nil {
		t.Fatal(err)
	}
	refused = refusing{"ListClustersV2", "AccessDeniedException", "User: arn:aws:iam::123456789012:user/fit is not authorized"}
	again := discovery.New(d.fleet.Access, d.ledger, time.Now, zerolog.Nop())
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	cfg := d.planned().written
	again.Clusters(gone, cfg)
	if _, err := again.Scan(t.Context(), cfg); err == nil {
		t.Fatal("the region could be asked")
	}
	if err := again.Save(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if got := keptNames(t, d); !slices.Equal(got, []string{"orders"}) {
		t.Errorf("the ledger has %v, want orders", got)
	}
}

package history

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/snappy"
	"github.com/prometheus/prometheus/prompb"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// The embedded store and a real Prometheus give the same workload for the same samples: hours read back after live
// minutes, two sources, names of any kind, and a sample that comes twice.
func TestExternalEqualsEmbedded(t *testing.T) {
	url := testbed.Prometheus(t, testbed.PrometheusOptions{RemoteWrite: true,
		Config: "storage: {tsdb: {out_of_order_time_window: 65d}}\n"})
	clk := newClock(t0.Add(2 * day))
	embeddedCfg, externalCfg := testConfig(t.TempDir()), testConfig(t.TempDir())
	externalCfg.External.WriteURL, externalCfg.External.QueryURL = url+"/api/v1/write", url+"/"
	inside, outside := openTest(t, embeddedCfg, clk), openTest(t, externalCfg, clk)
	rng := rand.New(rand.NewPCG(3, 4))
	var samples []workload.Sample
	for m := range 90 {
		samples = append(samples, mixedSample(rng, "kafka", minuteWindow(t0.Add(2*day+time.Duration(m)*time.Minute))))
		if m%3 == 0 {
			samples = append(samples, mixedSample(rng, "cloudwatch", minuteWindow(t0.Add(2*day+time.Duration(m)*time.Minute))))
		}
	}
	for h := range 47 {
		at := t0.Add(time.Duration(h) * time.Hour)
		samples = append(samples, mixedSample(rng, "kafka", workload.Window{Start: at, End: at.Add(time.Hour)}))
	}
	for _, s := range []*Store{inside, outside} {
		appendAll(t, s, clk, samples...)
		again := samples[10]
		again.Totals.Topics = exactly(77) // is new there
		appendAll(t, s, clk, again)
		if st := s.Status(); st.Waiting != 0 || st.Reason != "" {
			t.Fatalf("status %+v", st)
		}
	}
	for _, w := range []workload.Window{{Start: t0, End: clk.now()}, {Start: t0.Add(2 * day), End: t0.Add(2*day + time.Hour)}} {
		want, got := workloadOf(t, inside, mixedCluster, w), workloadOf(t, outside, mixedCluster, w)
		if want.IngressBytesPerSec == nil || len(want.TopicList) != 30 || len(want.GroupList) != 2 ||
			want.TopicList[3].EgressBytesPerSec == nil {
			t.Fatalf("the embedded store has %+v", want)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("window %s: %s", w.Duration(), firstUnequal(t, got, want))
		}
	}
	for _, q := range []SeriesQuery{
		{Quantity: Ingress}, {Quantity: Messages, Step: time.Hour}, {Topic: "t-3", Quantity: Egress},
		{Topic: "t.+*|\\(", Quantity: Ingress, Step: time.Hour},
		{Group: "gruppe ↯", Quantity: Egress, Step: day},
	} {
		q.Cluster, q.Window = mixedCluster, workload.Window{Start: t0, End: clk.now()}
		want, errA := inside.Series(t.Context(), q)
		got, errB := outside.Series(t.Context(), q)
		if errA != nil || errB != nil || len(want.Points) == 0 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d and %d points, %v, %v; %s", q, len(want.Points), len(got.Points), errA, errB,
				firstDifference(got.Points, want.Points))
		}
	}
	if err := outside.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
}

// firstUnequal shows where two workloads differ.
func firstUnequal(t *testing.T, got, want workload.Workload) string {
	t.Helper()
	a, errA := json.Marshal(got)
	b, errB := json.Marshal(want)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("%s\nwant %s", a[max(0, i-300):min(len(a), i+100)], b[max(0, i-300):min(len(b), i+100)])
		}
	}
	return "it differs in what JSON does not show"
}

func firstDifference(got, want []Point) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("the first difference is %+v, want %+v", got[i], want[i])
		}
	}
	return "the first points are equal"
}

const mixedCluster = `prod "é"`

func mixedSample(rng *rand.Rand, source string, w workload.Window) workload.Sample {
	some := func(scale float64) *workload.Figure {
		v := scale * rng.Float64()
		switch rng.IntN(4) {
		case 0:
			return figure(0, 0, float64(rng.IntN(2)), workload.Estimated)
		case 1:
			return workload.AtLeast(v, workload.Derived, "test").Ptr()
		}
		return figure(v, v*0.9, v*1.2, methods[rng.IntN(len(methods))])
	}
	s := workload.Sample{Cluster: mixedCluster, Source: source, Window: w, Totals: workload.Totals{
		IngressBytesPerSec: some(1e8), MessagesPerSec: some(1e5), StoredBytes: some(1e13),
		Topics:         exactly(float64(10 + rng.IntN(3))),
		HottestIngress: &workload.Hottest{Topic: "t-3", Partition: int32(rng.IntN(4)), Rate: *some(1e6)},
	}}
	for i := range 30 {
		s.Topics = append(s.Topics, workload.Topic{Name: fmt.Sprintf("t-%d", i), Partitions: 4, IngressBytesPerSec: some(1e6),
			EgressBytesPerSec: some(1e6)})
	}
	s.Topics[29].Name = "t.+*|\\(" // not to be taken for a regular expression
	for _, name := range []string{"", "gruppe ↯"} {
		s.Groups = append(s.Groups, workload.Group{Name: name, EgressBytesPerSec: some(1e5)})
	}
	return s
}

// receiver is a server that takes remote write, while the test lets it.
type receiver struct {
	*httptest.Server
	status atomic.Int64
	values atomic.Int64
	last   atomic.Pointer[http.Request]
}

func newReceiver(t *testing.T, secure bool) *receiver {
	r := &receiver{}
	r.status.Store(http.StatusNoContent)
	handler := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.last.Store(req)
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		if status := int(r.status.Load()); status != http.StatusNoContent {
			http.Error(w, "no", status)
			return
		}
		plain, err := snappy.Decode(nil, body)
		var wr prompb.WriteRequest
		if err == nil {
			err = wr.Unmarshal(plain)
		}
		if err != nil {
			t.Errorf("not a remote write request: %v", err)
		}
		for _, ts := range wr.Timeseries {
			r.values.Add(int64(len(ts.Samples)))
		}
		w.WriteHeader(http.StatusNoContent)
	})
	if secure {
		r.Server = httptest.NewTLSServer(handler)
	} else {
		r.Server = httptest.NewServer(handler)
	}
	t.Cleanup(r.Close)
	return r
}

func TestExternalAuthentication(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "verysecret")
	dir := t.TempDir()
	file := filepath.Join(dir, "password")
	if err := os.WriteFile(file, []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		set    func(*External)
		header string
		want   string
	}{
		{"bearer", func(e *External) { e.BearerToken = secret.New("hunter2") }, "Authorization", "Bearer hunter2"},
		{"bearer file", func(e *External) { e.BearerTokenFile = file }, "Authorization", "Bearer hunter2"},
		{"basic", func(e *External) { e.Username, e.Password = "u", secret.New("hunter2") }, "Authorization", "Basic dTpodW50ZXIy"},
		{"basic file", func(e *External) { e.Username, e.PasswordFile = "u", file }, "Authorization", "Basic dTpodW50ZXIy"},
		{"tenant", func(e *External) { e.Headers = map[string]string{"X-Scope-OrgID": "team-a"} }, "X-Scope-OrgID", "team-a"},
		{"sigv4", func(e *External) { e.SigV4.Region = "eu-west-1" }, "Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newReceiver(t, true)
			ca := filepath.Join(t.TempDir(), "ca.pem")
			if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Certificate().Raw}),
				0o600); err != nil {
				t.Fatal(err)
			}
			cfg := testConfig(t.TempDir())
			cfg.External.WriteURL, cfg.External.QueryURL, cfg.External.TLS.CAFile = r.URL+"/api/v1/write", r.URL, ca
			c.set(&cfg.External)
			if err := cfg.Validate(); err != nil {
				t.Fatal(err)
			}
			clk := newClock(t0)
			s := openTest(t, cfg, clk)
			appendAll(t, s, clk, ingressSample("prod", "kafka", t0, exactly(1)))
			if got := r.last.Load().Header.Get(c.header); !strings.HasPrefix(got, c.want) {
				t.Errorf("%s: %q, want %q", c.header, got, c.want)
			}
			if c.name == "sigv4" && !strings.Contains(r.last.Load().Header.Get("Authorization"), "/eu-west-1/aps/aws4_request") {
				t.Errorf("signed for %q, want eu-west-1 and aps", r.last.Load().Header.Get("Authorization"))
			}
			r.status.Store(http.StatusUnauthorized)
			clk.set(t0.Add(2 * time.Minute))
			err := s.Append(t.Context(), ingressSample("prod", "kafka", t0.Add(time.Minute), exactly(1)))
			if err == nil || !strings.Contains(err.Error(), "check the credentials") || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("a refused credential: %v", err)
			}
			r.status.Store(http.StatusNoContent)
		})
	}
}

// While the server is away values wait, and reach it once it is back; one that it never takes does not hold up the others.
func TestExternalAway(t *testing.T) {
	r := newReceiver(t, false)
	cfg := testConfig(t.TempDir())
	cfg.External.WriteURL, cfg.External.QueryURL = r.URL+"/api/v1/write", r.URL
	clk := newClock(t0)
	s, err := Open(cfg, Options{Now: clk.now, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	r.status.Store(http.StatusServiceUnavailable)
	for m := range 10 {
		clk.set(t0.Add(time.Duration(m+1) * time.Minute))
		if err := s.Append(t.Context(), ingressSample("prod", "kafka", t0.Add(time.Duration(m)*time.Minute),
			exactly(1))); err == nil {
			t.Error("a server that is away took a sample")
		}
	}
	waiting := int64(s.Status().Waiting)
	if waiting != 20 { // ingress and window of ten minutes
		t.Errorf("%d values wait, want 20", waiting)
	}
	r.status.Store(http.StatusNoContent)
	clk.set(clk.now().Add(cfg.FlushInterval))
	if err := s.Maintain(t.Context()); err != nil || r.values.Load() != 30 || s.Status().Waiting != 0 {
		t.Errorf("%d values arrived, %v, want value, error and window of ten minutes", r.values.Load(), err)
	}
	r.status.Store(http.StatusBadRequest)
	clk.set(clk.now().Add(time.Minute))
	if err := s.Append(t.Context(), ingressSample("prod", "kafka", t0.Add(10*time.Minute), exactly(1))); err != nil {
		t.Errorf("values that the server never takes: %v", err)
	}
	if st := s.Status(); st.Refused != 3 || st.Waiting != 0 {
		t.Errorf("status %+v, want three refused", st)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestConfigProblems(t *testing.T) {
	for _, c := range []struct {
		set  func(*Config)
		want string
	}{
		{func(c *Config) {}, ""},
		{func(c *Config) { c.Dir = "" }, "directory: missing"},
		{func(c *Config) { c.Retention = workload.Span(time.Hour) }, "retention: 1h0m0s is too short"},
		{func(c *Config) { c.MaxSize = 1 }, "max_size: 1 B is too small"},
		{func(c *Config) { c.FlushInterval = 0 }, "flush_interval: 0s is out of range"},
		{func(c *Config) { c.Buffer = 0 }, "buffer: 0 B is too small"},
		{func(c *Config) { c.External.WriteURL = "http://h/w" }, "external.query_url: missing"},
		{func(c *Config) { c.External.WriteURL, c.External.QueryURL = "h:9090", "http://u:p@h" }, "external.write_url: not a URL"},
		{func(c *Config) {
			c.External.WriteURL, c.External.QueryURL, c.External.Username, c.External.SigV4.Region = "http://h", "http://h", "u",
				"r"
		}, "external: several ways to authenticate"},
	} {
		cfg := DefaultConfig()
		c.set(&cfg)
		err := cfg.Validate()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	cfg := DefaultConfig()
	cfg.External.WriteURL, cfg.External.QueryURL = "http://h", "http://user:hunter2@h"
	if err := cfg.Validate(); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("credentials in an address: %v", err)
	}
}

// Replicas write to series of their own, so that one that takes over is not refused what overlaps; it is read as one. Where
// both wrote a minute, value and bounds are those of one of them.
func TestReplicasWriteSeriesOfTheirOwn(t *testing.T) {
	url := testbed.Prometheus(t, testbed.PrometheusOptions{RemoteWrite: true})
	clk := newClock(t0)
	cfg := testConfig(t.TempDir())
	cfg.External.WriteURL, cfg.External.QueryURL = url+"/api/v1/write", url+"/"
	open := func(replica string) *Store {
		s, err := Open(cfg, Options{Now: clk.now, Log: zerolog.Nop(), Replica: replica})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	write := func(s *Store, from, to int, value float64) {
		t.Helper()
		for m := from; m < to; m++ {
			one := workload.Sample{Cluster: "orders", Source: "kafka", Window: minuteWindow(t0.Add(time.Duration(m) * time.Minute))}
			one.Totals.IngressBytesPerSec = exactly(value)
			appendAll(t, s, clk, one)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if st := s.Status(); st.Refused > 0 || st.Waiting > 0 {
			t.Errorf("status %+v", st)
		}
	}
	write(open("mskfit-0"), 0, 10, 100)
	write(open("mskfit-1"), 8, 20, 300) // its clock is two minutes behind
	s := open("")
	defer s.Close()
	q := SeriesQuery{Cluster: "orders", Quantity: Ingress, Window: workload.Window{Start: t0, End: t0.Add(20 * time.Minute)}}
	got, err := s.Series(t.Context(), q)
	if err != nil || len(got.Points) != 20 {
		t.Fatalf("%d points, error %v", len(got.Points), err)
	}
	for i, p := range got.Points {
		want := 100.0
		if i >= 10 {
			want = 300
		}
		if p.Mean != want && (i < 8 || i > 9 || p.Mean != 300) {
			t.Errorf("minute %d is %+v, want %v", i, p, want)
		}
	}
}

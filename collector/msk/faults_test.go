package msk

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/faults"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

func standardServer(now func() time.Time) *mskfake.Server {
	return &mskfake.Server{Now: now, Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
		Metrics: standardMetrics("orders", 3, steadily(9e6))}
}

func TestPagesOfDatapoints(t *testing.T) {
	server := standardServer(at(noon))
	server.DataPage, server.MetricPage = 77, 4
	s := sourceOf(t, server, nil)
	samples := collectAll(t, s)
	if len(samples) != 60 {
		t.Fatalf("%d samples, want 60", len(samples))
	}
	for _, one := range samples {
		exactly(t, "ingress", one.Totals.IngressBytesPerSec, 9e6)
		exactly(t, "egress of the topic", one.Topics[0].EgressBytesPerSec, 1.5*9e6)
	}
	if n := server.Calls("GetMetricData"); n < 20 {
		t.Errorf("%d calls: the answer did not come in pages", n)
	}
	if got, want := s.Stats().Metrics, int64(server.MetricsAsked()); got != want {
		t.Errorf("counted %d metrics, AWS %d", got, want)
	}
}

func TestSeriesThatCloudWatchGivesInPart(t *testing.T) {
	for _, status := range []string{"PartialData", "InternalError"} {
		t.Run(status+" once", func(t *testing.T) {
			server := standardServer(at(noon))
			server.Status = func(m *mskfake.Metric, n int) string {
				if n == 1 && m.Dimensions[dimBroker] == "2" {
					return status
				}
				return ""
			}
			s := sourceOf(t, server, nil)
			for _, one := range collectAll(t, s) {
				exactly(t, "ingress", one.Totals.IngressBytesPerSec, 9e6)
				if got := of3(one.Gaps, "BytesInPerSec"); len(got) > 0 {
					t.Fatalf("it was mended, and is a gap: %+v", got)
				}
			}
			if got, want := s.Stats().Metrics, int64(server.MetricsAsked()); got != want {
				t.Errorf("counted %d metrics, AWS %d", got, want)
			}
		})
		t.Run(status+" for good", func(t *testing.T) {
			now := noon
			server := standardServer(func() time.Time { return now })
			failing := false
			server.Status = func(m *mskfake.Metric, _ int) string {
				if failing && m.Name == "BytesInPerSec" && m.Dimensions[dimBroker] == "2" && m.Dimensions[dimTopic] == "" {
					return status
				}
				return ""
			}
			s := sourceOf(t, server, nil)
			collectAll(t, s)
			failing = true
			var samples []workload.Sample
			for range 40 {
				now = now.Add(time.Minute)
				samples = append(samples, collectAll(t, s)...)
			}
			if len(samples) == 0 {
				t.Fatal("nothing came any more because of one series")
			}
			estimated := false
			for _, one := range samples {
				f := one.Totals.IngressBytesPerSec
				if f == nil || f.Low < 6e6-1 || f.High > 9e6+1 {
					t.Fatalf("ingress %+v, want the others' at least and the usual at most", f)
				}
				estimated = estimated || f.Method == workload.Estimated
			}
			if !estimated {
				t.Error("a series is missing and no minute is an estimate")
			}
			if g := gapAbout(t, last(samples).Gaps, "BytesInPerSec of broker 2"); !strings.Contains(g.Why, status) {
				t.Errorf("gap %+v does not say %s", g, status)
			}
			exactly(t, "egress", last(samples).Totals.EgressBytesPerSec, 18e6)
		})
	}
}

func TestThrottlingIsSatOut(t *testing.T) {
	server := standardServer(at(noon))
	server.Fault = func(op string, n int, _ *http.Request) *mskfake.Fault {
		if op == "GetMetricData" && n <= 5 || op == "ListMetrics" && n <= 3 {
			return mskfake.Throttled
		}
		return nil
	}
	synctest.Test(t, func(t *testing.T) {
		s := sourceWith(t, clientsNow(server, 8), server, nil, zerolog.Nop())
		began := time.Now()
		exactly(t, "ingress", last(collectAll(t, s)).Totals.IngressBytesPerSec, 9e6)
		if waited := time.Since(began); waited == 0 {
			t.Error("throttled calls were tried again at once")
		}
		if got := s.Stats().Throttles; got != 8 {
			t.Errorf("%d attempts counted as throttled, want those of both calls, 8", got)
		}
		if got := s.Stats(); got.Retries != 5 || got.Metrics != int64(server.MetricsAsked()) {
			t.Errorf("stats %+v, want 5 retries, and only answered calls billed (%d)", got, server.MetricsAsked())
		}
	})
}

func TestThrottlingForGoodIsAnErrorAndThenOver(t *testing.T) {
	now := noon
	server := standardServer(func() time.Time { return now })
	s := sourceOf(t, server, nil)
	first := collectAll(t, s)
	synctest.Test(t, func(t *testing.T) {
		server.Fault = func(op string, _ int, _ *http.Request) *mskfake.Fault {
			if op == "GetMetricData" {
				return mskfake.Throttled
			}
			return nil
		}
		now = now.Add(10 * time.Minute)
		s.clients = clientsNow(server, 3)
		samples, err := s.CollectAll(t.Context())
		if awsconf.KindOf(err) != awsconf.Throttled || len(samples) > 0 {
			t.Fatalf("got %d samples and %v", len(samples), err)
		}
		if got := s.Stats().Throttles; got == 0 || got%3 != 0 {
			t.Errorf("%d attempts counted as throttled, want three for each call that was given up", got)
		}
		server.Fault = nil
		now = now.Add(time.Minute)
		more := collectAll(t, s)
		if len(more) != 10 || !more[0].Window.Start.Equal(last(first).Window.End) {
			t.Errorf("%d minutes after the throttling, want the 10 that were missed", len(more))
		}
	})
}

func TestRefusalsNameWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(string, int, *http.Request) *mskfake.Fault
		kind  awsconf.Kind
		want  string
	}{
		"ListMetrics": {denying("ListMetrics", "cloudwatch:ListMetrics"), awsconf.Denied,
			`cloudwatch:ListMetrics us-east-1 metrics of cluster orders: access denied for arn:aws:sts::123456789012:assumed-role/mskfit/i-0abc: add this statement to its policy: {"Effect":"Allow","Action":["cloudwatch:ListMetrics"],"Resource":["*"]}`},
		"GetMetricData": {denying("GetMetricData", "cloudwatch:GetMetricData"), awsconf.Denied,
			`cloudwatch:GetMetricData us-east-1 metrics of cluster orders: access denied for arn:aws:sts::123456789012:assumed-role/mskfit/i-0abc: add this statement to its policy: {"Effect":"Allow","Action":["cloudwatch:GetMetricData"],"Resource":["*"]}`},
		"expired": {func(op string, _ int, _ *http.Request) *mskfake.Fault {
			if op == "GetMetricData" {
				return mskfake.Expired
			}
			return nil
		}, awsconf.Expired, "cloudwatch:GetMetricData us-east-1 metrics of cluster orders: the credentials have expired: renew them (aws sso login, or a new session) and try again"},
	} {
		t.Run(name, func(t *testing.T) {
			server := standardServer(at(noon))
			s := sourceOf(t, server, nil)
			server.Fault = c.fault
			sample, err := s.Collect(t.Context(), workload.Window{})
			if err == nil || err.Error() != c.want || awsconf.KindOf(err) != c.kind {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if sample.Totals.IngressBytesPerSec != nil {
				t.Errorf("figures in spite of it: %+v", sample.Totals)
			}
		})
	}
}

type noSuchHost struct{}

func (noSuchHost) Do(r *http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp",
		Err: &net.DNSError{Err: "no such host", Name: r.URL.Hostname(), IsNotFound: true}}
}

func TestWrongRegion(t *testing.T) {
	ownEnvironment(t)
	cfg := DefaultConfig()
	cfg.Regions, cfg.AWS.MaxAttempts = []string{"eu-nowhere-9"}, 1
	clients, err := Open(t.Context(), cfg, awsconf.Options{HTTPClient: noSuchHost{}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Discover(t.Context(), clients[0], cfg.Filter, noon)
	want := "discover clusters: kafka:ListClustersV2 eu-nowhere-9: no such host kafka.eu-nowhere-9.amazonaws.com: there is no region eu-nowhere-9, or it does not have the service, or this machine cannot resolve it: check the region"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestClusterThatIsDeletedWhileWatched(t *testing.T) {
	now := noon
	server := standardServer(func() time.Time { return now })
	s := sourceOf(t, server, nil)
	collectAll(t, s)
	now = now.Add(2 * time.Hour)
	server.Clusters[0].Set("state", "DELETING")
	if got := last(collectAll(t, s)); got.MSK == nil || got.MSK.State != "DELETING" {
		t.Errorf("MSK %+v, want the new state", got.MSK)
	}
	now = now.Add(2 * time.Hour)
	server.Clusters[0].Gone = true
	_, err := s.CollectAll(t.Context())
	if awsconf.KindOf(err) != awsconf.NotFound || !strings.HasPrefix(err.Error(), "cluster orders was deleted: ") {
		t.Errorf("got %v, want that the cluster is gone", err)
	}
}

func TestNoCredentialInLogsOrErrors(t *testing.T) {
	var log bytes.Buffer
	logger := zerolog.New(&log).Level(zerolog.TraceLevel)
	now := noon
	server := standardServer(func() time.Time { return now })
	s := sourceWith(t, clientsOf(t, server), server, nil, logger)
	collectAll(t, s)
	server.Fault = func(_ string, n int, r *http.Request) *mskfake.Fault { // something in between that repeats what it was sent
		return &mskfake.Fault{Status: 400, Code: []string{"SignatureDoesNotMatch", "ValidationError"}[n%2],
			Message: "got " + r.Header.Get("Authorization") + " with " + secretKey}
	}
	for range 3 {
		now = now.Add(2 * time.Hour)
		_, err := s.CollectAll(t.Context())
		fmt.Fprintf(&log, "%v %+v\n", err, err)
		_, err = Discover(t.Context(), s.clients, Filter{}, now)
		fmt.Fprintf(&log, "%v %+v\n", err, err)
		fmt.Fprintf(&log, "%v\n", s.ReadBack(t.Context(), workload.Window{Start: noon.Add(-time.Hour), End: noon},
			func(workload.Sample) error { return nil }))
	}
	for _, secret := range []string{accessKey, secretKey, "Signature="} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q shows in\n%s", secret, log.String())
		}
	}
}

// What one reading brought is not lost because another failed.
func TestDetailsThatFailLeaveRates(t *testing.T) {
	now := noon
	server := standardServer(func() time.Time { return now })
	s := sourceOf(t, server, nil)
	collectAll(t, s)
	now = now.Add(time.Hour)
	collectAll(t, s) // from here on both are due at different times
	now = now.Add(55 * time.Minute)
	collectAll(t, s)
	failing := true
	calls := 0
	server.Fault = func(op string, _ int, _ *http.Request) *mskfake.Fault {
		if op != "GetMetricData" {
			return nil
		}
		if calls++; failing && calls == 2 { // rates are read first
			return mskfake.Denied("cloudwatch:GetMetricData")
		}
		return nil
	}
	now = now.Add(5 * time.Minute)
	samples := collectAll(t, s)
	if len(samples) != 5 {
		t.Fatalf("%d samples, want 5 minutes of rates", len(samples))
	}
	exactly(t, "ingress", last(samples).Totals.IngressBytesPerSec, 9e6)
	if got := of3(last(samples).Gaps, "details since"); len(got) != 1 || !strings.Contains(got[0].Why, "access denied") {
		t.Errorf("gaps %+v, want that details are denied", last(samples).Gaps)
	}
	failing = false
	now = now.Add(time.Minute)
	more := collectAll(t, s)
	if len(more) == 0 || len(last(more).Topics) == 0 || len(of3(last(more).Gaps, "details since")) > 0 {
		t.Errorf("details are still missing: %d samples, gaps %+v", len(more), last(more).Gaps)
	}
}

// An hour in which CloudWatch throttles everything costs no minute and no money: what was missed is requested once it answers
// again, and calls that are throttled are not billed.
func TestThrottlingForAnHour(t *testing.T) {
	r := faults.Begin(t, "CloudWatch throttles for an hour", "each reading ends with an error; attempts are spaced out; refused calls are "+
		"not billed; afterwards the missed minutes are read once")
	server := standardServer(time.Now)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(noon)) // the server's metrics begin before it
		s := sourceWith(t, clientsNow(server, 3), server, nil, zerolog.Nop())
		before := last(collectAll(t, s)).Window.End
		billed, refused := s.Stats().Metrics, 0
		server.Fault = func(op string, _ int, _ *http.Request) *mskfake.Fault { return mskfake.Throttled }
		began := time.Now()
		for time.Since(began) < time.Hour {
			next := time.Now().Add(time.Minute)
			samples, err := s.CollectAll(t.Context())
			if len(samples) > 0 || err != nil && awsconf.KindOf(err) != awsconf.Throttled {
				t.Fatalf("got %d samples and %v", len(samples), err)
			}
			if err != nil {
				refused++
			}
			time.Sleep(time.Until(next))
		}
		attempts := s.Stats().Throttles
		if s.Stats().Metrics != billed || int64(server.MetricsAsked()) != billed {
			t.Errorf("%d metrics were billed during the hour", s.Stats().Metrics-billed)
		}
		if refused == 0 || attempts > 3*60*4 {
			t.Errorf("%d readings were refused in %d attempts: want some, and few attempts", refused, attempts)
		}
		server.Fault = nil
		samples := collectAll(t, s)
		if len(samples) == 0 || !samples[0].Window.Start.Equal(before) || last(samples).Window.End.Sub(before) < 55*time.Minute {
			t.Fatalf("%d samples after the hour, from %s to %s: want all since %s", len(samples), samples[0].Window.Start,
				last(samples).Window.End, before)
		}
		for _, one := range samples {
			exactly(t, "ingress", one.Totals.IngressBytesPerSec, 9e6)
		}
		r.Observed("%d readings refused, %d attempts, no metric billed; then %d minutes in one reading, none lost",
			refused, attempts, len(samples))
	})
}

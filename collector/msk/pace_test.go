package msk

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// countingPace lets every call through and counts what it uses.
type countingPace struct {
	mu   sync.Mutex
	used map[Quota]float64
	err  error
}

func (p *countingPace) Wait(_ context.Context, q Quota, n float64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.used[q] += n
	return p.err
}

// recorder counts the requests that reach AWS.
type recorder struct {
	*mskfake.Server
	mu       sync.Mutex
	requests int
}

func (r *recorder) Do(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	r.requests++
	r.mu.Unlock()
	return r.Server.Do(req)
}

func pacedClients(t *testing.T, client aws.HTTPClient, p Pace) Clients {
	t.Helper()
	return NewClients(aws.Config{
		Region: "us-east-1", HTTPClient: client, Credentials: credentials.NewStaticCredentialsProvider(accessKey, secretKey, ""),
		Retryer: func() aws.Retryer { return awsconf.NewRetryer(8) },
	}, p)
}

// No request reaches AWS without having waited for its turn: of discovery, of a source, of reading back, and none that is repeated.
func TestEveryRequestWaitsForItsTurn(t *testing.T) { synctest.Test(t, testEveryRequestWaits) }

func testEveryRequestWaits(t *testing.T) {
	server := standardServer(at(noon))
	server.Fault = func(_ string, n int, _ *http.Request) *mskfake.Fault {
		if n%3 == 0 {
			return mskfake.Throttled
		}
		return nil
	}
	r, p := &recorder{Server: server}, &countingPace{used: map[Quota]float64{}}
	c := pacedClients(t, r, p)
	inv, err := Discover(t.Context(), c, Filter{}, noon)
	if err != nil || len(inv.Clusters) != 1 {
		t.Fatalf("%d clusters, %v", len(inv.Clusters), err)
	}
	cluster, err := Find(t.Context(), c, "", inv.Clusters[0].Name, noon)
	if err != nil {
		t.Fatal(err)
	}
	cfg := DefaultConfig()
	cfg.CloudWatch.Backfill = workload.Span(24 * time.Hour)
	s := NewSource(cfg, cluster, c, zerolog.Nop(), WithClock(server.Now))
	collectAll(t, s)
	err = s.ReadBack(t.Context(), workload.Window{Start: noon.Add(-24 * time.Hour), End: noon},
		func(workload.Sample) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	calls := func(operation string) float64 { return float64(server.Calls(operation)) }
	lists, data := calls("ListMetrics"), calls("GetMetricData")
	if got := p.used[quotaListMetrics]; got != lists || lists == 0 {
		t.Errorf("ListMetrics: %g requests waited, %g were sent", got, lists)
	}
	if got := p.used[quotaGetMetricData]; got != data || data == 0 {
		t.Errorf("GetMetricData: %g requests waited, %g were sent", got, data)
	}
	if got, want := p.used[quotaMSK], float64(r.requests)-lists-data; got != want || want == 0 {
		t.Errorf("control plane: %g requests waited, %g were sent", got, want)
	}
	if p.used[quotaRecentDatapoints]+p.used[quotaOlderDatapoints] == 0 {
		t.Error("no datapoints were counted")
	}
	server.Fault = nil
	sent := r.requests
	p.err = context.DeadlineExceeded
	if _, err := Discover(t.Context(), c, Filter{}, noon); !errors.Is(err, context.DeadlineExceeded) || r.requests != sent {
		t.Errorf("a call whose turn did not come: %v, %d requests sent", err, r.requests-sent)
	}
}

// What a request counts is known before it is sent: 10 metrics over an hour by the minute are 600 datapoints.
func TestDatapointsOfARequest(t *testing.T) {
	list := make([]*series, 10)
	for i := range list {
		list[i] = &series{metric: &metric{name: "BytesInPerSec", stat: "Average"}}
	}
	for _, tt := range []struct {
		back, span time.Duration
		want       use
	}{
		{time.Hour, time.Hour, use{quotaRecentDatapoints, 600}},
		{4 * time.Hour, time.Hour, use{quotaOlderDatapoints, 600}},
		{15 * 24 * time.Hour, 15 * 24 * time.Hour, use{quotaOlderDatapoints, datapointsPerCall}}, // of a page
	} {
		in := &cloudwatch.GetMetricDataInput{StartTime: aws.Time(noon.Add(-tt.back)),
			EndTime: aws.Time(noon.Add(tt.span - tt.back))}
		for i, one := range list {
			in.MetricDataQueries = append(in.MetricDataQueries, one.query("m"+strconv.Itoa(i), 60))
		}
		got := usesOf(in, noon)
		if len(got) != 2 || got[0] != (use{quotaGetMetricData, 1}) || got[1] != tt.want {
			t.Errorf("%s from %s ago: %+v, want %+v", tt.span, tt.back, got, tt.want)
		}
	}
}

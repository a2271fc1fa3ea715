package kafka

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"github.com/mskfit/mskfit/internal/workload"
)

// serverlessVersions is Kafka 2.8 without what MSK Serverless was seen to refuse: the limits are those of the published
// observations (Fetch 10 to 12, Metadata 7 to 11; no DescribeLogDirs), ListOffsets up to 6, OffsetFetch up to 7.
func serverlessVersions() *kversion.Versions {
	v := kversion.V2_8_0()
	v.SetMaxKeyVersion(keyDescribeLogDirs, -1)
	v.SetMaxKeyVersion(keyListOffsets, 6)
	v.SetMaxKeyVersion(keyOffsetFetch, 7)
	v.SetMaxKeyVersion(keyFetch, 12)
	v.SetMaxKeyVersion(keyMetadata, 11)
	return v
}

// TestServerlessIsObservedWithGaps has many groups, which cost a request each there, and still expects bytes.
func TestServerlessIsObservedWithGaps(t *testing.T) {
	asUser(t, iamKey, iamSecret, "")
	d := newIAMDouble(t, kfake.MaxVersions(serverlessVersions()))
	d.createTopic("profiles", 2, map[string]string{"cleanup.policy": "compact"})
	const groups = 40
	d.produce("orders", 0, 5, 1000)
	for i := range groups {
		d.commit(fmt.Sprintf("group-%02d", i), "orders", 0, 0)
	}
	var mu sync.Mutex
	newest, logDirs := map[int16]int16{}, 0
	d.Control(func(req kmsg.Request) (kmsg.Response, error, bool) {
		mu.Lock()
		defer mu.Unlock()
		d.KeepControl()
		newest[req.Key()] = max(newest[req.Key()], req.GetVersion())
		if req.Key() == keyDescribeLogDirs {
			logDirs++
		}
		return nil, nil, false
	})
	s, err := d.open()
	if err != nil {
		t.Fatal(err)
	}
	collect(t, s)
	wantServerlessVersions(t, newest)

	var seen []workload.Sample
	for sweep := range 3 {
		d.produce("orders", 0, 60, 1000)
		d.produce("orders", 2, 30, 5000)
		d.produce("profiles", 1, 10, 200)
		d.commit("group-07", "orders", 0, int64(20*(sweep+1)))
		d.pass(minute)
		before := s.Stats()
		seen = append(seen, collect(t, s))
		wantBudget(t, s.Stats().Since(before), groups)
	}
	if logDirs > 0 {
		t.Errorf("DescribeLogDirs was sent %d times to a cluster that does not have it", logDirs)
	}
	for i, sample := range seen {
		wantGap(t, sample, "log sizes of 3 brokers (0 at ", "the broker does not support this request")
		if sample.Totals.StoredBytes != nil {
			t.Errorf("sweep %d: stored bytes are %+v, want none", i, sample.Totals.StoredBytes)
		}
		for _, topic := range sample.Topics {
			if topic.StoredBytes != nil {
				t.Errorf("sweep %d: %s stores %+v, want no figure", i, topic.Name, topic.StoredBytes)
			}
		}
	}
	last := seen[len(seen)-1]
	t.Log(gapText(last))
	orders := float64(60*recordBytes(1000)+30*recordBytes(5000)) / 60
	wantWithin(t, "orders", topicOf(t, last, "orders").IngressBytesPerSec, orders)
	wantWithin(t, "profiles", topicOf(t, last, "profiles").IngressBytesPerSec, float64(10*recordBytes(200))/60)
	wantWithin(t, "cluster", last.Totals.IngressBytesPerSec, orders+float64(10*recordBytes(200))/60)
	wantFigure(t, "messages", last.Totals.MessagesPerSec, 100.0/60, false)
	wantFigure(t, "groups", last.Totals.ConsumerGroups, groups, false)
	wantFigure(t, "group-07: messages", groupOf(t, last, "group-07").MessagesPerSec, 20.0/60, true)
	wantFigure(t, "group-07: lag", groupOf(t, last, "group-07").LagMessages, 5+3*60-60, false)
}

func wantServerlessVersions(t *testing.T, newest map[int16]int16) {
	t.Helper()
	for key, limit := range map[int16]int16{keyListOffsets: 6, keyOffsetFetch: 7, keyFetch: 12, keyMetadata: 11} {
		if v, asked := newest[key]; !asked || v > limit {
			t.Errorf("%s: asked %v with version %d, want %d at most", apiName(key), asked, v, limit)
		}
	}
}

// wantBudget allows a request a group for its commits, beside four a broker, two a coordinator and three. Opening a connection is
// apart: that is not of each sweep.
func wantBudget(t *testing.T, spent Stats, groups int64) {
	t.Helper()
	const brokers, coordinators = 3, 3
	var asked, fetched int64
	for _, r := range spent.Requests {
		switch r.API {
		case "ApiVersions", "SaslHandshake", "SaslAuthenticate":
			continue
		case "Fetch":
			fetched = r.Count
		}
		asked += r.Count
	}
	t.Logf("the sweep cost %d requests: %v", asked, spent.Requests)
	if limit := 4*brokers + 2*coordinators + 3 + groups; asked > limit {
		t.Errorf("the sweep cost %d requests, want %d at most: %v", asked, limit, spent.Requests)
	}
	if fetched == 0 {
		t.Errorf("no record batches were fetched: %v", spent.Requests)
	}
}

// wantWithin wants an estimate with bounds on both sides that hold the truth, no further off than a tenth.
func wantWithin(t *testing.T, what string, f *workload.Figure, truth float64) {
	t.Helper()
	if f == nil {
		t.Errorf("%s: there is no figure, want %g", what, truth)
		return
	}
	if f.Low > truth || f.High < truth || !f.Bounded() || math.Abs(f.Value-truth) > 0.1*truth {
		t.Errorf("%s: %+v, want about %g within the bounds", what, *f, truth)
	}
	if f.Method == workload.Measured {
		t.Errorf("%s: it is called measured, and sizes are sampled", what)
	}
}

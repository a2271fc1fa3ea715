package alertmanager

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/testbed"
)

// receiver is what Alertmanager sends its notifications to.
type receiver struct {
	mu  sync.Mutex
	got []notification
}

type notification struct {
	Status string `json:"status"`
	Alerts []struct {
		Status      string            `json:"status"`
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
	} `json:"alerts"`
}

func (r *receiver) ServeHTTP(_ http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	var n notification
	if json.Unmarshal(body, &n) == nil {
		r.mu.Lock()
		r.got = append(r.got, n)
		r.mu.Unlock()
	}
}

// await waits until a notification holds an alert with the labels and the status.
func (r *receiver) await(t *testing.T, status, rule, severity string) notification {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		r.mu.Lock()
		for _, n := range r.got {
			for _, a := range n.Alerts {
				if a.Status == status && a.Labels["rule"] == rule && a.Labels["severity"] == severity {
					r.mu.Unlock()
					return n
				}
			}
		}
		seen := len(r.got)
		r.mu.Unlock()
		select {
		case <-ctx.Done():
			t.Fatalf("no %s notification for %s %s among %d", status, rule, severity, seen)
		case <-tick.C:
		}
	}
}

func message(state alert.ItemState, was, level drift.Level, rules ...string) alert.Message {
	now := time.Now()
	m := alert.Message{ID: "x", Kind: alert.KindDrift, Cluster: "orders", At: now, Severity: level,
		Link: "https://mskfit.example.com/clusters/orders"}
	for _, rule := range rules {
		m.Items = append(m.Items, alert.Item{Key: rule, State: state, Was: was, Level: level, Title: rule,
			Reason: "ingress is 82 % of the quota", Since: now.Add(-time.Minute), Action: "topic orders: more partitions"})
	}
	return m
}

func TestARealAlertmanagerGroupsAndResolves(t *testing.T) {
	got := &receiver{}
	hook := httptest.NewServer(got)
	defer hook.Close()
	url := testbed.Alertmanager(t, `
route: {receiver: hook, group_by: [cluster], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}
receivers: [{name: hook, webhook_configs: [{url: "`+hook.URL+`", send_resolved: true}]}]
`)
	cfg := Config{URL: secret.New(url + "/"), Labels: map[string]string{"team": "data"}}
	cfg.Keep, cfg.Timeout = 192*time.Hour, 10*time.Second
	target := New(cfg)
	send := func(m alert.Message) {
		t.Helper()
		if err := target.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	send(message(alert.Raised, "", drift.LevelWarning, "serverless.ingress_per_cluster", "serverless.egress_per_cluster"))
	n := got.await(t, "firing", "serverless.ingress_per_cluster", "warning")
	if len(n.Alerts) != 2 {
		t.Errorf("the two rules came in a group of %d", len(n.Alerts))
	}
	if a := n.Alerts[0]; a.Labels["team"] != "data" || a.Labels["alertname"] != "MskfitQuota" ||
		!strings.Contains(a.Annotations["action"], "more partitions") {
		t.Errorf("alert %+v", a)
	}
	send(message(alert.Raised, drift.LevelWarning, drift.LevelCritical, "serverless.ingress_per_cluster"))
	got.await(t, "firing", "serverless.ingress_per_cluster", "critical")
	got.await(t, "resolved", "serverless.ingress_per_cluster", "warning")
	send(message(alert.Resolved, drift.LevelCritical, drift.LevelOK, "serverless.ingress_per_cluster"))
	send(message(alert.Resolved, drift.LevelWarning, drift.LevelOK, "serverless.egress_per_cluster"))
	got.await(t, "resolved", "serverless.ingress_per_cluster", "critical")
	got.await(t, "resolved", "serverless.egress_per_cluster", "warning")
	send(alert.Message{Kind: alert.KindTest, Title: "a test", At: time.Now()})
}

func TestReportsAreNotForAlertmanager(t *testing.T) {
	cfg := Config{URL: secret.New("http://127.0.0.1:1")} // nothing listens there
	cfg.SetDefaults()
	if err := New(cfg).Send(t.Context(), alert.Message{Kind: alert.KindReport, Report: &alert.Report{}}); err != nil {
		t.Errorf("a report: %v", err)
	}
}

func TestValidate(t *testing.T) {
	err := Config{URL: secret.New("alertmanager:9093"), Labels: map[string]string{"a-b": "c"}, Refresh: time.Second}.Validate()
	for _, want := range []string{"url: is not a URL", "keep: 0s is too short", "refresh: 1s is out of range",
		"labels.a-b: is not a label name", "timeout: 0s is out of range"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
}

// What people read elsewhere is in the annotations, and a changed choice ends by itself.
func TestAnnotationsSayEverything(t *testing.T) {
	cfg := Config{URL: secret.New("http://127.0.0.1:1")}
	cfg.SetDefaults()
	m := alert.ExampleMessage()
	m.Items = append(m.Items, alert.Item{Key: "choice", State: alert.ChoiceChanged, Level: drift.LevelWarning})
	alerts := New(cfg).alerts(m)
	for key, want := range map[string]string{"summary": "shop: ingress per cluster", "description": "82 % of the quota",
		"why":  "moved most since 2026-02-23: topic orders +21 MB/s",
		"when": "2026-03-11", "action": "spread it over 2", "how_sure": "±1 %",
		"dashboard": "https://mskfit.example.com/clusters/shop"} {
		if got := alerts[0].Annotations[key]; !strings.Contains(got, want) {
			t.Errorf("annotation %s is %q, want %q in it", key, got, want)
		}
	}
	if got := alerts[2].EndsAt.Sub(m.At); got != choiceShown {
		t.Errorf("a changed choice stands for %s", got)
	}
	if !New(cfg).Mirrors() {
		t.Error("Alertmanager does not mirror")
	}
}

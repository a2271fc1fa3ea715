package pagerduty

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/secret"
)

const key = "0123456789abcdef0123456789abcdef"

// double is the Events API: it notes what it gets.
type double struct {
	paths  []string
	events []event
	answer func(w http.ResponseWriter, body []byte)
}

func (d *double) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var e event
	_ = json.Unmarshal(body, &e)
	d.paths, d.events = append(d.paths, r.URL.Path), append(d.events, e)
	if d.answer != nil {
		d.answer(w, body)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status": "success", "dedup_key": "x"}`)
}

func target(t *testing.T, d *double) *Target {
	srv := httptest.NewServer(d)
	t.Cleanup(srv.Close)
	return New(Config{RoutingKey: secret.New(key), URL: srv.URL + "/", Timeout: 10 * time.Second})
}

func TestIncidentsOpenAndClose(t *testing.T) {
	d := &double{}
	to := target(t, d)
	m := alert.ExampleMessage()
	m.Report = nil
	m.Items = append(m.Items, alert.Item{Key: "choice", State: alert.ChoiceChanged, Level: drift.LevelWarning,
		Title: "the choice changed"})
	if err := to.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	opened, change := d.events[0], d.events[2]
	if opened.EventAction != "trigger" || opened.DedupKey != "mskfit/shop/serverless.ingress_per_cluster" ||
		opened.Payload.Severity != "warning" || opened.Links[0].Href != m.Link {
		t.Errorf("opened with %+v", opened)
	}
	for name, want := range map[string]string{"why": "topic orders +21 MB/s", "action": "spread it over 2", "when": "2026-03-11",
		"how_sure": "±1 %", "since": "2026-03-02T10:00:00Z"} {
		if got, _ := opened.Payload.CustomDetails[name].(string); !strings.Contains(got, want) {
			t.Errorf("%s is %q, want %q in it", name, got, want)
		}
	}
	if d.paths[2] != "/v2/change/enqueue" || change.EventAction != "" || change.Payload.Summary == "" {
		t.Errorf("the choice changed: %s %+v", d.paths[2], change)
	}
	m.Items = m.Items[:1]
	m.Items[0].State = alert.Resolved
	if err := to.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if closed := d.events[3]; closed.EventAction != "resolve" || closed.DedupKey != opened.DedupKey {
		t.Errorf("closed with %+v", closed)
	}
}

func TestReportsAreDroppedAndTestsCloseThemselves(t *testing.T) {
	d := &double{}
	to := target(t, d)
	if err := to.Send(t.Context(), alert.Message{Kind: alert.KindReport, Report: &alert.Report{}}); err != nil ||
		len(d.events) != 0 {
		t.Errorf("a report: %v, %d events", err, len(d.events))
	}
	if err := to.Send(t.Context(), alert.Message{Kind: alert.KindTest, Title: "a test"}); err != nil || len(d.events) != 2 ||
		d.events[1].EventAction != "resolve" {
		t.Errorf("a test: %v, %+v", err, d.events)
	}
}

func TestLimitsRefusalsAndSecrets(t *testing.T) {
	d := &double{answer: func(w http.ResponseWriter, body []byte) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(body[:200]) // quotes the key
	}}
	m := alert.ExampleMessage()
	m.Cluster, m.Items[0].Reason = strings.Repeat("ü", 300), strings.Repeat("😀", 2000)
	err := target(t, d).Send(t.Context(), m)
	var r *alert.Refusal
	if !errors.As(err, &r) || !r.Permanent || strings.Contains(err.Error(), key) {
		t.Errorf("%v", err)
	}
	if e := d.events[0]; len(e.DedupKey) > maxKey || len(e.Payload.Summary) > maxSummary ||
		strings.ContainsRune(e.DedupKey, '\uFFFD') {
		t.Errorf("dedup_key of %d bytes, summary of %d", len(e.DedupKey), len(e.Payload.Summary))
	}
	d.answer = func(w http.ResponseWriter, _ []byte) { w.WriteHeader(http.StatusTooManyRequests) }
	if err := target(t, d).Send(t.Context(), m); !errors.As(err, &r) || r.Permanent {
		t.Errorf("429: %v", err)
	}
}

// 10,000 events do not fit into one attempt: the next one goes on where it ended, and each is sent once.
func TestManyEventsGoOnWhereTheyEnded(t *testing.T) {
	d := &double{}
	to := target(t, d)
	m := alert.Message{ID: "x", Kind: alert.KindDrift, Cluster: strings.Repeat("c", 300)}
	for i := range 1000 {
		m.Items = append(m.Items, alert.Item{Key: fmt.Sprintf("rule%d", i), State: alert.Raised, Level: drift.LevelWarning})
	}
	d.answer = func(w http.ResponseWriter, _ []byte) {
		if len(d.events)%300 == 0 {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}
	attempts := 1
	for to.Send(t.Context(), m) != nil {
		attempts++
	}
	distinct := map[string]int{}
	for _, e := range d.events {
		distinct[e.DedupKey]++
	}
	if attempts != 4 || len(d.events) != 1003 || len(distinct) != 1000 || len(to.partly) != 0 {
		t.Errorf("%d attempts, %d events, %d incidents, %d messages remembered", attempts, len(d.events), len(distinct),
			len(to.partly))
	}
}

func TestValidate(t *testing.T) {
	var c Config
	c.SetDefaults()
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "routing_key: missing") {
		t.Errorf("%v", err)
	}
	c.RoutingKey = secret.New("short-secret")
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "32 letters and digits") ||
		strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
	c.RoutingKey = secret.New(key)
	if err := c.Validate(); err != nil {
		t.Errorf("%v", err)
	}
}

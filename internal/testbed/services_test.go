package testbed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func get(t *testing.T, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestPrometheusHasTheHistory(t *testing.T) {
	at := time.Now().Add(-40 * 24 * time.Hour).Truncate(time.Hour)
	history := fmt.Sprintf("# TYPE bytes gauge\nbytes{topic=\"orders\"} 42 %d\n# EOF\n", at.Unix())
	address := Prometheus(t, PrometheusOptions{History: history})
	got := get(t, address+"/api/v1/query?"+url.Values{"query": {"bytes"}, "time": {fmt.Sprint(at.Unix())}}.Encode())
	if !strings.Contains(got, `"42"`) {
		t.Errorf("the value of 40 days ago is not there: %s", got)
	}
}

func TestPrometheusScrapesBrokers(t *testing.T) {
	c := Kafka(t, Options{})
	target := strings.TrimPrefix(c.MetricsURLs()[0], "http://")
	target = strings.TrimSuffix(target, "/metrics")
	address := Prometheus(t, PrometheusOptions{Config: fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs: [{job_name: kafka, static_configs: [{targets: [%q]}]}]\n", target)})
	deadline := time.Now().Add(30 * time.Second)
	for {
		got := get(t, address+"/api/v1/query?query=kafka_server_BrokerTopicMetrics_BytesInPerSec_total")
		if strings.Contains(got, `"job":"kafka"`) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("no broker's counter after 30 s: %s", got)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func TestAlertmanagerSendsOn(t *testing.T) {
	received := make(chan string, 1)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var message struct {
			Alerts []struct{ Labels map[string]string }
		}
		if err := json.NewDecoder(r.Body).Decode(&message); err == nil && len(message.Alerts) > 0 {
			received <- message.Alerts[0].Labels["alertname"]
		}
	}))
	defer hook.Close()
	address := Alertmanager(t, fmt.Sprintf("route: {receiver: hook, group_wait: 0s}\nreceivers: [{name: hook, webhook_configs: [{url: %q}]}]\n", hook.URL))
	alert := strings.NewReader(`[{"labels":{"alertname":"QuotaNear"}}]`)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/api/v2/alerts", alert)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	select {
	case got := <-received:
		if got != "QuotaNear" {
			t.Errorf("the webhook got %q", got)
		}
	case <-time.After(30 * time.Second):
		t.Error("the webhook got nothing in 30 s")
	}
}

func TestPostgresKeepsWhatWasCommittedBeforeItsDeath(t *testing.T) {
	s := Postgres(t)
	exec := func(query string) {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), s.DSN)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(t.Context())
		if _, err := conn.Exec(t.Context(), query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	exec("create table seen (what text)")
	exec("insert into seen values ('before')")
	s.Kill()
	s.Start()
	exec("insert into seen values ('after')")
	exec("select 1 / (count(*) - 1) from seen where what in ('before', 'after')") // divides by zero if one is missing
}

func TestBrowserRunsScripts(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><title>t</title><p id="a">still</p><script>document.getElementById("a").textContent="moved";console.error("a complaint")</script>`)
	}))
	defer site.Close()
	page := Browse(t, site.URL, 400, 300)
	if !strings.Contains(page.DOM, ">moved<") {
		t.Errorf("the script did not run: %s", page.DOM)
	}
	if len(page.Console) != 1 || !strings.Contains(page.Console[0], "a complaint") {
		t.Errorf("console: %q", page.Console)
	}
	picture, err := png.DecodeConfig(bytes.NewReader(page.PNG))
	if err != nil || picture.Width != 400 || picture.Height != 300 {
		t.Errorf("picture: %d × %d, %v", picture.Width, picture.Height, err)
	}
}

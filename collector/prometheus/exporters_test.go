package prometheus

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/workload"
)

// exporter is a broker's page that a test rewrites.
type exporter struct {
	mu      sync.Mutex
	body    string
	handler http.HandlerFunc // instead of the body
	server  *httptest.Server
}

func (e *exporter) set(format string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.body, e.handler = fmt.Sprintf(format, args...), nil
}

func (e *exporter) answer(h http.HandlerFunc) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.handler = h
}

func newExporter(t *testing.T) *exporter {
	t.Helper()
	e := &exporter{}
	e.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.mu.Lock()
		body, handler := e.body, e.handler
		e.mu.Unlock()
		if handler != nil {
			handler(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		fmt.Fprint(w, body)
	}))
	t.Cleanup(e.server.Close)
	return e
}

// pages is a source of some exporters with a clock that the test sets.
type pages struct {
	*PageSource
	t         *testing.T
	at        time.Time
	exporters []*exporter
}

func newPages(t *testing.T, n int, change ...func(*Exporters)) *pages {
	t.Helper()
	p := &pages{t: t, at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	cfg := DefaultExporters()
	for i := range n {
		e := newExporter(t)
		id := int32(i + 1)
		cfg.Brokers = append(cfg.Brokers, Broker{JMX: e.server.URL + "/metrics", ID: &id})
		p.exporters = append(p.exporters, e)
	}
	for _, f := range change {
		f(&cfg)
	}
	var err error
	if p.PageSource, err = NewPageSource(cfg, func() time.Time { return p.at }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// after moves the clock and collects.
func (p *pages) after(d time.Duration) workload.Sample {
	p.t.Helper()
	p.at = p.at.Add(d)
	s, err := p.Collect(p.t.Context(), workload.Window{})
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

// jmxPage is a page of the JMX exporter's names: totals beside the parts of a topic.
func jmxPage(in, out, messages, orders int) string {
	return fmt.Sprintf(`# HELP kafka_server_brokertopicmetrics_bytesin_total Attribute exposed for management (kafka.server:name=BytesInPerSec,type=BrokerTopicMetrics,attribute=Count)
# TYPE kafka_server_brokertopicmetrics_bytesin_total counter
kafka_server_brokertopicmetrics_bytesin_total %d
kafka_server_brokertopicmetrics_bytesin_total{topic="orders",} %d
# TYPE kafka_server_brokertopicmetrics_bytesout_total untyped
kafka_server_brokertopicmetrics_bytesout_total %d
kafka_server_brokertopicmetrics_messagesin_total %d
kafka_server_socket_server_metrics_connection_count{listener="PLAINTEXT",networkProcessor="0",} 7
kafka_server_socket_server_metrics_connection_count{listener="PLAINTEXT",networkProcessor="1",} 5
kafka_server_socket_server_metrics_connection_creation_total{listener="PLAINTEXT",networkProcessor="0",} 60
kafka_network_requestmetrics_requests_total{request="Produce",version="9",} %d
kafka_network_requestmetrics_requests_total{request="Fetch",version="12",} 1000000
`, in, orders, out, messages, messages)
}

func wantFigure(t *testing.T, what string, f *workload.Figure, value float64, m workload.Method, bounded bool) {
	t.Helper()
	switch {
	case f == nil:
		t.Errorf("%s: there is no figure, want %g", what, value)
	case math.Abs(f.Value-value) > 1e-9 || f.Method != m || f.Bounded() != bounded:
		t.Errorf("%s: got %g (%s, bounded %t), want %g (%s, bounded %t)", what, f.Value, f.Method, f.Bounded(), value, m, bounded)
	}
}

func wantGap(t *testing.T, s workload.Sample, what, why string) {
	t.Helper()
	for _, g := range s.Gaps {
		if strings.Contains(g.What, what) && strings.Contains(g.Why, why) {
			return
		}
	}
	t.Errorf("there is no gap with %q because of %q in %+v", what, why, s.Gaps)
}

func TestPagesGiveRatesBetweenTwoReadings(t *testing.T) {
	p := newPages(t, 2)
	p.exporters[0].set("%s", jmxPage(1000, 500, 10, 900))
	p.exporters[1].set("%s", jmxPage(0, 0, 0, 0))
	first := p.after(0)
	if first.Totals.IngressBytesPerSec != nil || first.Window.Duration() != 0 {
		t.Errorf("the first reading has rates: %+v", first.Totals)
	}
	wantGap(t, first, "all rates", "first time")
	wantFigure(t, "connections at the first reading", first.Totals.ClientConnections, 24, workload.Estimated, true)

	p.exporters[0].set("%s", jmxPage(61_000, 120_500, 610, 30_900))
	p.exporters[1].set("%s", jmxPage(6000, 0, 60, 6000))
	s := p.after(time.Minute)
	wantFigure(t, "bytes in: the totals, without their topics", s.Totals.IngressBytesPerSec, 1100, workload.Measured, true)
	wantFigure(t, "bytes out", s.Totals.EgressBytesPerSec, 2000, workload.Measured, true)
	wantFigure(t, "messages", s.Totals.MessagesPerSec, 11, workload.Measured, true)
	wantFigure(t, "requests, without the sum that Kafka keeps of fetches", s.Totals.RequestsPerSec, 11, workload.Measured, true)
	wantFigure(t, "new connections", s.Totals.ConnectionsPerSec, 0, workload.Estimated, true)
	if len(s.Topics) != 1 || s.Topics[0].Name != "orders" {
		t.Fatalf("topics %+v, want orders", s.Topics)
	}
	wantFigure(t, "bytes in of orders", s.Topics[0].IngressBytesPerSec, 600, workload.Measured, true)
	if s.Topics[0].EgressBytesPerSec != nil {
		t.Errorf("egress of orders is %+v: the page does not have it", s.Topics[0].EgressBytesPerSec)
	}
	if len(s.Brokers) != 2 || s.Brokers[0].ID != 1 {
		t.Fatalf("brokers %+v, want 1 and 2", s.Brokers)
	}
	wantFigure(t, "bytes in of broker 1", s.Brokers[0].IngressBytesPerSec, 1000, workload.Measured, true)
	if len(s.Gaps) != 0 {
		t.Errorf("gaps %+v, want none", s.Gaps)
	}
}

func TestCounterThatBeganAnewIsAFloor(t *testing.T) {
	p := newPages(t, 1)
	p.exporters[0].set("%s", jmxPage(1_000_000, 0, 0, 500_000))
	p.after(0)
	p.exporters[0].set("%s", jmxPage(6000, 0, 0, 3000))
	s := p.after(time.Minute)
	wantFigure(t, "bytes in", s.Totals.IngressBytesPerSec, 100, workload.Estimated, false)
	wantFigure(t, "bytes in of orders", s.Topics[0].IngressBytesPerSec, 50, workload.Estimated, false)
	wantGap(t, s, "counters of broker", "were reset")
	p.exporters[0].set("%s", jmxPage(12_000, 0, 0, 3000))
	wantFigure(t, "bytes in afterwards", p.after(time.Minute).Totals.IngressBytesPerSec, 100, workload.Measured, true)
}

func TestRestartShowsByTheProcess(t *testing.T) {
	p := newPages(t, 1)
	p.exporters[0].set("process_start_time_seconds 100\n%s", jmxPage(1000, 0, 0, 0))
	p.after(0)
	p.exporters[0].set("process_start_time_seconds 200\n%s", jmxPage(6000, 0, 0, 0)) // more than before, and all of it new
	wantFigure(t, "bytes in", p.after(time.Minute).Totals.IngressBytesPerSec, 100, workload.Estimated, false)
}

func TestMissingBrokerIsUnknownAndNotZero(t *testing.T) {
	broken := map[string]struct {
		answer http.HandlerFunc
		why    string
	}{
		"refused": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "nobody is home", http.StatusServiceUnavailable)
		}, "503 Service Unavailable: nobody is home"},
		"malformed": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, jmxPage(1, 1, 1, 1)+"kafka{topic=\"a} 1\n")
		}, "malformed"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, jmxPage(1, 1, 1, 1)+"kafka_server") },
			"malformed"},
		"other": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "go_goroutines 7\n") },
			"none of the expected series"},
		"html":    {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><body>Kafka</body></html>") }, "malformed"},
		"nothing": {func(http.ResponseWriter, *http.Request) {}, "none of the expected series"},
		"huge": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("# padding\n", 10_000)) },
			"longer than max_page"},
		"broken body": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, "short")
		}, "unexpected EOF"},
	}
	for name, fault := range broken {
		t.Run(name, func(t *testing.T) {
			p := newPages(t, 2, func(e *Exporters) { e.MaxPage = 50 * workload.KB })
			p.exporters[0].set("%s", jmxPage(0, 0, 0, 0))
			p.exporters[1].set("%s", jmxPage(0, 0, 0, 0))
			p.after(0)
			p.exporters[0].set("%s", jmxPage(6000, 600, 60, 600))
			p.exporters[1].answer(fault.answer)
			s := p.after(time.Minute)
			wantFigure(t, "bytes in", s.Totals.IngressBytesPerSec, 100, workload.Estimated, false)
			wantFigure(t, "bytes in of orders", s.Topics[0].IngressBytesPerSec, 10, workload.Estimated, false)
			wantGap(t, s, "broker", fault.why)

			p.exporters[1].set("%s", jmxPage(900_000, 0, 0, 0))
			s = p.after(time.Minute) // it is back, but since when it counted is not known
			wantFigure(t, "bytes in when it is back", s.Totals.IngressBytesPerSec, 0, workload.Estimated, false)
			wantGap(t, s, "broker", "could not be read at the previous reading")
		})
	}
}

func TestNoPageIsAnError(t *testing.T) {
	p := newPages(t, 1, func(e *Exporters) { e.Timeout = time.Second })
	release := make(chan struct{})
	p.exporters[0].answer(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	_, err := p.Collect(t.Context(), workload.Window{})
	if err == nil || !strings.Contains(err.Error(), "exceeded") {
		t.Errorf("error %v, want one of the timeout", err)
	}
}

func TestPagesAuthenticate(t *testing.T) {
	const password = "s3cr3t-of-pages"
	p := newPages(t, 1, func(e *Exporters) { e.Username, e.Password = "mskfit", secret.New(password) })
	p.exporters[0].answer(func(w http.ResponseWriter, r *http.Request) {
		if user, pass, _ := r.BasicAuth(); user != "mskfit" || pass != password {
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, jmxPage(0, 0, 0, 0))
	})
	p.after(0)
	p.exporters[0].answer(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) })
	_, err := p.Collect(t.Context(), workload.Window{})
	if err == nil || !strings.Contains(err.Error(), "403") || strings.Contains(err.Error(), password) {
		t.Errorf("error %v, want 403 without the password", err)
	}
}

func TestPresetsAreRecognized(t *testing.T) {
	for preset, line := range map[string]string{
		"msk_open_monitoring": `kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec",} %d` + "\n" +
			`kafka_server_BrokerTopicMetrics_Count{name="BytesOutPerSec",} 5`,
		"plain":        `kafka_server_BrokerTopicMetrics_BytesInPerSec_total{topic="",} %d`,
		"jmx_exporter": `kafka_server_brokertopicmetrics_bytesin_total %d.0`,
	} {
		p := newPages(t, 1)
		p.exporters[0].set(line+"\n", 0)
		p.after(0)
		p.exporters[0].set(line+"\n", 600)
		s := p.after(time.Minute)
		wantFigure(t, preset, s.Totals.IngressBytesPerSec, 10, workload.Measured, true)
		if p.reader.names.Preset != preset {
			t.Errorf("recognized as %s, want %s", p.reader.names.Preset, preset)
		}
	}
}

// TestKMinionIsNotCountedTwice has two exporters that each report on the whole cluster.
func TestKMinionIsNotCountedTwice(t *testing.T) {
	p := newPages(t, 2)
	page := "kminion_kafka_topic_high_water_mark_sum{topic_name=\"orders\"} %d\nkminion_kafka_topic_high_water_mark_sum{topic_name=\"bills\"} 70\n"
	p.exporters[0].set(page, 0)
	p.exporters[1].set(page, 0)
	p.after(0)
	p.exporters[0].set(page, 600)
	p.exporters[1].set(page, 660)
	s := p.after(time.Minute)
	wantFigure(t, "messages", s.Totals.MessagesPerSec, 11, workload.Estimated, true)
	wantGap(t, s, "bytes in", "the kminion preset has no metric for it")
}

func TestNodePageTellsOfTheMachine(t *testing.T) {
	jmx, node := newExporter(t), newExporter(t)
	jmx.set("%s", jmxPage(0, 0, 0, 0))
	id := int32(4)
	p := newPages(t, 0, func(e *Exporters) {
		e.Brokers = []Broker{{JMX: jmx.server.URL + "/metrics", Node: node.server.URL + "/metrics", ID: &id}}
	})
	page := `node_cpu_seconds_total{cpu="0",mode="idle"} %d
node_cpu_seconds_total{cpu="0",mode="user"} %d
node_filesystem_size_bytes{mountpoint="/kafka/datalogs"} 1000
node_filesystem_avail_bytes{mountpoint="/kafka/datalogs"} 250
node_filesystem_size_bytes{mountpoint="/"} 10
`
	node.set(page, 100, 100)
	p.after(0)
	node.set(page, 145, 115)
	s := p.after(time.Minute)
	wantFigure(t, "processor", s.Brokers[0].CPUBusyRatio, 0.25, workload.Measured, true)
	wantFigure(t, "disk", s.Brokers[0].StorageUsedRatio, 0.75, workload.Measured, true)
	node.answer(http.NotFound)
	s = p.after(time.Minute)
	wantGap(t, s, "processor and disk of broker", "404")
	wantFigure(t, "bytes in without the node's page", s.Totals.IngressBytesPerSec, 0, workload.Measured, true)
}

func FuzzPage(f *testing.F) {
	f.Add([]byte(jmxPage(1, 2, 3, 4)), "text/plain")
	f.Add([]byte("# TYPE a counter\na_total 1 1e3\n# EOF\n"), "application/openmetrics-text; version=1.0.0")
	f.Add([]byte("a{b=\"\\n\",c=\"\xff\"} NaN\n"), "")
	f.Add([]byte("\x0a\x05hello"), "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited")
	all, err := compileAll(Metrics{Preset: Auto})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		if _, err := recognize(body, contentType, nil, all); err != nil && err.Error() == "" {
			t.Error("an error without a message")
		}
		p, err := reader{names: &all[0], topics: topicPattern(".+")}.read(body, contentType)
		if err != nil {
			return
		}
		r := newReading(fromPages, fromPages, &all[0], workload.Window{})
		p.at = time.Unix(60, 0)
		r.compare("b", &page{at: time.Unix(0, 0)}, p)
		for _, figure := range []*workload.Figure{r.total(ingress), r.total(egress), r.clients(connections)} {
			if figure != nil && !(0 <= figure.Low && figure.Low <= figure.Value && figure.Value <= figure.High) {
				t.Errorf("bounds do not hold the value: %+v", figure)
			}
		}
	})
}

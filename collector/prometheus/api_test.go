package prometheus

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/workload"
)

// fakeServer answers every query alike, which is enough to break answers.
func fakeServer(t *testing.T, h http.HandlerFunc, change ...func(*Config)) *ServerSource {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	cfg := DefaultConfig()
	cfg.URL = server.URL + "/prometheus/"
	for _, f := range change {
		f(&cfg)
	}
	s, err := NewServerSource(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// thin is an answer with one series of one broker.
const thin = `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"instance":"b1","job":"k"},"value":[1700000000.5,"7"]}]}}`

func someMinute() workload.Window {
	return workload.Window{Start: time.Unix(1_700_000_000, 0), End: time.Unix(1_700_000_060, 0)}
}

func TestBrokenAnswers(t *testing.T) {
	const password = "s3cr3t-of-servers"
	tests := map[string]struct {
		status     int
		body, want string
	}{
		"refused":        {http.StatusUnauthorized, "no", "401 Unauthorized: check bearer_token"},
		"forbidden":      {http.StatusForbidden, thin, "403 Forbidden: check bearer_token"},
		"a gateway":      {http.StatusBadGateway, "<html>\nBad Gateway", "502 Bad Gateway: <html>"},
		"not Prometheus": {http.StatusOK, "<html>hello", "not from a Prometheus server: check url"},
		"an error":       {http.StatusUnprocessableEntity, `{"status":"error","error":"query timed out"}`, "query timed out"},
		"half": {http.StatusOK, `{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[]}}`,
			"partial"},
		"half, as of Thanos": {http.StatusOK,
			`{"status":"success","warnings":["receive series: store unavailable"],"data":{"resultType":"vector","result":[]}}`,
			"store unavailable"},
		"another type": {http.StatusOK, `{"status":"success","data":{"resultType":"string","result":[1,"a"]}}`,
			"is not supported"},
		"not a point": {http.StatusOK,
			`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":7}]}}`, "not a data point"},
		"huge": {http.StatusOK, strings.Repeat(" ", 5000) + thin, "longer than"},
		"empty": {http.StatusOK, `{"status":"success","data":{"resultType":"vector","result":[]}}`,
			"no series with a Kafka broker"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := fakeServer(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				fmt.Fprint(w, test.body)
			}, func(c *Config) { c.Username, c.Password = "mskfit", secret.New(password) })
			s.limit = 4096
			sample, err := s.Collect(t.Context(), someMinute())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), password) {
				t.Errorf("the error shows the password: %v", err)
			}
			if sample.Totals != (workload.Totals{}) || sample.Topics != nil {
				t.Errorf("there are figures: %+v", sample)
			}
		})
	}
}

func TestOneQuestionFailsAlone(t *testing.T) {
	s := fakeServer(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.FormValue("query"), "messagesin") {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, `{"status":"error","error":"too many samples"}`)
			return
		}
		fmt.Fprint(w, thin)
	})
	sample, err := s.Collect(t.Context(), someMinute())
	if err != nil {
		t.Fatal(err)
	}
	wantGap(t, sample, "messages in", "too many samples")
	if sample.Totals.MessagesPerSec != nil || sample.Totals.IngressBytesPerSec == nil {
		t.Errorf("totals %+v, want bytes and no messages", sample.Totals)
	}
}

func TestBrokersThatCannotBeToldApart(t *testing.T) {
	s := fakeServer(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1700000000.5,"7"]}]}}`)
	}, func(c *Config) { c.Brokers = 3 })
	sample, err := s.Collect(t.Context(), someMinute())
	if err != nil {
		t.Fatal(err)
	}
	wantGap(t, sample, "which brokers there are", "no label instance: set metrics.broker_label")
}

func TestServerTimesOut(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	s := fakeServer(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}, func(c *Config) { c.Timeout = time.Second })
	if _, err := s.Collect(t.Context(), someMinute()); err == nil || !strings.Contains(err.Error(), "exceeded") {
		t.Errorf("error %v, want one of the timeout", err)
	}
}

func TestServerGetsCredentials(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("from-a-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
	for name, test := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"bearer":      {func(c *Config) { c.BearerToken = secret.New("direct") }, "Bearer direct"},
		"bearer file": {func(c *Config) { c.BearerTokenFile = file }, "Bearer from-a-file"},
		"basic":       {func(c *Config) { c.Username, c.PasswordFile = "me", file }, "Basic bWU6ZnJvbS1hLWZpbGU="},
		"sigv4":       {func(c *Config) { c.SigV4.Region = "eu-west-1" }, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"},
	} {
		t.Run(name, func(t *testing.T) {
			s := fakeServer(t, func(w http.ResponseWriter, r *http.Request) {
				got := r.Header.Get("Authorization")
				if !strings.HasPrefix(got, test.want) || r.Header.Get("X-Scope-Orgid") != "team" ||
					!strings.HasPrefix(r.URL.Path, "/prometheus/api/v1/query") {
					t.Errorf("%s with Authorization %q, want %q", r.URL.Path, got, test.want)
				}
				fmt.Fprint(w, thin)
			}, test.change, func(c *Config) { c.Headers = map[string]string{"X-Scope-OrgID": "team"} })
			if _, err := s.Collect(t.Context(), someMinute()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestConfigsSayWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		change func(*Config)
		want   string
	}{
		{func(c *Config) { c.URL = "" }, "url: missing"},
		{func(c *Config) { c.URL = "prometheus:9090" }, "url: not a URL"},
		{func(c *Config) { c.URL = "http://me:pw@prometheus" }, "url: contains credentials"},
		{func(c *Config) { c.Match = "kafka{" }, "match: "},
		{func(c *Config) { c.Match = `up{job="kafka"}` }, "match: \"up{job=\\\"kafka\\\"}\" contains a metric name"},
		{func(c *Config) { c.Metrics.Preset = "jmx" }, `metrics.preset: "jmx" is not supported: use one of auto, jmx_exporter,`},
		{func(c *Config) { c.Metrics.Ingress = "a b" }, "metrics.ingress: "},
		{func(c *Config) { c.Topics = "(" }, "topics: "},
		{func(c *Config) { c.Brokers = -1 }, "brokers: "},
		{func(c *Config) { c.Timeout = 0 }, "timeout: "},
		{func(c *Config) { c.Delay = time.Hour }, "delay: "},
		{func(c *Config) { c.BearerToken, c.Username = secret.New("x"), "me" }, "several ways to authenticate"},
		{func(c *Config) { c.TLS.CertFile = "c.pem" }, "tls.cert_file: "},
	} {
		cfg := DefaultConfig()
		cfg.URL = "http://prometheus:9090"
		if err := cfg.Validate(); err != nil {
			t.Fatal(err)
		}
		test.change(&cfg)
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want one with %q", err, test.want)
		}
	}
}

func TestExportersSayWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		change func(*Exporters)
		want   string
	}{
		{func(e *Exporters) { e.Hosts = nil }, "no pages"},
		{func(e *Exporters) { e.Hosts = []string{"http://b-1"} }, `hosts[0]: "http://b-1" is not a host name`},
		{func(e *Exporters) { e.Hosts = []string{"b-1", "b-1"} }, "listed twice"},
		{func(e *Exporters) { e.Brokers = []Broker{{JMX: "b-1:11001"}} }, "brokers[0].jmx: not a URL"},
		{func(e *Exporters) { e.Brokers = []Broker{{JMX: "http://x/m", Node: "y"}} }, "brokers[0].node: not a URL"},
		{func(e *Exporters) { e.JMXPort = 0 }, "jmx_port: "},
		{func(e *Exporters) { e.NodePort = -1 }, "node_port: "},
		{func(e *Exporters) { e.MaxPage = 1 }, "max_page: "},
	} {
		e := DefaultExporters()
		e.Hosts = []string{"b-1.orders.example"}
		if err := e.Validate(); err != nil {
			t.Fatal(err)
		}
		test.change(&e)
		if err := e.Validate(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want one with %q", err, test.want)
		}
	}
}

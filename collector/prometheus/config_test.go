package prometheus

import (
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// clusterFile is how a cluster's configuration holds the two.
type clusterFile struct {
	Prometheus *Config    `yaml:"prometheus"`
	Exporters  *Exporters `yaml:"exporters"`
}

func TestConfigsAreRead(t *testing.T) {
	var f clusterFile
	_, err := yamlfile.Decode("c.yaml", []byte(`
prometheus:
  url: https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1
  sigv4: {region: eu-west-1}
  match: '{cluster="orders"}'
  metrics: {preset: msk_open_monitoring, broker_label: pod}
  delay: 1m
exporters:
  hosts: [b-1.orders.example, b-2.orders.example]
  brokers: [{jmx: "http://c:9404/metrics", id: 3}]
  username: me
  password: hidden
  tls: {ca_file: ca.pem}
`), &f)
	if err != nil {
		t.Fatal(err)
	}
	p, e := f.Prometheus, f.Exporters
	if p.SigV4.Region != "eu-west-1" || p.Delay != time.Minute || p.Timeout != 30*time.Second || p.Topics != ".+" ||
		p.Metrics.BrokerLabel != "pod" {
		t.Errorf("prometheus %+v", p)
	}
	if e.JMXPort != 11001 || e.NodePort != 11002 || e.MaxPage != 64*workload.MB || e.Timeout != 10*time.Second ||
		*e.Brokers[0].ID != 3 || e.Metrics.Preset != Auto {
		t.Errorf("exporters %+v", e)
	}
	if err := p.Validate(); err != nil {
		t.Error(err)
	}
	if err := e.Validate(); err != nil {
		t.Error(err)
	}
	var names []string
	for _, target := range e.targets() {
		names = append(names, target.name+" "+target.jmx+" "+target.node)
	}
	want := "b-1.orders.example http://b-1.orders.example:11001/metrics http://b-1.orders.example:11002/metrics"
	if len(names) != 3 || names[0] != want || names[2] != "c:9404 http://c:9404/metrics " {
		t.Errorf("targets %q, want the first to be %q", strings.Join(names, "\n"), want)
	}
}

// TestPresetsAreSelectors compiles every name of every preset, and holds that each can recognize its exporter.
func TestPresetsAreSelectors(t *testing.T) {
	for _, p := range presets {
		if err := (Metrics{Preset: p.Preset}).Validate(); err != nil {
			t.Error(err)
		}
		n, err := p.compile()
		if err != nil {
			t.Errorf("%s: %v", p.Preset, err)
			continue
		}
		if n.of[n.first()] == nil || n.TopicLabel == "" || n.BrokerLabel == "" {
			t.Errorf("%s cannot be recognized: %+v", p.Preset, n.Metrics)
		}
	}
}

func TestSelectorWritesPromQL(t *testing.T) {
	for text, want := range map[string]string{
		"up":                     `{__name__="up",topic=""}`,
		`up{job=~"a|b",x!="\""}`: `{__name__="up",job=~"a|b",x!="\"",topic=""}`,
		`{__name__=~"a.+"}`:      `{__name__=~"a.+",topic=""}`,
	} {
		s, err := parseSelector(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.promQL("", `topic=""`); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
	var none *selector
	if got := none.list(); got != "" {
		t.Errorf("no selector became %q", got)
	}
}

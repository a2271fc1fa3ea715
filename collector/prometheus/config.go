package prometheus

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/promclient"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config is one cluster as a Prometheus-compatible server knows it: Prometheus, Thanos, Mimir, VictoriaMetrics, Amazon Managed
// Prometheus.
type Config struct {
	// URL is what /api/v1/query is appended to: http://prometheus:9090, https://…/workspaces/ws-…
	URL string `yaml:"url"`
	// Config says how to talk to the server.
	promclient.Config `yaml:",inline"`
	// Match picks the cluster's series, where the server knows more than one: {job="kafka", cluster="orders"}.
	Match string `yaml:"match"`
	// Metrics says how the figures are called.
	Metrics Metrics `yaml:"metrics"`
	// Topics is the pattern of the topics to read, which must fit the whole name (default .+; empty: none).
	Topics string `yaml:"topics"`
	// Brokers is how many there are (default 0: those seen within the last hour). With fewer, figures are floors.
	Brokers int `yaml:"brokers"`
	// ScrapeInterval is how often the server reads the brokers (default 0s: found out).
	ScrapeInterval time.Duration `yaml:"scrape_interval"`
	// Delay is how late the server has its values (default 0s, up to 10m): windows end that much earlier.
	Delay time.Duration `yaml:"delay"`
}

// DefaultConfig returns the defaults; URL is left to the caller.
func DefaultConfig() Config {
	return Config{Config: promclient.DefaultConfig(), Metrics: Metrics{Preset: Auto}, Topics: ".+"}
}

// SetDefaults fills in the defaults where a list of configurations is read.
func (c *Config) SetDefaults() { *c = DefaultConfig() }

// Validate returns every problem of the configuration, each a yamlfile.FieldError.
func (c Config) Validate() error {
	errs := []error{c.Config.Validate(), yamlfile.Under("metrics", c.Metrics.Validate()), validTopics(c.Topics),
		validMatch(c.Match)}
	if c.URL == "" {
		errs = append(errs, yamlfile.Invalid("url", "missing: set the server's URL, like http://prometheus:9090"))
	} else {
		errs = append(errs, promclient.ValidURL("url", c.URL))
	}
	if c.Brokers < 0 {
		errs = append(errs, yamlfile.Invalid("brokers", "%d is negative: use 0 to count the brokers that are seen", c.Brokers))
	}
	if c.ScrapeInterval < 0 || c.ScrapeInterval > 10*time.Minute {
		errs = append(errs, yamlfile.Invalid("scrape_interval", "%s is out of range: use 0s to 10m", c.ScrapeInterval))
	}
	if c.Delay < 0 || c.Delay > 10*time.Minute {
		errs = append(errs, yamlfile.Invalid("delay", "%s is out of range: use 0s to 10m", c.Delay))
	}
	return errors.Join(errs...)
}

// Exporters are the pages of one cluster's brokers, read directly.
type Exporters struct {
	// Hosts are brokers whose pages are http://HOST:JMX_PORT/metrics and http://HOST:NODE_PORT/metrics, as with MSK's open
	// monitoring.
	Hosts []string `yaml:"hosts"`
	// JMXPort is that of the JMX exporter (default 11001), NodePort that of the node exporter (default 11002; 0: none).
	JMXPort  int `yaml:"jmx_port"`
	NodePort int `yaml:"node_port"`
	// Brokers are those whose pages have other addresses.
	Brokers []Broker `yaml:"brokers"`
	// Config says how to talk to the exporters.
	promclient.Config `yaml:",inline"`
	// Metrics says how the figures are called.
	Metrics Metrics `yaml:"metrics"`
	// Match picks series of a page that has more than the broker's.
	Match string `yaml:"match"`
	// Topics is the pattern of the topics to read, which must fit the whole name (default .+; empty: none).
	Topics string `yaml:"topics"`
	// MaxPage bounds a page (default 64MB; at least 1KB). A longer one is a gap.
	MaxPage workload.ByteSize `yaml:"max_page"`
}

// Broker is where one broker's pages are.
type Broker struct {
	// JMX is the address of the JMX exporter's page, Node that of the node exporter's (empty: none).
	JMX  string `yaml:"jmx"`
	Node string `yaml:"node"`
	// ID is the broker's id; without one it is read off MSK's host names, and otherwise left open.
	ID *int32 `yaml:"id"`
}

// DefaultExporters returns the defaults; Hosts and Brokers are left to the caller.
func DefaultExporters() Exporters {
	return Exporters{JMXPort: 11001, NodePort: 11002, Config: promclient.Config{Timeout: 10 * time.Second},
		Metrics: Metrics{Preset: Auto},
		Topics:  ".+", MaxPage: 64 * workload.MB}
}

// SetDefaults fills in the defaults where a list of configurations is read.
func (e *Exporters) SetDefaults() { *e = DefaultExporters() }

// Validate returns every problem of the configuration, each a yamlfile.FieldError.
func (e Exporters) Validate() error {
	errs := []error{e.Config.Validate(), yamlfile.Under("metrics", e.Metrics.Validate()), validTopics(e.Topics),
		validMatch(e.Match)}
	bad := func(field, format string, args ...any) { errs = append(errs, yamlfile.Invalid(field, format, args...)) }
	if len(e.Hosts) == 0 && len(e.Brokers) == 0 {
		bad("", "no pages: set the brokers in hosts, or their addresses in brokers")
	}
	for i, host := range e.Hosts {
		if host == "" || strings.ContainsAny(host, "/@ ") {
			bad(index("hosts", i), "%q is not a host name: put addresses into brokers", host)
		}
	}
	for i, b := range e.Brokers {
		errs = append(errs, promclient.ValidURL(index("brokers", i)+".jmx", b.JMX))
		if b.Node != "" {
			errs = append(errs, promclient.ValidURL(index("brokers", i)+".node", b.Node))
		}
	}
	if e.JMXPort < 1 || e.JMXPort > 65535 {
		bad("jmx_port", "%d is not a port: use 1 to 65535", e.JMXPort)
	}
	if e.NodePort < 0 || e.NodePort > 65535 {
		bad("node_port", "%d is not a port: use 1 to 65535, or 0 for none", e.NodePort)
	}
	if e.MaxPage < workload.KB {
		bad("max_page", "too small: allow at least 1KB")
	}
	seen := map[string]bool{}
	for _, t := range e.targets() {
		if seen[t.jmx] {
			bad("", "the page %s is listed twice and would be counted twice", t.jmx)
		}
		seen[t.jmx] = true
	}
	return errors.Join(errs...)
}

func validTopics(pattern string) error {
	if _, err := regexp.Compile(pattern); err != nil {
		return yamlfile.Invalid("topics", "%q is not a pattern: %v", pattern, err)
	}
	return nil
}

func validMatch(text string) error {
	s, err := parseSelector(text)
	switch {
	case err != nil:
		return yamlfile.Invalid("match", "%v", err)
	case s != nil && s.name != "":
		return yamlfile.Invalid("match", "%q contains a metric name: use only labels, like {cluster=\"orders\"}", text)
	}
	return nil
}

// topicPattern compiles a pattern that Validate accepted; nil: no topic.
func topicPattern(pattern string) *regexp.Regexp {
	if pattern == "" {
		return nil
	}
	return regexp.MustCompile("^(?:" + pattern + ")$")
}

func index(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

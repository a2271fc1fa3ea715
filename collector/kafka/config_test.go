package kafka

import (
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/collector/kafka/auth"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

func TestDefaultConfigIsValidOnceItHasABroker(t *testing.T) {
	cfg := DefaultConfig()
	if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), "set at least one broker") {
		t.Errorf("without a broker: %v", err)
	}
	cfg.Bootstrap = []string{"b-1.example.com:9098"}
	if err := cfg.Validate(); err != nil {
		t.Errorf("with one: %v", err)
	}
}

func TestBadConfigIsToldByField(t *testing.T) {
	for _, tt := range []struct {
		name        string
		change      func(*Config)
		field, want string
	}{
		{"no port", func(c *Config) { c.Bootstrap = []string{"b-1:"} }, "bootstrap[0]", "the port is a number from 1 to 65535"},
		{"port too large", func(c *Config) { c.Bootstrap = []string{"b-1:9092", "b-2:70000"} }, "bootstrap[1]",
			"the port is a number"},
		{"scheme", func(c *Config) { c.Bootstrap = []string{"kafka://b-1:9092"} }, "bootstrap[0]", "remove the scheme"},
		{"list in one", func(c *Config) { c.Bootstrap = []string{"b-1:9092,b-2:9092"} }, "bootstrap[0]", "is not host:port"},
		{"empty", func(c *Config) { c.Bootstrap = []string{""} }, "bootstrap[0]", "is not host:port"},
		{"timeout", func(c *Config) { c.Timeout = time.Millisecond }, "timeout", "use 1s to 5m"},
		{"slow sweep", func(c *Config) { c.SlowEvery = time.Second }, "slow_every", "use 1m to 24h"},
		{"sample bytes", func(c *Config) { c.SampleBytes = 10 }, "sample_bytes", "use 65536 to 67108864"},
		{"TLS files without TLS", func(c *Config) { c.TLS.CAFile = "ca.pem" }, "tls.ca_file", "TLS is off"},
		{"certificate without key", func(c *Config) { c.TLS = auth.TLS{Enabled: true, CertFile: "c.pem"} }, "tls.key_file",
			"needs its key"},
		{"key without certificate", func(c *Config) { c.TLS = auth.TLS{Enabled: true, KeyFile: "k.pem"} }, "tls.cert_file",
			"needs its certificate"},
		{"user without mechanism", func(c *Config) { c.SASL.Username = "bench" }, "sasl.mechanism", "no mechanism"},
		{"IAM without TLS", func(c *Config) { c.SASL.Mechanism = auth.IAM }, "tls.enabled",
			"brokers accept AWS_MSK_IAM only over TLS: set it to true"},
	} {
		cfg := DefaultConfig()
		cfg.Bootstrap = []string{"b-1:9092"}
		tt.change(&cfg)
		err := cfg.Validate()
		if err == nil {
			t.Errorf("%s: it is valid", tt.name)
			continue
		}
		found := false
		for _, line := range strings.Split(yamlfile.Under("", err).Error(), "\n") {
			field, message, _ := strings.Cut(line, ": ")
			found = found || field == tt.field && strings.Contains(message, tt.want)
		}
		if !found {
			t.Errorf("%s: got %q, want %q at %s", tt.name, err, tt.want, tt.field)
		}
	}
}

func TestSeed(t *testing.T) {
	for in, want := range map[string]string{
		"b-1:9098": "b-1:9098", "10.0.0.1:9092": "10.0.0.1:9092", "[::1]:9094": "[::1]:9094",
	} {
		if got, err := seed(in); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", in, got, err, want)
		}
	}
	for in, want := range map[string]string{
		"nohost": `"nohost" has no port: write it as nohost:9092`, "10.0.0.1": `"10.0.0.1" has no port: write it as 10.0.0.1:9092`,
		"::1": `"::1" has no port: write it as [::1]:9092`, "[::1]": `"[::1]" has no port: write it as [::1]:9092`,
	} {
		if got, err := seed(in); err == nil || err.Error() != want {
			t.Errorf("%s: got %q, %v; want %q", in, got, err, want)
		}
	}
}

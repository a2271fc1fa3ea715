package kafka

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/mskfit/mskfit/collector/kafka/auth"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says how to reach a cluster and how much to ask of it.
type Config struct {
	// Bootstrap lists the bootstrap brokers, as host:port. Required.
	Bootstrap []string `yaml:"bootstrap"`
	// Cluster is the name under which the owner knows the cluster; empty: the cluster id that the brokers report. It is no key
	// of a file: a cluster's entry there has its name already.
	Cluster string `yaml:"-"`
	// Names are what errors of connecting call the fields of this configuration (default: their paths in the file). The errors of
	// Validate have the paths as data.
	Names auth.Names `yaml:"-"`
	// TLS encrypts the connections (default: off).
	TLS auth.TLS `yaml:"tls"`
	// SASL authenticates the client (default: none).
	SASL auth.SASL `yaml:"sasl"`
	// Timeout bounds connecting to a broker, and each request (default 10s, 1s–5m).
	Timeout time.Duration `yaml:"timeout"`
	// SlowEvery is how often configuration, ACLs, users and versions are read again (default 1h, 1m–24h); the first
	// sweep always reads them.
	SlowEvery time.Duration `yaml:"slow_every"`
	// SampleBatches lets a sweep fetch the headers of a few record batches where log sizes do not show how many bytes
	// came in (default true). It needs the Read permission on topics; without it the bounds are wider.
	SampleBatches bool `yaml:"sample_batches"`
	// SampleBytes is how much of them may be fetched from each broker in one sweep (default 1048576, 65536–67108864).
	SampleBytes int `yaml:"sample_bytes"`
	// Backfill is how far back the log itself is read when the cluster is first watched, and after a pause: the offsets of hourly
	// marks, finer near now (default 14d, at most 63d; 0s: not at all). Retention may end it sooner. See [Source.ReadBack].
	Backfill workload.Span `yaml:"backfill"`
	// BackfillLookups is how many partitions per second are looked up on each broker while reading back (default 500,
	// 10–100000). A lookup reads an index and up to a few KiB of the log, from disk where that is cold.
	BackfillLookups int `yaml:"backfill_lookups"`
}

// DefaultConfig returns the defaults; Bootstrap is left to the caller.
func DefaultConfig() Config {
	return Config{Timeout: 10 * time.Second, SlowEvery: time.Hour, SampleBatches: true, SampleBytes: 1 << 20,
		Backfill: workload.Span(14 * 24 * time.Hour), BackfillLookups: 500}
}

// Validate returns every problem of the configuration, each a yamlfile.FieldError. It reads no file.
func (c Config) Validate() error {
	var errs []error
	bad := func(field, format string, args ...any) { errs = append(errs, yamlfile.Invalid(field, format, args...)) }
	if len(c.Bootstrap) == 0 {
		bad("bootstrap", "set at least one broker, as host:port")
	}
	for i, b := range c.Bootstrap {
		if _, err := seed(b); err != nil {
			bad("bootstrap["+strconv.Itoa(i)+"]", "%v", err)
		}
	}
	if c.Timeout < time.Second || c.Timeout > 5*time.Minute {
		bad("timeout", "%s is out of range: use 1s to 5m", c.Timeout)
	}
	if c.SlowEvery < time.Minute || c.SlowEvery > 24*time.Hour {
		bad("slow_every", "%s is out of range: use 1m to 24h", c.SlowEvery)
	}
	if c.SampleBytes < 64<<10 || c.SampleBytes > 64<<20 {
		bad("sample_bytes", "%d is out of range: use 65536 to 67108864", c.SampleBytes)
	}
	if c.Backfill < 0 || c.Backfill.Duration() > 63*24*time.Hour {
		bad("backfill", "out of range: use 0s to 63d")
	}
	if c.BackfillLookups < 10 || c.BackfillLookups > 100_000 {
		bad("backfill_lookups", "%d is out of range: use 10 to 100000", c.BackfillLookups)
	}
	errs = append(errs, yamlfile.Under("tls", c.TLS.Validate()), yamlfile.Under("sasl", c.SASL.Validate()))
	if c.SASL.Mechanism == auth.IAM && !c.TLS.Enabled {
		bad("tls.enabled", "brokers accept %s only over TLS: set it to true", auth.IAM)
	}
	return errors.Join(errs...)
}

// seed splits host:port; a missing port is Kafka's 9092.
func seed(s string) (string, error) {
	if strings.Contains(s, "/") {
		return "", errors.New(strconv.Quote(s) + " is not host:port: remove the scheme")
	}
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		if host = strings.Trim(s, "[]"); host != "" && !strings.ContainsAny(host, " ,") &&
			(net.ParseIP(host) != nil || !strings.Contains(host, ":")) {
			return "", errors.New(strconv.Quote(s) + " has no port: write it as " + net.JoinHostPort(host, "9092"))
		}
		return "", errors.New(strconv.Quote(s) + " is not host:port")
	}
	n, err := strconv.Atoi(port)
	switch {
	case host == "" || strings.ContainsAny(host, " ,"):
		return "", errors.New(strconv.Quote(s) + " is not host:port")
	case err != nil || n < 1 || n > 65535:
		return "", errors.New(strconv.Quote(s) + " is not host:port: the port is a number from 1 to 65535")
	}
	return net.JoinHostPort(host, port), nil
}

// Files are those that the configuration names; unset ones are empty.
func (c Config) Files() []string { return append(c.TLS.Files(), c.SASL.Files()...) }

package history

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/mskfit/mskfit/internal/promclient"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says where history is kept and for how long.
type Config struct {
	// Dir is the folder of the embedded store and of the facts (default history, below the data directory).
	Dir string `yaml:"directory"`
	// Retention is how long values are kept (default 396d: 13 months; at least 1d). An external store has its own.
	Retention workload.Span `yaml:"retention"`
	// MaxSize bounds what the embedded store keeps: the oldest days go first (default 8GB; at least 100MB).
	MaxSize workload.ByteSize `yaml:"max_size"`
	// FlushInterval is how often the log is forced to disk, and how often writing is tried again once it was impossible
	// (default 30s; 1s–1h). A power failure costs at most this much; kill -9 costs nothing that was appended.
	FlushInterval time.Duration `yaml:"flush_interval"`
	// Backfill is how far behind the newest value older ones are still taken (default 65d: CloudWatch keeps 63 days of five
	// minutes).
	Backfill workload.Span `yaml:"backfill"`
	// Buffer bounds the values that wait in memory while the store cannot be written (default 64MB: some days of one
	// cluster of 500 topics).
	Buffer workload.ByteSize `yaml:"buffer"`
	// MinFree is how much of the disk is left to others: below it the store is treated as full (default 256MB).
	MinFree workload.ByteSize `yaml:"min_free"`
	// External sends values to a Prometheus-compatible server and asks it for them, instead of the embedded store.
	External External `yaml:"external"`
}

// External is a server that takes Prometheus remote write and answers PromQL: Prometheus (with its remote write receiver and an
// out-of-order window, for read-back days), Mimir, VictoriaMetrics, Thanos, Amazon Managed Prometheus.
type External struct {
	// WriteURL takes remote write (https://…/api/v1/write); empty: the embedded store is used.
	WriteURL string `yaml:"write_url"`
	// QueryURL is what /api/v1/query is appended to (https://…/prometheus).
	QueryURL string `yaml:"query_url"`
	// Config says how to talk to the server: timeout, authentication, headers, TLS.
	promclient.Config `yaml:",inline"`
}

const day = 24 * time.Hour

// DefaultConfig keeps 13 months in the folder "history".
func DefaultConfig() Config {
	return Config{
		Dir: "history", Retention: workload.Span(396 * day), MaxSize: 8 * workload.GB, FlushInterval: 30 * time.Second,
		Backfill: workload.Span(65 * day), Buffer: 64 * workload.MB, MinFree: 256 * workload.MB,
		External: External{Config: promclient.DefaultConfig()},
	}
}

// Validate returns every problem as a field error of the key.
func (c Config) Validate() error {
	var errs []error
	bad := func(field, format string, args ...any) { errs = append(errs, yamlfile.Invalid(field, format, args...)) }
	if c.Dir == "" {
		bad("directory", "missing: set the folder for the history")
	}
	if c.Retention.Duration() < day {
		bad("retention", "%s is too short: keep at least 1d", c.Retention.Duration())
	}
	if c.MaxSize < 100*workload.MB {
		bad("max_size", "%s is too small: allow at least 100MB", workload.FormatBytes(float64(c.MaxSize)))
	}
	if c.FlushInterval < time.Second || c.FlushInterval > time.Hour {
		bad("flush_interval", "%s is out of range: use 1s to 1h", c.FlushInterval)
	}
	if c.Backfill < 0 || c.Backfill.Duration() > 400*day {
		bad("backfill", "out of range: use 0s to 400d")
	}
	if c.Buffer < workload.MB {
		bad("buffer", "%s is too small: allow at least 1MB", workload.FormatBytes(float64(c.Buffer)))
	}
	if c.MinFree < 0 {
		bad("min_free", "negative: use 0B to fill the disk to its end")
	}
	errs = append(errs, yamlfile.Under("external", c.External.Validate()))
	return errors.Join(errs...)
}

// Kept reports whether the directory holds a history, also one of an earlier version.
func (c Config) Kept() bool {
	_, err := os.Stat(filepath.Join(c.Dir, fileName))
	return err == nil || hasEarlier(c.Dir)
}

// InUse reports whether an external store is configured.
func (e External) InUse() bool { return e.WriteURL != "" || e.QueryURL != "" }

// Validate returns every problem as a field error of the key.
func (e External) Validate() error {
	if !e.InUse() {
		return nil
	}
	errs := []error{e.Config.Validate()}
	for field, address := range map[string]string{"write_url": e.WriteURL, "query_url": e.QueryURL} {
		if address == "" {
			errs = append(errs, yamlfile.Invalid(field, "missing: an external store needs write_url and query_url"))
			continue
		}
		errs = append(errs, promclient.ValidURL(field, address))
	}
	return errors.Join(errs...)
}

package ledger

import (
	"errors"
	"time"

	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says where the ledger is kept and for how long.
type Config struct {
	// File is the SQLite database (default ledger.db, below the data directory). It is not used with PostgreSQL.
	File string `yaml:"file"`
	// PostgresURL is the connection string of a PostgreSQL database for several replicas
	// (postgres://user:password@host/database); empty: SQLite. It holds a password; PostgresURLFile names a file with it
	// instead, whose user and password are read again for each new connection.
	PostgresURL     secret.String `yaml:"postgres_url"`
	PostgresURLFile string        `yaml:"postgres_url_file"`
	// Replica names this process among those that share the database (default: the name of the host). Each needs a name of its
	// own: what it writes to an external history carries it as a label.
	Replica string `yaml:"replica"`
	// Keep is how long verdicts and alerts are kept (default 396d: 13 months).
	Keep workload.Span `yaml:"keep"`
	// KeepWhole is how long every verdict is kept whole; older ones keep their choice, and are whole only where the
	// choice changed (default 35d).
	KeepWhole workload.Span `yaml:"keep_whole"`
	// KeepRuns is how long delivered messages and maintenances that are over are kept (default 30d).
	KeepRuns workload.Span `yaml:"keep_runs"`
}

const day = 24 * time.Hour

// DefaultConfig keeps 13 months in the file ledger.db.
func DefaultConfig() Config {
	return Config{File: "ledger.db", Keep: workload.Span(396 * day), KeepWhole: workload.Span(35 * day),
		KeepRuns: workload.Span(30 * day)}
}

// Validate returns every problem as a field error of the key.
func (c Config) Validate() error {
	var errs []error
	if c.File == "" && !c.postgres() {
		errs = append(errs, yamlfile.Invalid("file", "missing: set the database file"))
	}
	if !c.PostgresURL.IsZero() && c.PostgresURLFile != "" {
		errs = append(errs, yamlfile.Invalid("postgres_url_file", "set twice, postgres_url too: keep one"))
	}
	if c.Replica != "" && !c.postgres() {
		errs = append(errs, yamlfile.Invalid("replica", "there are replicas only with PostgreSQL: set postgres_url_file, or leave this out"))
	}
	for _, k := range []struct {
		field string
		v     workload.Span
	}{{"keep", c.Keep}, {"keep_whole", c.KeepWhole}, {"keep_runs", c.KeepRuns}} {
		if k.v.Duration() < day {
			errs = append(errs, yamlfile.Invalid(k.field, "%s is too short: keep at least 1d", k.v.Duration()))
		}
	}
	return errors.Join(errs...)
}

// Shared reports whether the ledger is one that several replicas can use.
func (c Config) Shared() bool { return c.postgres() }

func (c Config) postgres() bool { return !c.PostgresURL.IsZero() || c.PostgresURLFile != "" }

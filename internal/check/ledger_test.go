package check

import (
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/testbed"
)

func TestCheckConnectsToPostgreSQL(t *testing.T) {
	check := func(dsn string) Result {
		c := checker{cfg: config.Default()}
		c.cfg.Ledger.PostgresURL = secret.New(dsn)
		return c.ledger(t.Context())
	}
	good := check(testbed.Postgres(t).DSN)
	if good.State != OK || !strings.Contains(good.Detail, "database postgres as mskfit; the daemon creates the tables") {
		t.Errorf("a database that is empty: %+v", good)
	}
	bad := check("postgres://fit:hunter2@" + closedPort + "/fleet")
	if bad.State != Failed || !strings.Contains(bad.Detail, "connection refused: check host and port of postgres_url") ||
		strings.Contains(bad.Detail, "hunter2") {
		t.Errorf("nothing listens: %+v", bad)
	}
}

package check

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/ledger"
)

// postgres connects to the ledger's server and says what its user lacks. Nothing is made there.
func (c *checker) postgres(ctx context.Context) Result {
	const part, what = "ledger", "PostgreSQL"
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	p, err := ledger.Probe(ctx, c.cfg.Ledger)
	if err != nil {
		return Outcome(part, what, "", err, "")
	}
	where := fmt.Sprintf("PostgreSQL %s, database %s as %s", p.Server, p.Database, p.User)
	if len(p.Missing) > 0 {
		return Result{Part: part, What: what, State: Failed, Detail: where + ": lacks " + strings.Join(p.Missing, "; "),
			Fix: strings.Join(p.Fix, ";\n") + ";"}
	}
	switch {
	case p.Version == 0:
		where += "; the daemon creates the tables"
	case p.Version < p.Known:
		where += fmt.Sprintf("; the daemon upgrades the tables from version %d to %d", p.Version, p.Known)
	}
	return Outcome(part, what, c.inUse(where), nil, "")
}

package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/faults"
	"github.com/mskfit/mskfit/internal/testbed"
)

// A daemon whose ledger's server goes away says so, and works and writes again once the server is back.
func TestDaemonOutlivesPostgres(t *testing.T) {
	r := faults.Begin(t, "PostgreSQL killed and started again", "the status names the ledger and the reason; once the server is back, "+
		"the same daemon collects and writes")
	server := testbed.Postgres(t)
	d := startDaemon(t, daemonFile(t, t.TempDir(), everySecond+fmt.Sprintf("ledger: {postgres_url: %q}\nclusters:\n", server.DSN)+
		clusterAt("orders", broker(t))))
	d.collected("orders", time.Time{})
	server.Kill()
	d.awaitProblem("ledger", "connection refused")
	r.Observed("%s", d.problem("ledger"))
	server.Start()
	started := time.Now()
	d.collected("orders", started)
	d.awaitProblem("ledger", "")
	r.Recovered(started)
	d.stop()
}

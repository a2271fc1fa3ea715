package daemon

import (
	"fmt"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/lease"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
)

// A replica uses its part of AWS's quotas, and all of it again once the other one is dead. After it has lost its lease it begins
// anew with its cluster, because another replica may have worked on it.
func TestReplicasShareTheQuotasOfAWS(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
		Metrics: mskfake.ProvisionedMetrics("orders", 3, mskfake.Office)}
	file := mskfake.File(t, mskfake.Config(t, server)+fmt.Sprintf(`
agent: {collect: "@every 1s", analyze: "", report: ""}
ledger: {postgres_url: %q}
clusters: [{name: orders, msk: {%s}}]
`, testbed.Postgres(t).DSN, quietly))
	d := runReplica(t, file, lease.Timing{Length: 10 * time.Second, Every: 200 * time.Millisecond})
	await := func(what string, holds func() bool) {
		t.Helper()
		d.within(t, 30*time.Second, what, func(*Daemon) bool { return holds() })
	}
	part := func(want float64) func() bool { return func() bool { return d.fleet.Access.Part() == want } }
	await("it collects", func() bool { return server.MetricsAsked() > 0 })
	await("it has the whole half", part(0.5))
	if err := d.ledger.Join(t.Context(), ledger.Replica{ID: "b", Name: "b"}, 3*time.Second); err != nil {
		t.Fatal(err)
	}
	await("it leaves a part to the one that joined", part(0.25))
	await("it has the whole half once that one is dead", part(0.5))
	described := server.Calls("DescribeClusterV2")
	_, self := d.leases.Members()
	if err := d.ledger.Leave(t.Context(), self); err != nil { // as if it had been found dead
		t.Fatal(err)
	}
	await("it begins anew with its cluster", func() bool { return server.Calls("DescribeClusterV2") > described })
}

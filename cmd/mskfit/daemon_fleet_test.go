//go:build unix

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
)

// Fifty clusters live in one process, and the one that is down fails by itself.
func TestDaemonWatchesFiftyClusters(t *testing.T) {
	var clusters strings.Builder
	for i := range 49 {
		clusters.WriteString(clusterAt(fmt.Sprintf("shop-%02d", i), broker(t)))
	}
	clusters.WriteString(clusterAt("down", closedPort))
	const everyTwo = `agent: {collect: "@every 2s", analyze: "", report: ""}
`
	d := startDaemon(t, daemonFile(t, t.TempDir(), everyTwo+"clusters:\n"+clusters.String()))
	for _, round := range []string{"first", "second"} {
		began := time.Now()
		d.await(round+" round", func() bool {
			n := 0
			for name, c := range d.clusters() {
				s := c.Sources[0]
				if name == "down" && s.Error != "" || s.Error == "" && s.CollectedAt != nil &&
					s.CollectedAt.After(began.Add(-time.Second)) {
					n++
				}
			}
			return n == 50
		})
	}
	for name, c := range d.clusters() {
		if why := c.Sources[0].Error; (why != "") != (name == "down") {
			t.Errorf("%s: error %q", name, why)
		}
	}
	var ready struct{ Status string }
	if code := d.get("/readyz", &ready); code != 200 || ready.Status != "ready" {
		t.Errorf("one cluster of fifty is down, and /readyz answers %d %s", code, ready.Status)
	}
	if n := strings.Count(d.Log(), `"cluster":"down","error":"collect down`); n == 0 || n > 6 {
		t.Errorf("the failing cluster has %d lines in the log, want the first, second, fourth…", n)
	}
	d.stop()
}

// Of two replicas on one PostgreSQL that do not share a history the older one works; when it ends, the other takes over at once and
// goes on from what the first one kept.
func TestDaemonTakesOver(t *testing.T) {
	server := testbed.Postgres(t)
	rest := everySecond + fmt.Sprintf("ledger: {postgres_url: %q}\nclusters:\n", server.DSN) + clusterAt("orders", broker(t))
	first := startDaemon(t, daemonFile(t, t.TempDir(), rest))
	first.collected("orders", time.Time{})
	second := startDaemon(t, daemonFile(t, t.TempDir(), rest))
	role := func(d *daemonProcess) string {
		var ready struct{ Status string }
		d.get("/readyz", &ready)
		return ready.Status
	}
	second.await("it is on standby", func() bool { return role(second) == "standby" })
	first.await("a verdict", func() bool { return first.clusters()["orders"].VerdictAt != nil })
	verdict := *first.clusters()["orders"].VerdictAt
	second.await("it shows the other's verdict and who watches the cluster", func() bool {
		c := second.clusters()["orders"]
		return c.VerdictAt != nil && !c.VerdictAt.Before(verdict) && len(c.Sources) == 1 && c.Sources[0].CollectedAt != nil &&
			c.Replica != ""
	})
	for d, want := range map[*daemonProcess]float64{first: 1, second: 0} {
		active, _ := d.metric("active")
		leased, _ := d.metric("clusters_leased")
		if replicas, _ := d.metric("replicas"); active != want || leased != want || replicas != 2 {
			t.Errorf("active %v, %v clusters leased, %v replicas; want %v, %v and 2", active, leased, replicas, want, want)
		}
	}
	first.stop()
	stopped := time.Now()
	second.collected("orders", stopped)
	t.Logf("taken over %s after the stop", time.Since(stopped).Round(100*time.Millisecond))
	if got := role(second); got != "ready" {
		t.Errorf("the replica that took over is %s", got)
	}
	second.stop()
}

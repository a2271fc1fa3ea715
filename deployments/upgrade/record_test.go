//go:build record

package upgrade

import (
	"archive/zip"
	"database/sql"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
)

var before = flag.String("before", "", "record testdata/before.zip with this program of the version before")

// TestRecord writes testdata/before.zip: a cluster whose alert on partitions is open, and one whose alert is resolved.
func TestRecord(t *testing.T) {
	if *before == "" {
		t.Fatal("-before is missing: name the program of the version before")
	}
	dir, h := t.TempDir(), newHook(t)
	open, resolved := newCluster(t), newCluster(t)
	file := configure(t, dir, h.url, hurried, open.bootstrap, resolved.bootstrap)
	d := testbed.StartDaemon(t, *before, file, testbed.DaemonOptions{})
	d.Await("Serverless is chosen, so that its quotas are watched", 5*time.Minute, func() bool {
		return serverless(t, d, "open") && serverless(t, d, "resolved")
	})
	open.widen()
	resolved.widen()
	raised := func(cluster string, times int) func() bool {
		return func() bool { return strings.Count(strings.Join(h.received(), "\n"), cluster+" ") >= times }
	}
	d.Await("both alerts are raised", 5*time.Minute, func() bool { return raised("open", 1)() && raised("resolved", 1)() })
	resolved.narrow()
	d.Await("one is resolved", 8*time.Minute, raised("resolved", 2))
	d.Await("every message is delivered", time.Minute, func() bool {
		var left struct{ Waiting []any }
		get(t, d, "/api/v1/alerts/undelivered", &left)
		return len(left.Waiting) == 0
	})
	stop(t, d)
	t.Log(strings.Join(h.received(), "\n"))
	for _, cluster := range []string{"open", "resolved"} {
		out, err := exec.Command(*before, "report", "-c", file, "--cluster", cluster, "--format", "json").Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, cluster+".json"), out, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	thin(t, filepath.Join(dir, "data", "ledger.db"))
	out, err := os.Create("testdata/before.zip")
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(out)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

func serverless(t *testing.T, d *testbed.Daemon, cluster string) bool {
	t.Helper()
	v, there := latest(t, d, cluster)
	return there && v.Choice != nil && v.Choice.Kind == "serverless"
}

// thin leaves one verdict of ten, and the last, so that the recording is small.
func thin(t *testing.T, file string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, do := range []string{
		"DELETE FROM verdicts WHERE id % 10 <> 0 AND id NOT IN (SELECT max(id) FROM verdicts GROUP BY cluster)", "VACUUM",
		"PRAGMA wal_checkpoint(TRUNCATE)",
	} {
		if _, err := db.Exec(do); err != nil {
			t.Fatal(err)
		}
	}
}

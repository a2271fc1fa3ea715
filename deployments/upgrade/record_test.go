package upgrade

import (
	"archive/zip"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

var before = flag.String("before", "", "record testdata/before.zip with this program of the version before")

const hurried = `
agent:
  collect: "@every 1s"
  analyze: "@every 1s"
  drift_window: 1m
  sizing: {min_window: 1m}
  drift: {hold_up: 1s, hold_down: 1s, catalog_max_age: 876000h}
`

// TestRecord writes testdata/before.zip, when it is asked to: a cluster whose alert on partitions is open, and one whose alert is over.
func TestRecord(t *testing.T) {
	if *before == "" {
		t.Log("nothing is recorded without -before")
		return
	}
	dir, h := t.TempDir(), newHook(t)
	open, resolved := newCluster(t), newCluster(t)
	file := configure(t, dir, h.url, hurried, open.bootstrap, resolved.bootstrap)
	d := start(t, *before, file)
	time.Sleep(100 * time.Second) // Serverless is chosen, so that its quotas are watched
	open.widen()
	resolved.widen()
	raised := func(cluster string, times int) func() bool {
		return func() bool { return strings.Count(strings.Join(h.received(), "\n"), cluster+" ") >= times }
	}
	within(t, 5*time.Minute, "both alerts are raised", func() bool { return raised("open", 1)() && raised("resolved", 1)() })
	resolved.narrow()
	within(t, 8*time.Minute, "one is resolved", raised("resolved", 2))
	time.Sleep(5 * time.Second) // messages are on their way
	d.stop()
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

// thin leaves one verdict of ten, and the last, so that the recording is small.
func thin(t *testing.T, file string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, do := range []string{
		"DELETE FROM verdicts WHERE id % 10 <> 0 AND id NOT IN (SELECT max(id) FROM verdicts GROUP BY cluster)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)",
	} {
		if _, err := db.Exec(do); err != nil {
			t.Fatal(err)
		}
	}
}

// cluster is one with some records in a topic of three partitions. With its wide topic it has more than MSK Serverless allows.
type cluster struct {
	t         *testing.T
	bootstrap string
	admin     *kadm.Client
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, "orders"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	client, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	go func() {
		for i := 0; t.Context().Err() == nil; i++ {
			_ = client.ProduceSync(t.Context(), &kgo.Record{Topic: "orders", Key: []byte(fmt.Sprint(i)), Value: make([]byte, 800)}).FirstErr() // until the end
			time.Sleep(5 * time.Millisecond)
		}
	}()
	return &cluster{t, c.ListenAddrs()[0], kadm.NewClient(client)}
}

func (c *cluster) widen() {
	c.t.Helper()
	if _, err := c.admin.CreateTopic(c.t.Context(), 2500, 1, nil, "wide"); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cluster) narrow() {
	c.t.Helper()
	if _, err := c.admin.DeleteTopics(c.t.Context(), "wide"); err != nil {
		c.t.Fatal(err)
	}
}

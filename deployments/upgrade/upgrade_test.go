// Package upgrade tests that a new version goes on where the version before has stopped: its data directory keeps history,
// alerts and verdicts, and an alert that was sent before is not sent again.
//
// testdata/before.zip is such a directory. It was written by a build of commit ad710a5 of 2026-11-23, which kept its history in
// an embedded Prometheus TSDB, on a cluster with an open alert and one whose alert was resolved. To record it again with
// another program: go test -tags record ./deployments/upgrade -run TestRecord -before PROGRAM -timeout 20m
package upgrade

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
)

// What is kept is kept for ever in the test, however old the recording is. With still no job is due, so that nothing is decided.
const (
	kept = `
history: {retention: 36500d}
ledger: {keep: 36500d, keep_whole: 36500d, keep_runs: 36500d}
`
	still = kept + `
agent: {collect: "0 0 29 2 *", analyze: "0 0 29 2 *", report: ""}
`
)

func TestUpgrade(t *testing.T) {
	program := testbed.Mskfit(t)
	t.Run("keeps history, alerts and verdicts", func(t *testing.T) { keeps(t, program) })
	t.Run("sends no open alert again", func(t *testing.T) { sendsNothingAgain(t, program) })
}

func keeps(t *testing.T, program string) {
	dir := recorded(t)
	data := filepath.Join(dir, "data")
	before := ledger(t, data)
	if len(before["verdicts"]) < 4 || len(before["alert_states"]) < 4 || len(before["outbox"]) < 3 {
		t.Fatalf("the recording has %d verdicts, %d states and %d messages", len(before["verdicts"]), len(before["alert_states"]),
			len(before["outbox"]))
	}

	hook := newHook(t)
	d := testbed.StartDaemon(t, program, configure(t, dir, hook.url, still, "127.0.0.1:1", "127.0.0.1:1"), testbed.DaemonOptions{})
	for _, cluster := range []string{"open", "resolved"} {
		var verdict served
		d.Await("the verdict on "+cluster+" is served", time.Minute, func() (there bool) {
			verdict, there = latest(t, d, cluster)
			return there
		})
		// The last row of a cluster is the last of those that begin with its name.
		var last string
		for _, row := range before["verdicts"] {
			if strings.HasPrefix(row, fmt.Sprintf("[%q,", cluster)) {
				last = row
			}
		}
		if have := fmt.Sprintf("[%q,%d,%q,", verdict.Cluster, verdict.At.UnixMilli(), verdict.Status); !strings.HasPrefix(last,
			have) {
			t.Errorf("the daemon serves the verdict %s…, the last one is %.100s…", have, last)
		}
	}
	if got := alerts(t, d); len(got) != 1 || got[0] != "open "+partitions+" critical" {
		t.Errorf("the daemon lists the alerts %q, want one, on the partitions of open", got)
	}
	stop(t, d)
	// The history was in the format of the version before.
	for name, want := range map[string]bool{"tsdb": false, "tsdb.imported": true} {
		if _, err := os.Stat(filepath.Join(data, "history", name)); (err == nil) != want {
			t.Errorf("history/%s: %v; want it there: %t", name, err, want)
		}
	}

	after := ledger(t, data)
	for _, table := range []string{"verdicts", "alert_states", "outbox"} {
		if !reflect.DeepEqual(after[table], before[table]) {
			t.Errorf("%s: %d rows, before %d, or other ones\n%s\nbefore\n%s", table, len(after[table]), len(before[table]),
				strings.Join(after[table], "\n"), strings.Join(before[table], "\n"))
		}
	}
	history(t, program, dir)
}

// The daemon decides on both clusters after the upgrade. That the alert is sent for the other one, which passes the same limit
// now, and that the open one is closed once it is over, shows that a second message would have arrived.
func sendsNothingAgain(t *testing.T, program string) {
	dir, hook := recorded(t), newHook(t)
	open, resolved := newCluster(t), newCluster(t)
	open.widen()
	began := time.Now()
	d := testbed.StartDaemon(t, program, configure(t, dir, hook.url, kept+hurried, open.bootstrap, resolved.bootstrap),
		testbed.DaemonOptions{})
	wide := func(cluster string) bool {
		v, there := latest(t, d, cluster)
		return there && v.At.After(began) && v.Workload.Partitions.Value > 2400
	}
	d.Await("a verdict on the partitions of open", 2*time.Minute, func() bool { return wide("open") && !wide("resolved") })
	resolved.widen()
	d.Await("the alert of the other cluster", 2*time.Minute, func() bool { return len(hook.of("resolved")) > 0 })
	if got := hook.of("open"); len(got) > 0 {
		t.Errorf("sent again: %q", got)
	}
	open.narrow()
	d.Await("the end of the open alert", 3*time.Minute, func() bool { return len(hook.of("open")) > 0 })
	stop(t, d)
	if got := hook.received(); len(got) != 2 ||
		!strings.HasPrefix(got[0], "resolved drift resolved: critical: leader partitions") ||
		!strings.HasPrefix(got[1], "open drift open: resolved: ") {
		t.Errorf("sent %q, want the new alert of one cluster and the end of the other's", got)
	}
}

// recorded is a copy of what the version before has left.
func recorded(t *testing.T) (dir string) {
	t.Helper()
	r, err := zip.OpenReader("testdata/before.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	dir = t.TempDir()
	if err := os.CopyFS(dir, r); err != nil {
		t.Fatal(err)
	}
	return dir
}

const partitions = "serverless.partitions_non_compacted"

// served is what the tests look at in a verdict.
type served struct {
	Cluster  string
	At       time.Time
	Status   string
	Choice   *struct{ Kind string }
	Workload struct{ Partitions struct{ Value float64 } }
}

// latest is the verdict on a cluster that the daemon serves; false while it has none, as in the first moments.
func latest(t *testing.T, d *testbed.Daemon, cluster string) (v served, there bool) {
	t.Helper()
	body, code := d.Get("/api/v1/clusters/" + cluster + "/verdict")
	if code == http.StatusServiceUnavailable || code == 0 {
		return v, false
	}
	if err := json.Unmarshal(body, &v); err != nil || code != http.StatusOK {
		t.Fatalf("the verdict on %s: %d, %v", cluster, code, err)
	}
	return v, true
}

// alerts are the alerts that the daemon lists, each with cluster, rule and level.
func alerts(t *testing.T, d *testbed.Daemon) (out []string) {
	t.Helper()
	var list struct {
		Clusters []struct {
			Name   string
			Alerts []struct{ Rule, Level string }
		}
	}
	get(t, d, "/api/v1/clusters", &list)
	if len(list.Clusters) != 2 {
		t.Fatalf("the daemon lists %d clusters", len(list.Clusters))
	}
	for _, c := range list.Clusters {
		for _, a := range c.Alerts {
			out = append(out, c.Name+" "+a.Rule+" "+a.Level)
		}
	}
	return out
}

// history compares what a report says of the recorded minutes with what the version before said of them.
func history(t *testing.T, program, dir string) {
	t.Helper()
	for _, cluster := range []string{"open", "resolved"} {
		var want, got struct {
			Window struct{ End time.Time }
			Figures
		}
		read(t, filepath.Join(dir, cluster+".json"), &want)
		end := want.Window.End.Truncate(time.Minute).Add(2 * time.Minute)
		window := end.Add(-20*time.Minute).Format("2006-01-02T15:04Z") + "/20m"
		out, err := exec.Command(program, "report", "-c", filepath.Join(dir, "mskfit.yaml"), "--cluster", cluster, "--window",
			window, "--format", "json").Output()
		if err == nil {
			err = json.Unmarshal(out, &got)
		}
		if err != nil {
			t.Fatalf("report of %s: %v\n%s", cluster, err, out)
		}
		n := 0
		for _, d := range differences(cluster, toAny(t, got.Figures), toAny(t, want.Figures), &n) {
			t.Error(d)
		}
		if n < 30 {
			t.Errorf("%s: %d numbers were compared: that cannot be all", cluster, n)
		}
	}
}

// Figures are the parts of a verdict that say what was observed.
type Figures struct {
	Workload map[string]any   `json:"workload"`
	Topics   []map[string]any `json:"topics"`
}

func toAny(t *testing.T, f Figures) (v any) {
	t.Helper()
	text, err := json.Marshal(f)
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// differences lists the numbers of want that got has not, or other by more than 0.1 %: percentiles were rounded to 0.05 %.
func differences(at string, got, want any, compared *int) (out []string) {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for key := range w {
			out = append(out, differences(at+"."+key, g[key], w[key], compared)...)
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			return []string{fmt.Sprintf("%s: %d, before %d", at, len(g), len(w))}
		}
		for i := range w {
			out = append(out, differences(fmt.Sprintf("%s[%d]", at, i), g[i], w[i], compared)...)
		}
	case float64:
		*compared++
		if g, is := got.(float64); !is || math.Abs(g-w) > 1e-3*math.Abs(w) {
			out = append(out, fmt.Sprintf("%s: %v, before %v", at, got, want))
		}
	}
	return out
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, d *testbed.Daemon, path string, into any) {
	t.Helper()
	body, code := d.Get(path)
	if err := json.Unmarshal(body, into); err != nil || code != http.StatusOK {
		t.Fatalf("GET %s: %d, %v", path, code, err)
	}
}

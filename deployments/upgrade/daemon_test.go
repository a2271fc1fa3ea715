package upgrade

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"
)

// configure writes the configuration for a data directory below dir, with two clusters.
func configure(t *testing.T, dir, hook, rest, open, resolved string) (file string) {
	t.Helper()
	file = filepath.Join(dir, "mskfit.yaml")
	text := fmt.Sprintf(`data_directory: %s/data
web: {listen: "127.0.0.1:0"}
reports: {directory: ""}
alerts: {targets: {hook: {webhook: {url: %q}}}}
clusters:
  - {name: open, kafka: {bootstrap: [%q]}, requirements: {prefer: serverless, authentication: [iam], zookeeper_access: false, extra_readers: 0}}
  - {name: resolved, kafka: {bootstrap: [%q]}, requirements: {prefer: serverless, authentication: [iam], zookeeper_access: false, extra_readers: 0}}
%s`, dir, hook, open, resolved, rest)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

type daemon struct {
	t   *testing.T
	cmd *exec.Cmd
	url string
	mu  sync.Mutex
	log bytes.Buffer
}

func (d *daemon) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Write(p)
}

func (d *daemon) text() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.String()
}

var listens = regexp.MustCompile(`"web":"(http://[^"]+)"`)

// start runs the daemon and returns once it serves its page.
func start(t *testing.T, program, file string) *daemon {
	t.Helper()
	d := &daemon{t: t, cmd: exec.Command(program, "run", "-c", file, "--log-format", "json")}
	d.cmd.Stderr = d
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = d.cmd.Process.Kill() // it may have ended
		if t.Failed() {
			t.Logf("log of the daemon:\n%s", d.text())
		}
	})
	within(t, time.Minute, "the daemon runs", func() bool {
		if m := listens.FindStringSubmatch(d.text()); m != nil {
			d.url = m[1]
		}
		return d.url != ""
	})
	return d
}

func (d *daemon) stop() {
	d.t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		d.t.Fatal(err)
	}
	if err := d.cmd.Wait(); err != nil {
		d.t.Fatalf("SIGTERM ended it with %v", err)
	}
}

// within polls until the condition holds.
func within(t *testing.T, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !holds(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s", what, limit)
		}
	}
}

// ledger is what the ledger holds, a row a line, by table.
func ledger(t *testing.T, data string) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(data, "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	out := map[string][]string{}
	for table, query := range map[string]string{
		"verdicts":     "SELECT json_array(cluster, at, status, kind, size, brokers, clusters, monthly_usd, window_start, window_end, changed, hex(body)) FROM verdicts ORDER BY cluster, at",
		"alert_states": "SELECT json_array(cluster, kind, body) FROM alert_states ORDER BY cluster, kind",
		"outbox":       "SELECT json_array(message_id, cluster, target, payload, state) FROM outbox ORDER BY message_id",
	} {
		out[table] = lines(t, db, query)
	}
	return out
}

// lines are the rows of a query of one column.
func lines(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// hook is a webhook that takes everything.
type hook struct {
	url string
	mu  sync.Mutex
	all []string
}

func newHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{}
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what did not arrive is no JSON
		var m struct{ Cluster, Kind, Title string }
		_ = json.Unmarshal(body, &m)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.all = append(h.all, m.Cluster+" "+m.Kind+" "+m.Title)
	}))
	t.Cleanup(s.Close)
	h.url = s.URL
	return h
}

func (h *hook) received() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), h.all...)
}

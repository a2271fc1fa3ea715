package upgrade

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"

	"github.com/mskfit/mskfit/internal/testbed"
)

// configure writes the configuration for a data directory below dir, with two clusters. Reminders are off: the recording is
// older than the week after which one is due, and a reminder is no alert.
func configure(t *testing.T, dir, hook, rest, open, resolved string) (file string) {
	t.Helper()
	file = filepath.Join(dir, "mskfit.yaml")
	text := fmt.Sprintf(`data_directory: %s/data
web: {listen: "127.0.0.1:0"}
reports: {directory: ""}
alerts: {repeat_interval: 0s, targets: {hook: {webhook: {url: %q}}}}
clusters:
  - {name: open, kafka: {bootstrap: [%q]}, requirements: {prefer: serverless, authentication: [iam], zookeeper_access: false, extra_readers: 0}}
  - {name: resolved, kafka: {bootstrap: [%q]}, requirements: {prefer: serverless, authentication: [iam], zookeeper_access: false, extra_readers: 0}}
%s`, dir, hook, open, resolved, rest)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// stop wants the daemon to end clean.
func stop(t *testing.T, d *testbed.Daemon) {
	t.Helper()
	if code := d.Stop(syscall.SIGTERM); code != 0 {
		t.Fatalf("SIGTERM ended it with exit code %d", code)
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

// of are the messages about a cluster, without its name.
func (h *hook) of(cluster string) (out []string) {
	for _, m := range h.received() {
		if rest, is := strings.CutPrefix(m, cluster+" "); is {
			out = append(out, rest)
		}
	}
	return out
}

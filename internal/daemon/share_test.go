package daemon

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/lease"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/verdict"
)

const (
	sharedClusters = 24
	replicaEnv     = "MSKFIT_TEST_REPLICA"
)

// sharedTiming is that of the test: a replica counts as dead after six seconds.
var sharedTiming = lease.Timing{Length: 6 * time.Second, Every: 400 * time.Millisecond}

// TestReplicaChild is one replica: it watches its part of the clusters and raises alerts on them until it is killed or stopped.
// It does nothing in a run of its own.
func TestReplicaChild(t *testing.T) {
	name := os.Getenv(replicaEnv)
	if name == "" {
		return
	}
	file := os.Getenv(replicaEnv + "_FILE")
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), cfg, Options{File: file, Leases: sharedTiming,
		Log: zerolog.New(zerolog.ConsoleWriter{Out: os.Stderr,
			NoColor: true}).Level(zerolog.InfoLevel).With().Timestamp().Str("replica", name).Logger()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	raised := make(chan struct{})
	go func() {
		defer close(raised)
		raiseOnOwn(ctx, t, d, os.Getenv(replicaEnv+"_NOTES"))
	}()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until the test closes it
		stop()
	}()
	if err := d.Run(ctx, nil); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-raised
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// raiseOnOwn raises one alert after the other on each cluster of this replica. The drift state counts them, as the agent's does.
func raiseOnOwn(ctx context.Context, t *testing.T, d *Daemon, notes string) {
	for pause(ctx, 100*time.Millisecond) == nil {
		for _, c := range d.Status() {
			if c.Remote {
				continue
			}
			state, err := d.ledger.DriftState(ctx, c.Name)
			if err != nil {
				continue
			}
			key := fmt.Sprintf("rule-%06d", len(state.Rules))
			rules := map[string]drift.RuleState{key: {Level: drift.LevelWarning}}
			maps.Copy(rules, state.Rules)
			state.Rules = rules
			event := drift.Event{Cluster: c.Name, Key: key, Kind: drift.EventRaised, Level: drift.LevelWarning,
				At: time.Now().UTC(), Rule: &verdict.Rule{ID: key, Title: key}}
			err = d.current.Load().notify.Notify(ctx, verdict.Verdict{Cluster: c.Name}, state, []drift.Event{event})
			switch {
			case err == nil:
				resp, err := http.Post(notes+"/committed/"+c.Name+"/"+key, "", nil)
				if err != nil {
					t.Error(err)
					return
				}
				_ = resp.Body.Close()
			case !errors.Is(err, ledger.ErrLeaseLost) && ctx.Err() == nil:
				t.Error(err)
			}
		}
	}
}

// swept is one collection of one cluster.
type swept struct {
	cluster, replica string
	at               time.Time
}

// outside is what the replicas reach: the pages that they collect, the store of their history, and the receiver of their alerts.
type outside struct {
	mu        sync.Mutex
	sweeps    []swept
	committed map[string]bool
	messages  map[string]string // by idempotency key: cluster and rule
	copies    map[string]int
}

func (o *outside) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	o.mu.Lock()
	defer o.mu.Unlock()
	switch kind {
	case "page":
		o.sweeps = append(o.sweeps, swept{rest, r.Header.Get("X-Replica"), time.Now()})
		_, _ = io.WriteString(w, "# TYPE kafka_server_brokertopicmetrics_bytesin_total counter\nkafka_server_brokertopicmetrics_bytesin_total 1\n")
	case "committed":
		o.committed[rest] = true
	case "hook":
		var m alert.Message
		if json.NewDecoder(r.Body).Decode(&m) != nil || len(m.Items) != 1 {
			return // cut off by a kill
		}
		id := r.Header.Get("Idempotency-Key")
		o.copies[id]++
		o.messages[id] = m.Cluster + "/" + m.Items[0].Key
	case "write":
	case "query":
		if strings.HasSuffix(rest, "/values") {
			_, _ = io.WriteString(w, `{"status": "success", "data": []}`)
			return
		}
		_, _ = io.WriteString(w, `{"status": "success", "data": {"resultType": "vector", "result": []}}`)
	}
}

// holders is the replica of each cluster's last collection since a time.
func (o *outside) holders(since time.Time) map[string]string {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := map[string]string{}
	for _, s := range o.sweeps {
		if s.at.After(since) {
			out[s.cluster] = s.replica
		}
	}
	return out
}

// fleet is a test with replicas in processes of their own.
type fleet struct {
	*outside
	t        *testing.T
	url, dsn string
	running  map[string]*replicaProcess
	// stages are who was to hold each cluster, one after the other.
	stages map[string][]string
}

type replicaProcess struct {
	*exec.Cmd
	stdin io.Closer
	log   *bytes.Buffer
}

func (f *fleet) start(name string) {
	f.t.Helper()
	dir := f.t.TempDir()
	file := filepath.Join(dir, "mskfit.yaml")
	var b strings.Builder
	fmt.Fprintf(&b, `data_directory: %s
web: {listen: "127.0.0.1:0"}
agent: {collect: "@every 1s", analyze: "", report: "", job_timeout: 10s}
ledger: {postgres_url: %q, replica: %s}
history: {external: {write_url: %q, query_url: %q}}
alerts: {targets: {hook: {webhook: {url: %q}}}}
clusters:
`, dir, f.dsn, name, f.url+"/write", f.url+"/query", f.url+"/hook")
	for i := range sharedClusters {
		c := fmt.Sprintf("c%02d", i)
		fmt.Fprintf(&b, "  - {name: %s, exporters: {brokers: [{jmx: '%s/page/%s'}], headers: {X-Replica: %s}}}\n",
			c, f.url, c, name)
	}
	writeFile(f.t, file, b.String())
	cmd := exec.Command(os.Args[0], "-test.run", "^TestReplicaChild$")
	cmd.Env = append(os.Environ(), replicaEnv+"="+name, replicaEnv+"_FILE="+file, replicaEnv+"_NOTES="+f.url)
	p := &replicaProcess{Cmd: cmd, log: &bytes.Buffer{}}
	cmd.Stdout, cmd.Stderr = p.log, p.log
	var err error
	if p.stdin, err = cmd.StdinPipe(); err == nil {
		err = cmd.Start()
	}
	if err != nil {
		f.t.Fatal(err)
	}
	f.running[name] = p
	f.t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
		if f.t.Failed() {
			f.t.Logf("log of %s:\n%s", name, p.log)
		}
	})
}

// kill ends a replica as a crash would.
func (f *fleet) kill(name string) {
	f.t.Helper()
	if err := f.running[name].Process.Kill(); err != nil {
		f.t.Fatal(err)
	}
	_ = f.running[name].Wait() // it was killed
	delete(f.running, name)
}

// stop ends a replica in order.
func (f *fleet) stop(name string) {
	f.t.Helper()
	p := f.running[name]
	_ = p.stdin.Close()
	if err := p.Wait(); err != nil {
		f.t.Errorf("replica %s: %v", name, err)
	}
	delete(f.running, name)
}

// owners are the replicas that are to hold each cluster: those that run, by the IDs under which they have joined.
func (f *fleet) owners() map[string]string {
	f.t.Helper()
	db, err := sql.Open("pgx", f.dsn)
	if err != nil {
		f.t.Fatal(err)
	}
	defer db.Close()
	names := map[string]string{}
	var all []ledger.Replica
	testbed.Await(f.t, 45*time.Second, func() error {
		rows, err := db.Query("SELECT id, name FROM replicas ORDER BY joined_at")
		if err != nil {
			return err
		}
		defer rows.Close()
		names, all = map[string]string{}, nil
		for rows.Next() {
			r := ledger.Replica{Shares: true}
			if err := rows.Scan(&r.ID, &r.Name); err != nil {
				return err
			}
			if f.running[r.Name] != nil {
				names[r.ID], all = r.Name, append(all, r)
			}
		}
		if len(all) != len(f.running) {
			return errors.Join(rows.Err(), fmt.Errorf("%d of %d replicas have joined", len(all), len(f.running)))
		}
		return rows.Err()
	})
	out := map[string]string{}
	for i := range sharedClusters {
		c := fmt.Sprintf("c%02d", i)
		out[c] = names[lease.Owner(all, c)]
	}
	return out
}

// settled waits until every cluster is collected by the replica that is to hold it, and returns when that was so.
func (f *fleet) settled(what string) {
	f.t.Helper()
	since, want := time.Now(), f.owners()
	testbed.Await(f.t, 45*time.Second, func() error {
		if held := f.holders(since); !maps.Equal(held, want) {
			return fmt.Errorf("%s: held %v\nwant %v", what, held, want)
		}
		return nil
	})
	for c, owner := range want {
		if s := f.stages[c]; len(s) == 0 || s[len(s)-1] != owner {
			f.stages[c] = append(s, owner)
		}
	}
	f.t.Logf("%s: settled after %s", what, time.Since(since).Round(100*time.Millisecond))
}

// Three replicas share the clusters; one is killed, a fourth joins, one stops. Each cluster is collected by one replica at a time,
// goes on within the lease, and moves no more often than it must. No alert is lost or comes twice.
func TestReplicasShareClusters(t *testing.T) {
	o := &outside{committed: map[string]bool{}, messages: map[string]string{}, copies: map[string]int{}}
	server := httptest.NewServer(o)
	defer server.Close()
	f := &fleet{outside: o, t: t, url: server.URL, dsn: testbed.Postgres(t).DSN, running: map[string]*replicaProcess{},
		stages: map[string][]string{}}
	for _, name := range []string{"a", "b", "c"} {
		f.start(name)
	}
	f.settled("three replicas")
	three := f.owners()

	killed := time.Now()
	f.kill("b")
	f.settled("one is killed")
	f.takenOver("b", killed, three)
	two := f.owners()

	f.start("d")
	f.settled("a fourth joins")
	moved := 0
	for c, owner := range f.owners() {
		if owner != two[c] {
			moved++
		}
	}
	t.Logf("%d of %d clusters moved to the one that joined two others", moved, sharedClusters)

	stopped := time.Now()
	f.stop("a")
	f.settled("one stops")
	f.takenOver("a", stopped, nil)
	f.stop("c")
	f.settled("another one stops")
	f.stop("d")
	f.oneAtATime()
	f.alertsCameOnce()
}

// takenOver holds the pause of each cluster of a dead replica against the lease.
func (f *fleet) takenOver(name string, died time.Time, held map[string]string) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	first := map[string]time.Time{}
	for _, s := range f.sweeps {
		if s.replica == name && s.at.After(died.Add(time.Second)) {
			f.t.Errorf("%s collected %s %s after it ended", name, s.cluster, s.at.Sub(died))
		}
		if s.at.After(died) && s.replica != name && first[s.cluster].IsZero() {
			first[s.cluster] = s.at
		}
	}
	longest := time.Duration(0)
	for c, owner := range held {
		if owner == name {
			longest = max(longest, first[c].Sub(died))
		}
	}
	if most := sharedTiming.Length + 4*time.Second; longest > most {
		f.t.Errorf("a cluster of the killed replica was taken over after %s, want within the lease of %s and what a start takes",
			longest, sharedTiming.Length)
	}
	if held != nil {
		f.t.Logf("the last cluster of the killed replica was collected again after %s", longest.Round(100*time.Millisecond))
	}
}

// oneAtATime checks that no two replicas held a cluster at the same time, and that none moved without need: who collected it, one
// after the other, is who was to hold it. At the start the first replica may take clusters before the others are there.
func (f *fleet) oneAtATime() {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	slices.SortStableFunc(f.sweeps, func(a, b swept) int { return a.at.Compare(b.at) })
	turns := map[string][]string{}
	for _, s := range f.sweeps {
		if h := turns[s.cluster]; len(h) == 0 || h[len(h)-1] != s.replica {
			turns[s.cluster] = append(h, s.replica)
		}
	}
	moves := 0
	for c, got := range turns {
		moves += len(got) - 1
		want := f.stages[c]
		early := got[:max(0, len(got)-len(want))]
		if !slices.Equal(got[len(early):], want) || len(early) > 2 || len(early) == 2 && early[0] == early[1] {
			f.t.Errorf("%s was collected by %v, want %v", c, got, want)
		}
	}
	f.t.Logf("%d collections, %d moves of clusters", len(f.sweeps), moves)
}

// waiting are the alerts that the last replica left in the outbox as it stopped.
func (f *fleet) waiting() map[string]bool {
	f.t.Helper()
	cfg := ledger.DefaultConfig()
	cfg.PostgresURL = secret.New(f.dsn)
	l, err := ledger.Open(f.t.Context(), cfg, ledger.Options{})
	if err != nil {
		f.t.Fatal(err)
	}
	defer l.Close()
	list, err := l.Undelivered(f.t.Context(), false, 1000)
	if err != nil {
		f.t.Fatal(err)
	}
	out := map[string]bool{}
	for _, w := range list {
		var e alert.Envelope
		if err := json.Unmarshal(w.Payload, &e); err != nil {
			f.t.Fatal(err)
		}
		out[e.Message.Cluster+"/"+e.Message.Items[0].Key] = true
	}
	return out
}

// alertsCameOnce compares what was committed with what came.
func (f *fleet) alertsCameOnce() {
	f.t.Helper()
	left := f.waiting()
	f.mu.Lock()
	defer f.mu.Unlock()
	told, twice := map[string]int{}, 0
	for id, what := range f.messages {
		told[what]++
		if f.copies[id] > 1 {
			twice++
		}
	}
	for what := range f.committed {
		if told[what] == 0 && !left[what] {
			f.t.Errorf("the alert %s was committed and never came", what)
		}
	}
	for what, n := range told {
		if n > 1 {
			f.t.Errorf("the alert %s came as %d different messages", what, n)
		}
	}
	if twice > 1 {
		f.t.Errorf("%d messages came again: only the one that the killed replica was sending may", twice)
	}
	f.t.Logf("%d alerts committed, %d came, %d of them again, %d wait", len(f.committed), len(told), twice, len(left))
}

// A replica that cannot reach PostgreSQL stops when its lease has run out, says so, and goes on once it can.
func TestAReplicaWithoutPostgresStops(t *testing.T) {
	o := &outside{committed: map[string]bool{}, messages: map[string]string{}, copies: map[string]int{}}
	server := httptest.NewServer(o)
	defer server.Close()
	postgres := testbed.Postgres(t)
	file := filepath.Join(t.TempDir(), "mskfit.yaml")
	writeFile(t, file, fmt.Sprintf(`data_directory: %s
web: {listen: "127.0.0.1:0"}
agent: {collect: "@every 1s", analyze: "", report: ""}
ledger: {postgres_url: %q}
clusters: [{name: c00, exporters: {brokers: [{jmx: '%s/page/c00'}], headers: {X-Replica: a}}}]
`, t.TempDir(), postgres.DSN, server.URL))
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	timing := lease.Timing{Length: 3 * time.Second, Every: 300 * time.Millisecond}
	d, err := Open(t.Context(), cfg, Options{File: file, Leases: timing, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx, nil) }()
	defer func() {
		stop()
		if err := errors.Join(<-ended, d.Close()); err != nil {
			t.Error(err)
		}
	}()
	await := func(what string, holds func() bool) {
		t.Helper()
		testbed.Await(t, 30*time.Second, func() error {
			if !holds() {
				return errors.New("waiting for: " + what)
			}
			return nil
		})
	}
	await("it collects", func() bool { return len(o.holders(time.Time{})) == 1 })
	postgres.Kill()
	killed := time.Now()
	await("it stops", func() bool { return d.Daemon().Role == web.RoleStandby })
	stopped := time.Now()
	if took := stopped.Sub(killed); took > timing.Length {
		t.Errorf("it stopped %s after it lost PostgreSQL, and a lease lasts %s", took, timing.Length)
	}
	if why, _ := d.ledger.trouble(); !strings.Contains(why, "connection refused") {
		t.Errorf("the ledger's trouble is %q", why)
	}
	time.Sleep(2500 * time.Millisecond) // two collections would come in this time
	if held := o.holders(stopped.Add(200 * time.Millisecond)); len(held) > 0 {
		t.Errorf("it goes on collecting: %v", held)
	}
	postgres.Start()
	started := time.Now()
	await("it goes on", func() bool { return len(o.holders(started)) == 1 })
}

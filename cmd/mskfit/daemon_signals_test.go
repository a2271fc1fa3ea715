//go:build unix

package main

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/faults"
)

// everySecond collects and decides each second.
const everySecond = `agent: {collect: "@every 1s", analyze: "@every 1s", report: "", sizing: {min_window: 1m}}
`

func clusterAt(name, address string) string {
	return fmt.Sprintf("  - {name: %s, kafka: {bootstrap: [%q]}}\n", name, address)
}

// hangsAt is a broker with a past that never answers a request for which the condition holds.
func hangsAt(t *testing.T, when func(kmsg.Request) bool) (address string, hung *atomic.Bool) {
	t.Helper()
	c := withPast(t)
	hung = &atomic.Bool{}
	c.Control(func(req kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		if when(req) {
			hung.Store(true)
			return nil, nil, true
		}
		return nil, nil, false
	})
	return c.ListenAddrs()[0], hung
}

// withPast is a broker that was sent a record an hour for two days.
func withPast(t *testing.T) *kfake.Cluster {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, "orders"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	client, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...), kgo.DefaultProduceTopic("orders"))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for h := range 48 {
		record := &kgo.Record{Value: []byte("an order"), Timestamp: time.Now().Add(-time.Duration(48-h) * time.Hour)}
		if err := client.ProduceSync(t.Context(), record).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// SIGTERM ends the daemon clean and in time, whatever it waits for, and what it kept can be used at once.
func TestDaemonStopsAtAnyTime(t *testing.T) {
	byTimestamp := func(req kmsg.Request) bool {
		offsets, ok := req.(*kmsg.ListOffsetsRequest)
		return ok && len(offsets.Topics) > 0 && offsets.Topics[0].Partitions[0].Timestamp > 0
	}
	for _, tt := range []struct {
		name string
		when func(kmsg.Request) bool
	}{
		{"at rest", func(kmsg.Request) bool { return false }},
		{"before the first answer", func(kmsg.Request) bool { return true }},
		{"mid-sweep", func(req kmsg.Request) bool { return req.Key() == kmsg.NewPtrDescribeLogDirsRequest().Key() }},
		{"mid-read-back", byTimestamp},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address, hung := hangsAt(t, tt.when)
			file := daemonFile(t, t.TempDir(), everySecond+"clusters:\n"+clusterAt("orders", address))
			d := startDaemon(t, file)
			if tt.name == "at rest" {
				d.collected("orders", time.Time{})
			} else {
				d.await("the broker hangs", hung.Load)
			}
			d.stop()
			if !d.logged("mskfit stopped") || strings.Contains(d.Log(), "stopped after") {
				t.Error("it did not end by itself")
			}
			startDaemon(t, file).stop()
		})
	}
}

// SIGHUP takes a good file, and keeps the old one in force beside a bad one, which is reported everywhere until it is fixed.
func TestDaemonReloads(t *testing.T) {
	r := faults.Begin(t, "a configuration with a mistake is reloaded", "the daemon keeps the old one and says which line is wrong")
	first, second := broker(t), broker(t)
	dir := t.TempDir()
	both := everySecond + "clusters:\n" + clusterAt("first", first) + clusterAt("second", second)
	d := startDaemon(t, daemonFile(t, dir, everySecond+"clusters:\n"+clusterAt("first", first)))
	d.collected("first", time.Time{})

	daemonFile(t, dir, both)
	d.Signal(syscall.SIGHUP)
	d.collected("second", time.Time{})
	if why := d.problem("configuration"); why != "" {
		t.Errorf("a good file is a problem: %s", why)
	}

	daemonFile(t, dir, strings.Replace(both, "bootstrap", "bootstarp", 1))
	d.Signal(syscall.SIGHUP)
	const mistake = `unknown key: did you mean \"bootstrap\"?`
	d.awaitProblem("configuration", `bootstarp: `+strings.ReplaceAll(mistake, `\`, ""))
	r.Observed("problem: %s", d.problem("configuration"))
	d.collected("first", time.Now())
	d.collected("second", time.Now())
	if ok, _ := d.metric("config_last_reload_successful"); ok != 0 {
		t.Errorf("mskfit_config_last_reload_successful is %v after a bad file", ok)
	}
	for _, path := range []string{"/readyz", "/healthz", "/api/v1/status"} {
		if body, code := d.Get(path); code != 200 || !strings.Contains(string(body), mistake) {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if !d.logged("configuration not reloaded, the old one stays in use") {
		t.Error("the log says nothing of the bad file")
	}
	good := filepath.Join(t.TempDir(), "mskfit.yaml")
	writeFile(t, good, fmt.Sprintf("data_directory: %s\nweb: {listen: %q}\nclusters:\n%s", filepath.Join(dir, "data"),
		strings.TrimPrefix(d.URL, "http://"), clusterAt("first", first)))
	if stdout, _, code := mskfit(t, "check", "-c", good); code != exitFailed ||
		!strings.Contains(stdout, "running mskfit\n  failed   configuration\n           since 20") {
		t.Errorf("mskfit check beside the daemon: exit code %d\n%s", code, stdout)
	}

	daemonFile(t, dir, everySecond+"clusters:\n"+clusterAt("second", second))
	d.Signal(syscall.SIGHUP)
	whole := time.Now()
	d.awaitProblem("configuration", "")
	r.Recovered(whole)
	d.await("the first cluster is gone", func() bool { return len(d.clusters()) == 1 })
	d.collected("second", time.Now())
	if ok, _ := d.metric("config_last_reload_successful"); ok != 1 {
		t.Errorf("mskfit_config_last_reload_successful is %v after a good file", ok)
	}
	d.stop()
}

// A password that was renewed in its file is used after SIGHUP, without a change of the configuration.
func TestDaemonReadsSecretsAgain(t *testing.T) {
	address := broker(t, kfake.EnableSASL(), kfake.Superuser("SCRAM-SHA-256", "mskfit", "renewed-s3cret"))
	dir := t.TempDir()
	password := filepath.Join(dir, "password")
	writeFile(t, password, "outdated-s3cret\n")
	d := startDaemon(t, daemonFile(t, dir, everySecond+fmt.Sprintf(`clusters:
  - name: orders
    kafka: {bootstrap: [%q], sasl: {mechanism: SCRAM-SHA-256, username: mskfit, password_file: %q}}
`, address, password)))
	d.await("the old password is refused", func() bool { return d.clusters()["orders"].Sources[0].Error != "" })
	writeFile(t, password, "renewed-s3cret\n")
	d.Signal(syscall.SIGHUP)
	d.collected("orders", time.Now())
	d.stop()
	if d.logged("s3cret") {
		t.Error("a password is in the log")
	}
}

// The service manager hears of start, reload, end, and at half the watchdog's interval that the daemon lives.
func TestDaemonTellsTheServiceManager(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var (
		mu   sync.Mutex
		told strings.Builder
	)
	go func() {
		for buf := make([]byte, 4096); ; {
			n, err := conn.Read(buf)
			if err != nil {
				return
			}
			mu.Lock()
			fmt.Fprintf(&told, "%s\n", buf[:n])
			mu.Unlock()
		}
	}()
	all := func() string {
		mu.Lock()
		defer mu.Unlock()
		return told.String()
	}
	heard := func(text string) int { return strings.Count(all(), text+"\n") }
	file := daemonFile(t, t.TempDir(), everySecond+"clusters:\n"+clusterAt("orders", broker(t)))
	d := startDaemon(t, file, "NOTIFY_SOCKET="+socket, "WATCHDOG_USEC=400000")
	d.await("ready", func() bool { return heard("READY=1\nSTATUS=watching 1 clusters") == 1 })
	began := time.Now()
	d.await("the watchdog is fed", func() bool { return heard("WATCHDOG=1") >= 5 })
	if took := time.Since(began); took < 500*time.Millisecond || took > 5*time.Second {
		t.Errorf("the watchdog was fed five times within %s, want every 200 ms", took)
	}
	d.Signal(syscall.SIGHUP)
	d.await("reloaded", func() bool {
		return strings.Contains(all(), "RELOADING=1\nMONOTONIC_USEC=") && heard("READY=1") == 2
	})
	d.stop()
	if heard("STOPPING=1") != 1 {
		t.Errorf("the service manager heard %q", all())
	}
}

//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/faults"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// smallDisk mounts a disk of 96 MiB for the test.
func smallDisk(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		testbed.Missing(t, "only root mounts a small disk")
	}
	dir := t.TempDir()
	mount(t, "-t", "tmpfs", "-o", "size=96m", "mskfit-test", dir)
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return dir
}

func mount(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("mount", args...).CombinedOutput(); err != nil {
		testbed.Missing(t, "mount %v: %v: %s", args, err, out)
	}
}

// fillDisk leaves no byte free, and takes at once what the daemon gives back (a database that is checkpointed shrinks its log),
// until free is called.
func fillDisk(t *testing.T, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	fill := func() {
		for _, size := range []int{1 << 20, 4096, 1} {
			for err := error(nil); err == nil; {
				_, err = f.Write(make([]byte, size))
			}
		}
	}
	fill()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-stop:
				return
			case <-tick.C:
				fill()
			}
		}
	}()
	end := sync.OnceFunc(func() { close(stop); <-stopped; _ = f.Close() })
	t.Cleanup(end)
	return func() {
		end()
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// onSmallDisk decides every second, and tries a full disk again as often.
const onSmallDisk = everySecond + "history: {min_free: 1MB, flush_interval: 1s}\nclusters:\n"

// A disk that is full, while the daemon runs and when it starts, stops nothing: it says so everywhere, goes on in memory from what
// was kept, and writes all of it down once there is room.
func TestDaemonOnAFullDisk(t *testing.T) {
	r := faults.Begin(t, "disk full, while the daemon runs and when it starts",
		"an error in log, metric and status; collecting and "+
			"deciding go on in memory; nothing older is lost; all is written once there is room")
	disk, dir := smallDisk(t), t.TempDir()
	one := onSmallDisk + clusterAt("orders", withPast(t).ListenAddrs()[0])
	both := one + clusterAt("bills", withPast(t).ListenAddrs()[0])
	d := startDaemon(t, daemonFileFor(t, dir, filepath.Join(disk, "data"), one))
	d.hasKept("orders")
	before := valuesKept(t, disk)
	free := fillDisk(t, disk)
	file := daemonFileFor(t, dir, filepath.Join(disk, "data"), both)
	d.Signal(syscall.SIGHUP) // a second cluster, with a past to keep
	d.goesOnInMemory("disk full")
	d.stopInMemory()
	if after := valuesKept(t, disk); after < before {
		t.Errorf("%d minutes in the history, %d before the disk was full", after, before)
	}

	d = startDaemon(t, file)
	if !d.logged("data directory cannot be written; new data stays in memory") {
		t.Error("the log does not say that the data directory cannot be written")
	}
	d.goesOnInMemory("disk full")
	d.Kill()

	d = startDaemon(t, file)
	d.goesOnInMemory("disk full")
	r.Observed("history: %s", d.problem("history"))
	free()
	freed := time.Now()
	d.isWrittenAgain()
	r.Recovered(freed)
	d.stop()
	after := valuesKept(t, disk)
	if after <= before {
		t.Errorf("%d minutes in the history, %d before the disk was full", after, before)
	}
	r.Observed("%d minutes in the history before the disk was full, %d afterwards", before, after)
}

// A data directory that is read-only when the daemon starts stops nothing where there was one before, and stops a first start.
func TestDaemonOnAReadOnlyDisk(t *testing.T) {
	r := faults.Begin(t, "disk read-only when the daemon starts",
		"a first start fails and says what to do; later ones go on in memory "+
			"and write once they can")
	disk, dir := smallDisk(t), t.TempDir()
	one := onSmallDisk + clusterAt("orders", withPast(t).ListenAddrs()[0])
	both := one + clusterAt("bills", withPast(t).ListenAddrs()[0])
	file := daemonFileFor(t, dir, filepath.Join(disk, "data"), one)
	mount(t, "-o", "remount,ro", disk)
	if _, stderr, code := mskfit(t, "run", "-c", file, "--quiet"); code != exitFailed ||
		!strings.Contains(stderr, "use a folder on a writable disk") {
		t.Errorf("a first start without a place for data: exit code %d, %s", code, stderr)
	}
	mount(t, "-o", "remount,rw", disk)
	d := startDaemon(t, file)
	d.hasKept("orders")
	d.stop()
	before := valuesKept(t, disk)

	mount(t, "-o", "remount,ro", disk)
	d = startDaemon(t, daemonFileFor(t, dir, filepath.Join(disk, "data"), both))
	d.goesOnInMemory("read-only")
	r.Observed("history: %s", d.problem("history"))
	mount(t, "-o", "remount,rw", disk)
	writable := time.Now()
	d.isWrittenAgain()
	r.Recovered(writable)
	d.stop()
	if after := valuesKept(t, disk); after <= before {
		t.Errorf("%d minutes in the history, %d before the disk became read-only", after, before)
	}
}

// hasKept waits until the cluster's past is read back and there is a verdict on it.
func (d *daemonProcess) hasKept(cluster string) {
	d.t.Helper()
	d.await("the past is read back, and a verdict", func() bool {
		c := d.clusters()[cluster]
		return len(c.Sources) > 0 && c.Sources[0].Backfill != nil && *c.Sources[0].Backfill == 1 && c.VerdictAt != nil
	})
}

// goesOnInMemory wants the daemon to collect and decide on, and to say what is wrong.
func (d *daemonProcess) goesOnInMemory(why string) {
	d.t.Helper()
	began := time.Now()
	d.awaitProblem("ledger", "only in memory")
	d.awaitProblem("history", why)
	d.await("it collects", func() bool {
		c := d.clusters()["orders"].Sources[0] // its error is that the history cannot be written
		return c.CollectedAt != nil && c.CollectedAt.After(began)
	})
	d.await("it decides", func() bool { at := d.clusters()["orders"].VerdictAt; return at != nil && at.After(began) })
	for _, name := range []string{"history_writable", "ledger_writable"} {
		if v, found := d.metric(name); !found || v != 0 {
			d.t.Errorf("mskfit_%s is %v, %v", name, v, found)
		}
	}
	for _, line := range []string{"history cannot be written; values wait in memory",
		"ledger cannot be written; changes are kept in memory"} {
		if !d.logged(line) {
			d.t.Errorf("the log has no %q", line)
		}
	}
}

// stopInMemory ends the daemon, which says what is lost with it.
func (d *daemonProcess) stopInMemory() {
	d.t.Helper()
	d.Stop(syscall.SIGINT)
	log := d.Log()
	// SQLite reuses the space of its own log, so the ledger may have been written after all: then nothing of it is lost.
	written := strings.LastIndex(log, "ledger is writable again") > strings.LastIndex(log, "ledger cannot be written;")
	if lost := strings.Contains(log, "were only in memory and are lost"); lost == written ||
		!strings.Contains(log, "values wait in memory") {
		d.t.Error("it does not say what is lost")
	}
}

// isWrittenAgain waits until everything is on disk.
func (d *daemonProcess) isWrittenAgain() {
	d.t.Helper()
	d.awaitProblem("history", "")
	d.awaitProblem("ledger", "")
	if waiting, _ := d.metric("history_values_waiting"); waiting != 0 {
		d.t.Errorf("%v values wait", waiting)
	}
	if !d.logged("ledger is writable again") || !d.logged("history is writable again") {
		d.t.Error("the log does not say that it works again")
	}
}

// valuesKept counts the minutes of both clusters in the history below the data directory.
func valuesKept(t *testing.T, dir string) int {
	t.Helper()
	cfg := history.DefaultConfig()
	cfg.Dir = filepath.Join(dir, "data", "history")
	s, err := history.OpenReader(cfg, history.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return len(minutesKept(t, s, "orders", history.Messages)) + len(minutesKept(t, s, "bills", history.Messages))
}

// minutesKept lists the minutes, since 1970, for which the history holds the quantity of a cluster.
func minutesKept(t *testing.T, s *history.Store, cluster string, q history.Quantity) map[int64]bool {
	t.Helper()
	end := time.Now().Add(time.Hour)
	series, err := s.Series(t.Context(), history.SeriesQuery{Cluster: cluster, Quantity: q,
		Window: workload.Window{Start: end.Add(-20 * 24 * time.Hour), End: end}})
	if err != nil {
		t.Fatal(err)
	}
	minutes := map[int64]bool{}
	for _, p := range series.Points {
		minutes[p.At.Unix()/60] = true
	}
	return minutes
}

package ledger

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/testbed"
)

// On a full disk the ledger goes on in memory: nothing older is lost, what is new is there too, and all of it is in the file once
// there is room.
func TestDiskFull(t *testing.T) {
	dir := smallDisk(t)
	var log bytes.Buffer
	l := openIn(t, dir, &log)
	want := save(t, l, 0, 20)
	free := fillDisk(t, dir)
	want = append(want, save(t, l, 20, 40)...)
	checkSaved(t, l, want, "while the disk is full")
	st := l.Status()
	if !strings.Contains(st.Reason, "is the disk full") || st.Since.IsZero() || st.Waiting == 0 ||
		!strings.Contains(log.String(), "ledger cannot be written") {
		t.Errorf("status %+v, log %s", st, &log)
	}
	row := dueRow(t, l)
	must(t, l.Sent(t.Context(), row, t0))
	if err := l.backToDisk(t.Context()); err == nil {
		t.Error("the disk is full and the ledger went back to it")
	}
	free()
	must(t, l.backToDisk(t.Context()))
	if st := l.Status(); st != (Status{}) || !strings.Contains(log.String(), "ledger is writable again") {
		t.Errorf("with room again: status %+v, log %s", st, &log)
	}
	want = append(want[1:], save(t, l, 40, 41)...)
	checkSaved(t, l, want, "with room again")
	must(t, l.Close())
	l = openIn(t, dir, &log)
	checkSaved(t, l, want, "after a restart")
	checkIntegrity(t, l)
}

// A ledger that was killed on a full disk opens there with all that it had written, and says at its end what is lost.
func TestOpenOnFullDisk(t *testing.T) {
	dir := smallDisk(t)
	want := save(t, openIn(t, dir, io.Discard), 0, 20) // not closed: its last changes are in the log beside the file
	copied := filepath.Join(dir, "killed")
	must(t, os.Mkdir(copied, 0o750))
	for _, name := range []string{"ledger.db", "ledger.db-wal"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(copied, name), data, 0o600))
	}
	fillDisk(t, dir)
	l := openIn(t, copied, io.Discard)
	if st := l.Status(); st.Reason == "" {
		t.Fatal("the disk is full and the ledger says nothing")
	}
	checkSaved(t, l, want, "opened on a full disk")
	checkSaved(t, l, append(want, save(t, l, 20, 25)...), "written on a full disk")
	if err := l.Close(); err == nil || !strings.Contains(err.Error(), "5 changes since") ||
		!strings.Contains(err.Error(), "are lost") {
		t.Errorf("closed on a full disk: %v", err)
	}
}

// What is kept in memory is bounded.
func TestMemoryIsBounded(t *testing.T) {
	dir := smallDisk(t)
	l := openIn(t, dir, io.Discard)
	fillDisk(t, dir)
	body, err := make([]byte, 4<<20), error(nil)
	for n := 0; err == nil && n < 100; n++ {
		err = l.Enqueue(t.Context(), "prod", Message{fmt.Sprint(n), "slack", body})
	}
	if err == nil || !strings.Contains(err.Error(), "no more are accepted") {
		t.Errorf("error %v", err)
	}
}

func openIn(t *testing.T, dir string, log io.Writer) *Ledger {
	t.Helper()
	cfg := DefaultConfig()
	cfg.File = filepath.Join(dir, "ledger.db")
	l, err := Open(t.Context(), cfg, Options{Log: zerolog.New(log)})
	must(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

// save keeps messages of the numbers, each with the state that raised it.
func save(t *testing.T, l *Ledger, from, to int) (ids []string) {
	t.Helper()
	filler := make([]byte, 8<<10)
	for n := from; n < to; n++ {
		for i := range filler { // does not compress
			filler[i] = byte((i + n) * i >> 3 * 2654435761 >> 7)
		}
		state := drift.State{At: t0.Add(time.Duration(n) * time.Second)}
		id := fmt.Sprintf("%03d", n)
		must(t, l.Commit(t.Context(), Commitment{Cluster: "prod", Drift: &state,
			Messages: []Message{{id, "slack", []byte(fmt.Sprintf("%x", filler))}}}))
		ids = append(ids, id)
	}
	return ids
}

// checkSaved wants the messages to wait, and the last one's state.
func checkSaved(t *testing.T, l *Ledger, want []string, when string) {
	t.Helper()
	waiting, err := l.Undelivered(t.Context(), false, 1000)
	must(t, err)
	var got []string
	for _, w := range waiting {
		got = append(got, w.ID)
	}
	slices.Reverse(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s: messages %v, want %v", when, got, want)
	}
	state, err := l.DriftState(t.Context(), "prod")
	must(t, err)
	if last, _ := strconv.Atoi(want[len(want)-1]); !state.At.Equal(t0.Add(time.Duration(last) * time.Second)) {
		t.Errorf("%s: the state is of %s, want message %d's", when, state.At, last)
	}
}

func dueRow(t *testing.T, l *Ledger) int64 {
	t.Helper()
	w, found, _, err := l.Due(t.Context(), "slack", time.Now())
	if err != nil || !found {
		t.Fatalf("nothing is due: %v", err)
	}
	return w.Row
}

func checkIntegrity(t *testing.T, l *Ledger) {
	t.Helper()
	var said string
	must(t, l.row(t.Context(), "PRAGMA integrity_check", nil, &said))
	if said != "ok" {
		t.Errorf("integrity: %s", said)
	}
}

// fillDisk leaves no byte free.
func fillDisk(t *testing.T, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	must(t, err)
	for err == nil {
		_, err = f.Write(make([]byte, 64<<10))
	}
	for err = nil; err == nil; { // and the last pages
		_, err = f.Write(make([]byte, 512))
	}
	f.Close()
	return func() { must(t, os.Remove(path)) }
}

// smallDisk mounts a disk of 8 MiB for the test.
func smallDisk(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root to mount a small disk")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=8m", "mskfit-test", dir).CombinedOutput(); err != nil {
		testbed.Missing(t, "mount: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return dir
}

func remount(t *testing.T, dir, option string) {
	t.Helper()
	if out, err := exec.Command("mount", "-o", "remount,"+option, dir).CombinedOutput(); err != nil {
		t.Fatalf("remount %s: %v: %s", option, err, out)
	}
}

// A ledger that cannot be created is an error: nothing was kept so far. One that was there goes on in memory on a disk that has
// become read-only, and in its file once it can be written.
func TestReadOnlyDisk(t *testing.T) {
	dir := smallDisk(t)
	cfg := DefaultConfig()
	cfg.File = filepath.Join(dir, "data", "ledger.db")
	remount(t, dir, "ro")
	if _, err := Open(t.Context(), cfg, Options{}); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("error %v", err)
	}
	remount(t, dir, "rw")
	l := openIn(t, dir, io.Discard)
	want := save(t, l, 0, 3)
	must(t, l.Close())
	remount(t, dir, "ro")
	l = openIn(t, dir, io.Discard)
	if st := l.Status(); !strings.Contains(st.Reason, "cannot be") {
		t.Errorf("status %+v", st)
	}
	want = append(want, save(t, l, 3, 6)...)
	checkSaved(t, l, want, "on a read-only disk")
	remount(t, dir, "rw")
	must(t, l.Close())
	l = openIn(t, dir, io.Discard)
	checkSaved(t, l, want, "writable again, after a restart")
	checkIntegrity(t, l)
}

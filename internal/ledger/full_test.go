package ledger

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/testbed"
)

// A full disk is an error with words; what was there stays, and writing goes on once there is room.
func TestDiskFull(t *testing.T) {
	dir := smallDisk(t)
	cfg := DefaultConfig()
	cfg.File = filepath.Join(dir, "ledger.db")
	l, err := Open(t.Context(), cfg, Options{})
	must(t, err)
	defer l.Close()
	ctx := t.Context()
	filler, saved := make([]byte, 64<<10), 0
	for i := range filler { // does not compress
		filler[i] = byte(i * i >> 3 * 2654435761 >> 7)
	}
	for ; saved < 1000; saved++ {
		if err = l.Enqueue(ctx, "prod", Message{fmt.Sprint(saved), "slack", []byte(fmt.Sprintf("%x", filler))}); err != nil {
			break
		}
	}
	if err == nil || !strings.Contains(err.Error(), "is the disk full") {
		t.Fatalf("after %d messages: %v", saved, err)
	}
	waiting, err := l.Undelivered(ctx, false, 1000)
	if err != nil || len(waiting) != saved {
		t.Errorf("%d messages are there, %v, want %d", len(waiting), err, saved)
	}
	remount(t, dir, "size=32m")
	must(t, l.Enqueue(ctx, "prod", Message{"one more", "slack", []byte("{}")}))
	if waiting, err := l.Undelivered(ctx, false, 1000); err != nil || len(waiting) != saved+1 {
		t.Errorf("%d messages are there, %v, want %d", len(waiting), err, saved+1)
	}
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

// A ledger on a disk that cannot be written says so when it is opened.
func TestReadOnlyDisk(t *testing.T) {
	dir := smallDisk(t)
	cfg := DefaultConfig()
	cfg.File = filepath.Join(dir, "data", "ledger.db")
	remount(t, dir, "ro")
	if _, err := Open(t.Context(), cfg, Options{}); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("error %v", err)
	}
	remount(t, dir, "rw")
	l, err := Open(t.Context(), cfg, Options{})
	must(t, err)
	must(t, l.RecordRun(t.Context(), Run{Job: "collect", At: t0}))
	must(t, l.Close())
	remount(t, dir, "ro")
	l, err = Open(t.Context(), cfg, Options{})
	if err == nil {
		err = l.RecordRun(t.Context(), Run{Job: "collect", At: t0})
		l.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "cannot be") {
		t.Errorf("error %v", err)
	}
}

package testbed

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// turnPatience is how long a test binary waits for its turn before it goes ahead all the same.
const turnPatience = 15 * time.Minute

// turn is held by a test binary while it runs a cluster, so that what one package measures is not disturbed by the cluster of
// another that go test runs beside it, nor by that of another checkout. Those who need not be alone have a turn together. A binary
// may have several clusters during its turn; the first of them decides whether it is alone.
var turn struct {
	sync.Mutex
	clusters int
	file     *os.File
}

// takeTurn waits for the turn and keeps it until the test ends.
func takeTurn(t testing.TB, exclusive bool) {
	t.Helper()
	turn.Lock()
	defer turn.Unlock()
	if turn.clusters == 0 {
		turn.file = waitForTurn(t, filepath.Join(os.TempDir(), fmt.Sprintf("mskfit-testbed-%d.turn", os.Getuid())), exclusive)
	}
	turn.clusters++
	t.Cleanup(func() {
		turn.Lock()
		defer turn.Unlock()
		if turn.clusters--; turn.clusters == 0 {
			_ = turn.file.Close() // the lock goes with it
		}
	})
}

func waitForTurn(t testing.TB, path string, exclusive bool) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		t.Fatalf("wait for other tests' clusters: %v", err)
	}
	began := time.Now()
	how := syscall.LOCK_SH
	if exclusive {
		how = syscall.LOCK_EX
	}
	locked := make(chan error, 1)
	go func() { locked <- syscall.Flock(int(f.Fd()), how) }() // asleep in the kernel, so that the next in the queue is served
	select {
	case err := <-locked:
		if err != nil {
			t.Fatalf("wait for other tests' clusters: %v", err)
		}
	case <-time.After(turnPatience):
		t.Logf("another test binary has had a cluster for %s: starting beside it", turnPatience)
	}
	if waited := time.Since(began); waited > time.Second {
		t.Logf("waited %s for another test binary's cluster", waited.Round(time.Second))
	}
	return f
}

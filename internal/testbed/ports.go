package testbed

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// freePorts returns n ports of 127.0.0.1 on which nothing listens, and keeps them for the test: no other test binary is given them
// while it runs, though a server may take seconds to listen. They lie below the range from which Linux takes the ports of outgoing
// connections, so that no client gets one between this look and the server's start.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	const low, high = 15000, 32000
	ports := make([]int, 0, n)
	for tries := 0; len(ports) < n; tries++ {
		if tries > 1000 {
			t.Fatalf("find %d free ports between %d and %d: 1000 tries were not enough", n, low, high)
		}
		port := low + rand.IntN(high-low)
		if !keepPort(t, port) {
			continue
		}
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		_ = l.Close()
		ports = append(ports, port)
	}
	return ports
}

// keepPort locks a file that stands for the port until the test ends; false when somebody has it.
func keepPort(t testing.TB, port int) bool {
	t.Helper()
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("mskfit-testbed-%d.ports", os.Getuid()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatalf("keep a port: %v", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, fmt.Sprint(port)), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		t.Fatalf("keep a port: %v", err)
	}
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		_ = f.Close()
		return false
	}
	t.Cleanup(func() { _ = f.Close() }) // the lock goes with it
	return true
}

package testbed

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// freePorts returns n ports of 127.0.0.1 on which nothing listens. They lie below the range from which Linux takes the
// ports of outgoing connections, so that no client gets one between this look and the server's start, and they are drawn at random,
// so that test packages that run side by side hardly ever meet.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	const low, high = 15000, 32000
	ports := make([]int, 0, n)
	seen := map[int]bool{}
	for tries := 0; len(ports) < n; tries++ {
		if tries > 1000 {
			t.Fatalf("find %d free ports between %d and %d: 1000 tries were not enough", n, low, high)
		}
		port := low + rand.IntN(high-low)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil || seen[port] {
			continue
		}
		_ = l.Close()
		seen[port] = true
		ports = append(ports, port)
	}
	return ports
}

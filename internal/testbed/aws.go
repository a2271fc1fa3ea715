package testbed

import (
	"fmt"
	"path/filepath"
	"testing"
)

// Moto starts the AWS emulator moto and returns its address. It is the better of the two for the control plane of Amazon MSK
// (v2 of its API, without nodes and bootstrap brokers); its CloudWatch does not speak the protocol of the Go SDK. Any
// credentials will do. It ends with the test.
func Moto(t testing.TB) (endpoint string) {
	t.Helper()
	port := freePorts(t, 1)[0]
	return emulator(t, port, "moto_server", "-H", "127.0.0.1", "-p", fmt.Sprint(port))
}

// MiniStack starts the AWS emulator ministack and returns its address. It has CloudWatch (but for expressions in
// GetMetricData), SNS, SQS, STS and S3, and of Amazon MSK v1 of its API, with nodes and bootstrap brokers. Any credentials will
// do. It ends with the test.
func MiniStack(t testing.TB) (endpoint string) {
	t.Helper()
	port := freePorts(t, 1)[0]
	// Its own command would listen on all addresses.
	return emulator(t, port, "hypercorn", "--bind", fmt.Sprintf("127.0.0.1:%d", port), "ministack.app:app")
}

func emulator(t testing.TB, port int, program string, args ...string) string {
	t.Helper()
	bin := pythonBin(t)
	dir := dataDir(t)
	p := start(t, command{
		name: program, log: filepath.Join(dir, "log"), dir: dir, path: filepath.Join(bin, program), args: args,
		env: []string{"HOME=" + dir, "TMPDIR=" + dir, "PYTHONUNBUFFERED=1"},
	})
	p.awaitPort(t, port)
	return fmt.Sprintf("http://127.0.0.1:%d", port)
}

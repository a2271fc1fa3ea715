package testbed

import "testing"

func TestPortsAreGivenOnce(t *testing.T) {
	port := freePorts(t, 1)[0]
	if keepPort(t, port) {
		t.Errorf("port %d was given twice", port)
	}
	t.Run("until the test ends", func(t *testing.T) {
		port = freePorts(t, 1)[0]
	})
	if !keepPort(t, port) {
		t.Errorf("port %d is kept after its test", port)
	}
}

package leak

import (
	"strings"
	"testing"
	"time"
)

func TestLeft(t *testing.T) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { defer close(stopped); <-stop }()
	if left := Left(50 * time.Millisecond); len(left) != 1 || !strings.Contains(left[0], "leak.TestLeft.func1") {
		t.Errorf("left: %q, want the goroutine of this test", left)
	}
	time.AfterFunc(100*time.Millisecond, func() { close(stop) })
	if left := Left(10 * time.Second); len(left) != 0 {
		t.Errorf("left: %q, want none: it ended while it was waited for", left)
	}
	<-stopped
}

// Package leak fails a test binary whose tests leave goroutines behind: what a daemon starts must end with it. Start with [Run].
package leak

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// patience is how long goroutines have to end after the last test.
const patience = 10 * time.Second

// Run is for a TestMain that has nothing else to do: os.Exit(leak.Run(m)).
func Run(m *testing.M) (code int) { return Check(m.Run()) }

// Check returns the exit code of the tests, or 1 if they passed and goroutines are left, and prints the stacks of those.
// Fuzzing and benchmarks are not checked.
func Check(code int) int {
	if code != 0 || set("test.fuzz") || set("test.bench") || set("test.list") {
		return code
	}
	left := Left(patience)
	if len(left) == 0 {
		return 0
	}
	fmt.Fprintf(os.Stderr, "FAIL: %d goroutines are left %s after the last test:\n\n%s\n", len(left), patience, strings.Join(left, "\n\n"))
	return 1
}

func set(name string) bool {
	f := flag.Lookup(name)
	return f != nil && f.Value.String() != ""
}

// Left waits until no goroutine runs beside the caller's, and returns the stacks of those that run when the time is over.
func Left(within time.Duration) []string {
	http.DefaultClient.CloseIdleConnections()
	deadline := time.Now().Add(within)
	for {
		left := others()
		if len(left) == 0 || time.Now().After(deadline) {
			return left
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// lasting are goroutines that live as long as the process, by a function in their stack.
var lasting = []string{
	"os/signal.signal_recv",      // the first signal.Notify starts it
	"internal/testbed.onSpawner", // starts programs; see there
	"testing.(*M).startAlarm",    // -timeout
	"testing.tRunner(",           // a parent test, where the caller is a test
	"testing.(*T).Run(",          //
	"runtime.ensureSigM",
}

// others are the stacks of all goroutines but the caller's and the lasting ones.
func others() (stacks []string) {
	buf := make([]byte, 1<<20)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	for i, stack := range strings.Split(strings.TrimSpace(string(buf)), "\n\n") {
		if i > 0 && !lasts(stack) { // the first is the caller's
			stacks = append(stacks, stack)
		}
	}
	return stacks
}

func lasts(stack string) bool {
	for _, f := range lasting {
		if strings.Contains(stack, f) {
			return true
		}
	}
	return false
}

package testbed

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const hangs = "TESTBED_HANGS"

// TestHangs is not a test by itself: TestServersDieWithTheTestBinary runs it in a process of its own and kills that.
func TestHangs(t *testing.T) {
	if os.Getenv(hangs) == "" {
		return
	}
	p := start(t, command{name: "sleep", log: filepath.Join(t.TempDir(), "log"), path: Program(t, "sleep"), args: []string{"300"}})
	fmt.Println("pid", p.cmd.Process.Pid)
	<-p.done
}

func TestServersDieWithTheTestBinary(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // only Linux ends children with their parent
	}
	parent := exec.Command(os.Args[0], "-test.run=^TestHangs$")
	parent.Env = append(os.Environ(), hangs+"=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	child := 0
	for lines := bufio.NewScanner(out); child == 0 && lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "pid "); ok {
			child, _ = strconv.Atoi(text)
		}
	}
	_ = parent.Process.Kill()
	_ = parent.Wait()
	if child == 0 {
		t.Fatal("the child did not start")
	}
	for deadline := time.Now().Add(10 * time.Second); !gone(child); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d lives on after its test was killed", child)
		}
	}
}

// A server that is killed and started again at once must not meet the processes that it had started itself.
func TestKillWaitsForWhatTheServerStarted(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	p := start(t, command{name: "parent", log: log, path: Program(t, "sh"),
		args: []string{"-c", "setsid sh -c 'echo lives; sleep 0.5; echo ends' & wait"}})
	says := func(what string) error {
		text, err := os.ReadFile(log)
		if err == nil && !strings.Contains(string(text), what) {
			err = fmt.Errorf("it has not said %q: %s", what, text)
		}
		return err
	}
	p.waitUntil(t, 10*time.Second, func() error { return says("lives") })
	p.kill()
	if err := says("ends"); err != nil {
		t.Errorf("what the killed process had started lives on: %v", err)
	}
}

// gone reports whether the process has ended; one that no one has waited for yet has ended too.
func gone(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}

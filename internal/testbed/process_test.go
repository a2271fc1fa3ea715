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

// gone reports whether the process has ended; one that nobody has waited for yet has ended too.
func gone(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}

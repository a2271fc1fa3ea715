package testbed

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is a server that a test has started. Its standard streams go to a file that is shown when the test fails.
type process struct {
	name  string
	log   string
	cmd   *exec.Cmd
	shown bool
	done  chan struct{} // closed once the process and all that it started have ended, and it has been waited for
}

// command says how to start a server.
type command struct {
	name string   // for messages: "broker 2"
	log  string   // file that standard output and error are appended to
	dir  string   // working folder; empty: the test's
	env  []string // added to the test's environment
	path string
	args []string
	as   *syscall.Credential // run as this user; nil: as the test (PostgreSQL refuses root)
}

// lastBreath is how long is waited for what an ended process has started itself.
const lastBreath = 10 * time.Second

// start runs the command in a process group of its own. The process dies with the test binary, however that ends (Linux), and at
// the latest at the end of the test.
func start(t testing.TB, c command) *process {
	t.Helper()
	out, err := os.OpenFile(c.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatalf("start %s: %v", c.name, err)
	}
	p := &process{name: c.name, log: c.log, done: make(chan struct{})}
	p.cmd = exec.Command(c.path, c.args...)
	// The output goes through a pipe, which ends with the last process that holds it: PostgreSQL's processes are groups of
	// their own, live on for a moment when it is killed, and keep a new server from starting.
	log := struct{ io.Writer }{out}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr, p.cmd.WaitDelay = c.dir, log, log, lastBreath
	p.cmd.Env = append(os.Environ(), c.env...)
	p.cmd.SysProcAttr = ownGroup(c.as)
	if err := onSpawner(p.cmd.Start); err != nil {
		_ = out.Close()
		t.Fatalf("start %s: %v", c.name, err)
	}
	go func() {
		_ = p.cmd.Wait() // the state says how it ended
		_ = out.Close()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.showIfFailed(t)
		p.kill()
	})
	return p
}

// showIfFailed prints the end of the log if the test has failed, once.
func (p *process) showIfFailed(t testing.TB) {
	if t.Failed() && !p.shown {
		p.shown = true
		t.Logf("last lines of %s (%s):\n%s", p.name, p.log, tail(p.log, 80))
	}
}

// ended reports whether the process is gone.
func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// stop asks the process to end and waits; after the grace it is killed.
func (p *process) stop(grace time.Duration) {
	p.signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(grace):
		p.kill()
	}
}

// kill ends the process and its children at once, as a crash would, and returns when it is gone.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.done
}

func (p *process) signal(s syscall.Signal) {
	if !p.ended() {
		_ = syscall.Kill(-p.cmd.Process.Pid, s) // the group; it may have ended this instant
	}
}

// waitUntil calls ready until it answers nil, the process ends or the time is over; the last two end the test.
func (p *process) waitUntil(t testing.TB, within time.Duration, ready func() error) {
	t.Helper()
	Await(t, within, func() error {
		err := ready()
		if err != nil && p.ended() {
			t.Fatalf("%s ended (%v) before it was ready: %v", p.name, p.cmd.ProcessState, err)
		}
		if err != nil {
			return fmt.Errorf("%s is not ready: %w", p.name, err)
		}
		return nil
	})
}

// tail returns the last n lines of the file.
func tail(path string, n int) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Sprintf("(no log: %v)", err)
	}
	lines := bytes.Split(bytes.TrimRight(b, "\n"), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-n):], []byte("\n")))
}

// Linux ends a child with the *thread* that started it, and Go ends threads at will. So all children are started
// from one goroutine that keeps its thread for the life of the test binary.
var (
	spawnOnce sync.Once
	spawns    = make(chan func())
)

func onSpawner(f func() error) error {
	spawnOnce.Do(func() {
		go func() {
			runtime.LockOSThread()
			for run := range spawns {
				run()
			}
		}()
	})
	result := make(chan error)
	spawns <- func() { result <- f() }
	return <-result
}

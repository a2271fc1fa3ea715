//go:build linux

package testbed

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Machine is this machine seen through a layer: what is installed in it, or written, is gone with the test. It shares the network.
type Machine struct {
	t      testing.TB
	holder *exec.Cmd
	root   string
}

// NewMachine makes a layer above the root file system, in a mount namespace of its own. It needs root.
func NewMachine(t testing.TB) *Machine {
	t.Helper()
	if os.Getuid() != 0 {
		Missing(t, "a file system of its own needs root")
	}
	dir := t.TempDir()
	if strings.ContainsAny(dir, ",: ") { // they separate the options of an overlay
		t.Fatalf("%s cannot be mounted: name the test without commas, colons and spaces", dir)
	}
	m := &Machine{t: t, root: filepath.Join(dir, "root")}
	// The layer's own folder cannot lie in what it covers, so that it is on a tmpfs.
	script := `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs ` + dir + `
mkdir ` + dir + `/upper ` + dir + `/work ` + m.root + `
mount -t overlay overlay -o lowerdir=/,upperdir=` + dir + `/upper,workdir=` + dir + `/work ` + m.root + `
mount -t proc proc ` + m.root + `/proc
mount --rbind /dev ` + m.root + `/dev
mount -t tmpfs tmpfs ` + m.root + `/run
echo ready
exec sleep 3600`
	m.holder = exec.Command("unshare", "--mount", "sh", "-c", script)
	m.holder.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var errs strings.Builder
	m.holder.Stderr = &errs
	out, err := m.holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := onSpawner(m.holder.Start); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = m.holder.Process.Kill() // it may have ended
		_ = m.holder.Wait()
	})
	if n, err := out.Read(make([]byte, 16)); n == 0 || err != nil {
		Missing(t, "a mount namespace with an overlay: %v: %s", err, errs.String())
	}
	return m
}

// Command runs a program in it, as root.
func (m *Machine) Command(name string, args ...string) *exec.Cmd {
	pid := m.holder.Process.Pid
	return exec.Command("nsenter", append([]string{"--target", strconv.Itoa(pid), "--mount", "chroot", m.root, name}, args...)...)
}

// Run runs a shell command in it and returns what it prints; the test fails when it does.
func (m *Machine) Run(command string) string {
	m.t.Helper()
	out, err := m.Command("sh", "-ec", command).CombinedOutput()
	if err != nil {
		m.t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

// Put copies a file of this machine into it.
func (m *Machine) Put(from, to string) {
	m.t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		m.t.Fatal(err)
	}
	cmd := m.Command("sh", "-ec", `cat > "$0"`, to)
	cmd.Stdin = strings.NewReader(string(text))
	if out, err := cmd.CombinedOutput(); err != nil {
		m.t.Fatalf("write %s: %v\n%s", to, err, out)
	}
}

//go:build linux

// Package packages tests the .deb as its users meet it: installed, started on a real broker, upgraded, removed.
package packages

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
)

const (
	root = "../.."
	date = "2026-03-02T10:00:00Z"
)

func TestPackages(t *testing.T) {
	b := newBuilder(t)
	before := b.pack("0.1.0")
	// That the program itself is the same bytes is shown by `make reproducible`.
	t.Run("reproducible", func(t *testing.T) { equal(t, before, b.pack("0.1.0")) })
	t.Run("installed", func(t *testing.T) { install(t, before, b.pack("0.1.1")) })
}

func install(t *testing.T, before, after string) {
	kafka := testbed.Kafka(t, testbed.Options{NoCounters: true})
	kafka.CreateTopic("orders", 3, nil)
	m := testbed.NewMachine(t)
	m.Put(before, "/tmp/before.deb")
	m.Put(after, "/tmp/after.deb")

	m.Run("dpkg --install /tmp/before.deb")
	if got := m.Run("mskfit version"); !strings.HasPrefix(got, "mskfit 0.1.0 (commit 0123456789ab, 2026-03-02)") {
		t.Errorf("installed is %s", got)
	}
	for path, want := range map[string]string{
		"/etc/mskfit": "750 root mskfit", "/etc/mskfit/mskfit.yaml": "640 root mskfit", "/var/lib/mskfit": "750 mskfit mskfit", "/usr/bin/mskfit": "755 root root",
		"/usr/lib/systemd/system/mskfit.service": "644 root root", "/usr/share/man/man1/mskfit-run.1": "644 root root",
		"/usr/share/bash-completion/completions/mskfit": "644 root root", "/usr/share/mskfit/schema/config.schema.json": "644 root root",
	} {
		if got := strings.TrimSpace(m.Run("stat -c '%a %U %G' " + path)); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}

	m.Run(fmt.Sprintf("sed -i 's/localhost:9092/%s/' /etc/mskfit/mskfit.yaml", kafka.Bootstrap()[0]))
	m.Run(`printf 'agent: {collect: "@every 1s", analyze: "@every 1s"}\nweb: {listen: "127.0.0.1:0"}\n' >> /etc/mskfit/mskfit.yaml`)
	work(t, m)
	kept := m.Run("ls /var/lib/mskfit")
	if !strings.Contains(kept, "ledger.db") || !strings.Contains(kept, "history") {
		t.Errorf("the data directory holds %s", kept)
	}

	m.Run("dpkg --install /tmp/after.deb")
	if got := m.Run("mskfit version"); !strings.HasPrefix(got, "mskfit 0.1.1 ") {
		t.Errorf("after the upgrade it is %s", got)
	}
	if got := m.Run("grep -c every /etc/mskfit/mskfit.yaml"); strings.TrimSpace(got) != "1" {
		t.Errorf("the upgrade has replaced the configuration")
	}
	work(t, m)

	m.Run("dpkg --remove mskfit")
	m.Run("test ! -e /usr/bin/mskfit && test -e /var/lib/mskfit/ledger.db && test -e /etc/mskfit/mskfit.yaml")
	m.Run("dpkg --purge mskfit")
	m.Run("test ! -e /var/lib/mskfit && test ! -e /etc/mskfit/mskfit.yaml")
}

// equal compares the packages beside two .debs.
func equal(t *testing.T, first, second string) {
	t.Helper()
	for _, pattern := range []string{"*.deb", "*.rpm"} {
		var sums [2][sha256.Size]byte
		for i, packed := range []string{first, second} {
			found, err := filepath.Glob(filepath.Join(filepath.Dir(packed), pattern))
			if err != nil || len(found) != 1 {
				t.Fatalf("%s: %d files, error %v", pattern, len(found), err)
			}
			data, err := os.ReadFile(found[0])
			if err != nil {
				t.Fatal(err)
			}
			sums[i] = sha256.Sum256(data)
		}
		if sums[0] != sums[1] {
			t.Errorf("%s: %x and then %x", pattern, sums[0], sums[1])
		}
	}
}

// work runs the service as the unit does, as its user, until it has read the broker.
func work(t *testing.T, m *testbed.Machine) {
	t.Helper()
	// The kernel forgets at the change of the user that the daemon is to end with the test: --pdeathsig says it again.
	as := m.Command("setpriv", "--reuid=mskfit", "--regid=mskfit", "--clear-groups", "--reset-env", "--no-new-privs", "--bounding-set=-all", "--pdeathsig=KILL")
	d := testbed.StartDaemon(t, "mskfit", "/etc/mskfit/mskfit.yaml", testbed.DaemonOptions{Prefix: as.Args})
	d.Await("the broker is read and there is a verdict", 2*time.Minute, func() bool {
		page, _ := d.Get("/metrics")
		return bytes.Contains(page, []byte(`mskfit_collect_success_timestamp_seconds{cluster="orders"`)) &&
			bytes.Contains(page, []byte(`mskfit_verdict_timestamp_seconds{cluster="orders"}`))
	})
	if code := d.Stop(syscall.SIGTERM); code != 0 {
		t.Errorf("SIGTERM ended it with exit code %d\n%s", code, d.Log())
	}
}

// builder makes packages. What takes long is done once: a program for each version, and the packer.
type builder struct {
	t        *testing.T
	programs map[string]string
	packer   string
}

func newBuilder(t *testing.T) *builder {
	t.Helper()
	testbed.Program(t, "dpkg")
	b := &builder{t: t, programs: map[string]string{}, packer: filepath.Join(t.TempDir(), "packer")}
	b.command("deployments/verify", "go", "build", "-o", b.packer, "./packages")
	return b
}

// pack makes the packages of a version in a folder of their own and returns the .deb.
func (b *builder) pack(version string) string {
	b.t.Helper()
	program := b.programs[version]
	if program == "" {
		program = testbed.Mskfit(b.t, "-buildvcs=false", "-ldflags",
			"-s -w -buildid= -X main.version="+version+" -X main.commit=0123456789abcdef -X main.date="+date)
		b.programs[version] = program
	}
	b.command(".", "sh", "-ec", `rm -rf dist-files && mkdir -p dist-files/man
"$0" man dist-files/man
for shell in bash zsh fish; do "$0" completion $shell > dist-files/mskfit.$shell; done`, program)
	out := b.t.TempDir()
	b.command(".", b.packer, "-binary", program, "-version", version, "-arch", runtime.GOARCH, "-date", date, "-out", out)
	debs, err := filepath.Glob(filepath.Join(out, "*.deb"))
	if err != nil || len(debs) != 1 {
		b.t.Fatalf("%d packages, error %v", len(debs), err)
	}
	return debs[0]
}

// command runs a program in a folder of the repository.
func (b *builder) command(folder, name string, args ...string) {
	b.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = filepath.Join(root, folder)
	if text, err := cmd.CombinedOutput(); err != nil {
		b.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, text)
	}
}

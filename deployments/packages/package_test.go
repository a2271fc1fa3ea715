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
	// The versions are of one length, and numbers that the program has nowhere else: see builder.deb.
	before, after = "0.1.7001", "0.1.7002"
)

func TestPackages(t *testing.T) {
	b := newBuilder(t)
	t.Run("reproducible", func(t *testing.T) { b.reproducible(t) })
	t.Run("installed", func(t *testing.T) { install(t, b.deb(t, before), b.deb(t, after)) })
}

func install(t *testing.T, old, upgraded string) {
	kafka := testbed.Kafka(t, testbed.Options{NoCounters: true})
	kafka.CreateTopic("orders", 3, nil)
	m := testbed.NewMachine(t)
	m.Run("rm -f /var/lib/man-db/auto-update") // Debian's index of all manual pages, which dpkg would rebuild each time
	m.Put(old, "/tmp/before.deb")
	m.Put(upgraded, "/tmp/after.deb")

	m.Run("dpkg --install /tmp/before.deb")
	if got := m.Run("mskfit version"); !strings.HasPrefix(got, "mskfit "+before+" (commit 0123456789ab, 2026-03-02)") {
		t.Errorf("installed is %s", got)
	}
	for path, want := range map[string]string{
		"/etc/mskfit": "750 root mskfit", "/etc/mskfit/mskfit.yaml": "640 root mskfit", "/var/lib/mskfit": "750 mskfit mskfit",
		"/usr/bin/mskfit":                        "755 root root",
		"/usr/lib/systemd/system/mskfit.service": "644 root root", "/usr/share/man/man1/mskfit-run.1": "644 root root",
		"/usr/share/bash-completion/completions/mskfit": "644 root root",
		"/usr/share/mskfit/schema/config.schema.json":   "644 root root",
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
	if got := m.Run("mskfit version"); !strings.HasPrefix(got, "mskfit "+after+" ") {
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

// work runs the service as the unit does, as its user, until it has read the broker.
func work(t *testing.T, m *testbed.Machine) {
	t.Helper()
	// The kernel forgets at the change of the user that the daemon is to end with the test: --pdeathsig says it again.
	as := m.Command("setpriv", "--reuid=mskfit", "--regid=mskfit", "--clear-groups", "--reset-env", "--no-new-privs",
		"--bounding-set=-all", "--pdeathsig=KILL")
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

// builder makes packages. What takes long is done once: the packer, the program, and what it writes for packages.
type builder struct {
	t       *testing.T
	program []byte
	packer  string
}

func newBuilder(t *testing.T) *builder {
	t.Helper()
	testbed.Program(t, "dpkg")
	b := &builder{t: t, packer: filepath.Join(t.TempDir(), "packer")}
	b.command("deployments/verify", "go", "build", "-o", b.packer, "./packages")
	program := testbed.Mskfit(t, "-buildvcs=false", "-ldflags",
		"-s -w -buildid= -X main.version="+before+" -X main.commit=0123456789abcdef -X main.date="+date)
	b.command(".", "sh", "-ec", `rm -rf dist-files && mkdir -p dist-files/man
"$0" man dist-files/man
for shell in bash zsh fish; do "$0" completion $shell > dist-files/mskfit.$shell; done`, program)
	text, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	b.program = text
	return b
}

// deb makes the .deb of a version. The program of another version is the same one with another number in it: to link it again takes
// longer than the rest of the test.
func (b *builder) deb(t *testing.T, version string) string {
	t.Helper()
	if !bytes.Contains(b.program, []byte(before)) {
		t.Fatalf("the program does not contain its version %s", before)
	}
	return packed(t, b.pack(t, bytes.ReplaceAll(b.program, []byte(before), []byte(version)), version, "-format", "deb"), "deb")
}

// reproducible packs the same files twice. The program is a stand-in of a few blocks of the compressors; that the real one is
// the same bytes in two builds is shown by make reproducible.
func (b *builder) reproducible(t *testing.T) {
	program := make([]byte, 4<<20)
	for i := range program {
		program[i] = byte(i * i >> 7)
	}
	first, second := b.pack(t, program, before), b.pack(t, program, before)
	for _, format := range []string{"deb", "rpm"} {
		if a, b := sum(t, packed(t, first, format)), sum(t, packed(t, second, format)); a != b {
			t.Errorf("%s: %s and then %s", format, a, b)
		}
	}
}

// pack makes packages in a folder of their own.
func (b *builder) pack(t *testing.T, program []byte, version string, flags ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	file := filepath.Join(t.TempDir(), "mskfit")
	if err := os.WriteFile(file, program, 0o755); err != nil {
		t.Fatal(err)
	}
	b.command(".", b.packer, append(flags, "-binary", file, "-version", version, "-arch", runtime.GOARCH, "-date", date, "-out",
		dir)...)
	return dir
}

// packed is the one package of a format in a folder.
func packed(t *testing.T, dir, format string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*."+format))
	if err != nil || len(found) != 1 {
		t.Fatalf("%d .%s, error %v", len(found), format, err)
	}
	return found[0]
}

func sum(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
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

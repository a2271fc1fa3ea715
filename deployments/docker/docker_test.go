//go:build linux

// Package docker tests the program under what its image gives it: no libc, no shell, a user without privileges, and a root file
// system that is read-only. No container engine is needed.
package docker

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/demo"
	"github.com/mskfit/mskfit/internal/testbed"
)

const maxBytes = 70_000_000 // of the image: the base has two, and the rest is the program

const config = `data_directory: /var/lib/mskfit
web: {listen: "127.0.0.1:PORT"}
agent: {collect: "@every 5s", analyze: "@every 5s"}
clusters: [{name: shop, kafka: {bootstrap: ["BROKER"]}}]
`

func TestProgramInAnEmptyReadOnlyRoot(t *testing.T) {
	if os.Getuid() != 0 {
		testbed.Missing(t, "a mount namespace needs root")
	}
	t.Setenv("CGO_ENABLED", "0")
	program := testbed.Mskfit(t, "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=") // as a release
	if info, err := os.Stat(program); err != nil || info.Size() > maxBytes-2_500_000 {
		t.Errorf("the program has %d bytes, which makes an image beyond %d: %v", info.Size(), maxBytes, err)
	}
	shop, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shop.Close)
	root := t.TempDir()
	for _, dir := range []string{"usr/local/bin", "etc/mskfit", "var/lib/mskfit", "tmp"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	text := strings.NewReplacer("PORT", testbed.FreePort(t), "BROKER", shop.Bootstrap()[0]).Replace(config)
	if err := os.WriteFile(filepath.Join(root, "etc/mskfit/mskfit.yaml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(program, filepath.Join(root, "usr/local/bin/mskfit")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}

	// The data and /tmp are volumes; all else is read-only. The shell stays, so that the kernel ends its namespace of processes
	// with the test.
	script := `set -e
mount --make-rprivate /
mount --bind "$0" "$0"
mount -t tmpfs -o uid=65532,gid=65532,mode=700 tmpfs "$0/var/lib/mskfit"
mount -o remount,bind,ro "$0"
env -i unshare --root="$0" --setuid 65532 --setgid 65532 "$@"
exit`
	inside := []string{"unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script, root}
	healthcheck := func(flags ...string) error {
		args := append(inside[1:len(inside):len(inside)], "/usr/local/bin/mskfit", "healthcheck", "-c", "/etc/mskfit/mskfit.yaml")
		if out, err := exec.Command(inside[0], append(args, flags...)...).CombinedOutput(); err != nil {
			return fmt.Errorf("healthcheck %v: %w\n%s", flags, err, out)
		}
		return nil
	}
	d := testbed.StartDaemon(t, "/usr/local/bin/mskfit", "/etc/mskfit/mskfit.yaml", testbed.DaemonOptions{Prefix: inside})
	d.AwaitNil(time.Minute, func() error { return healthcheck() })
	d.AwaitNil(time.Minute, func() error { return healthcheck("--ready") })
	if code := d.Stop(syscall.SIGTERM); code != 0 {
		t.Errorf("SIGTERM ended it with exit code %d", code)
	}
	if strings.Contains(d.Log(), `"level":"error"`) {
		t.Errorf("it complains:\n%s", d.Log())
	}
	// Without the daemon the health check fails, so that its success says something.
	if healthcheck() == nil {
		t.Error("healthy without a daemon")
	}
}

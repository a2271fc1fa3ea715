//go:build linux

// Package docker tests the program under what its image gives it: no libc, no shell, a user without privileges, and a root file system that is
// read-only. No container engine is needed.
package docker

import (
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
agent: {collect: "@every 1s", analyze: "@every 1s"}
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

	inside := func(args ...string) *exec.Cmd {
		// The data and /tmp are volumes; all else is read-only.
		script := `set -e
mount --make-rprivate /
mount --bind "$0" "$0"
mount -t tmpfs -o uid=65532,gid=65532,mode=700 tmpfs "$0/var/lib/mskfit"
mount -o remount,bind,ro "$0"
exec unshare --root="$0" --setuid 65532 --setgid 65532 "$@"`
		cmd := exec.Command("unshare", append([]string{"--mount", "sh", "-c", script, root, "/usr/local/bin/mskfit"}, args...)...)
		cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin"}
		return cmd
	}
	var log strings.Builder
	daemon := inside("run", "-c", "/etc/mskfit/mskfit.yaml", "--log-format", "json")
	daemon.Stderr = &log
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		_ = daemon.Process.Signal(syscall.SIGTERM) // it may have ended
		if err := daemon.Wait(); err != nil {
			t.Errorf("SIGTERM ended it with %v\n%s", err, log.String())
		}
	}
	t.Cleanup(stop)
	deadline := time.Now().Add(time.Minute)
	for _, flag := range []string{"", "--ready"} {
		for {
			args := []string{"healthcheck", "-c", "/etc/mskfit/mskfit.yaml"}
			if flag != "" {
				args = append(args, flag)
			}
			out, err := inside(args...).CombinedOutput()
			if err == nil {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("healthcheck %s: %v\n%s", flag, err, out)
			}
			time.Sleep(200 * time.Millisecond) // polled, with a deadline
		}
	}
	stop()
	if strings.Contains(log.String(), `"level":"error"`) {
		t.Errorf("it complains:\n%s", log.String())
	}
	// Without the daemon the health check fails, so that its success says something.
	if out, err := inside("healthcheck", "-c", "/etc/mskfit/mskfit.yaml").CombinedOutput(); err == nil {
		t.Errorf("healthy without a daemon: %s", out)
	}
}

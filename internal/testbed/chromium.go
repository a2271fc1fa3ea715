package testbed

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Page is what a real browser made of an address.
type Page struct {
	DOM     string   // the document after its scripts have run
	Console []string // what the page's scripts and the browser complained of
	PNG     []byte   // the picture of the window
}

// Dark is the flag with which pages see a reader who prefers dark colours.
const Dark = "--blink-settings=preferredColorScheme=0"

// Browse opens the address (http or file) in a headless Chromium with a window of that size and returns what it shows once the
// page has loaded and its scripts are done. The browser reaches 127.0.0.1 and nothing else. More flags of Chromium may follow:
// [Dark] for one.
func Browse(t testing.TB, url string, width, height int, flags ...string) Page {
	t.Helper()
	program := Program(t, "chromium", "chromium-browser", "google-chrome")
	dir := dataDir(t)
	picture := filepath.Join(dir, "page.png")
	args := []string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--hide-scrollbars", "--user-data-dir=" + filepath.Join(dir, "profile"),
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--enable-logging=stderr", "--virtual-time-budget=5000",
		fmt.Sprintf("--window-size=%d,%d", width, height), "--screenshot=" + picture, "--dump-dom",
	}
	args = append(append(args, flags...), url)
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.SysProcAttr = ownGroup(nil)
	cmd.WaitDelay = 5 * time.Second
	if err := onSpawner(cmd.Start); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("Chromium opens %s: %v\n%s", url, err, stderr.Bytes())
	}
	page := Page{DOM: stdout.String()}
	for line := range strings.Lines(stderr.String()) {
		if strings.Contains(line, ":CONSOLE") {
			page.Console = append(page.Console, strings.TrimSpace(line))
		}
	}
	png, err := os.ReadFile(picture)
	if err != nil {
		t.Fatalf("Chromium took no picture of %s: %v", url, err)
	}
	page.PNG = png
	return page
}

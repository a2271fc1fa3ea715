package testbed

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// PrometheusOptions says how a Prometheus server is set up. The zero value has no data and scrapes nothing.
type PrometheusOptions struct {
	// Config is the configuration file's text; empty: no scrape jobs.
	Config string
	// Files are further files, by name, next to the configuration: rules, or a list of targets.
	Files map[string]string
	// History is OpenMetrics text with timestamps in seconds, ended by "# EOF"; it is there from the start.
	History string
	// WebConfig is the text of a web configuration file (TLS, basic authentication); empty: none. Ready is not waited for over TLS.
	WebConfig string
	// RemoteWrite has the server accept remote writes at /api/v1/write.
	RemoteWrite bool
}

// Prometheus starts a Prometheus server and returns its address, "http://127.0.0.1:port", once it is ready. It ends with the test.
func Prometheus(t testing.TB, o PrometheusOptions) (url string) {
	t.Helper()
	prometheus := Program(t, "prometheus")
	dir := dataDir(t)
	if o.Config == "" {
		o.Config = "global: {scrape_interval: 1s}\n"
	}
	files := map[string][]byte{filepath.Join(dir, "prometheus.yml"): []byte(o.Config)}
	for name, text := range o.Files {
		files[filepath.Join(dir, name)] = []byte(text)
	}
	port := freePorts(t, 1)[0]
	args := []string{
		"--config.file=" + filepath.Join(dir, "prometheus.yml"),
		"--storage.tsdb.path=" + filepath.Join(dir, "data"),
		"--storage.tsdb.retention.time=10y", // history of any age stays
		fmt.Sprintf("--web.listen-address=127.0.0.1:%d", port),
	}
	ready := "/-/ready"
	if o.WebConfig != "" {
		web := filepath.Join(dir, "web.yml")
		files[web] = []byte(o.WebConfig)
		args = append(args, "--web.config.file="+web)
		ready = ""
	}
	if o.RemoteWrite {
		args = append(args, "--web.enable-remote-write-receiver")
	}
	if err := writeFiles(files); err != nil {
		t.Fatalf("set up Prometheus: %v", err)
	}
	if o.History != "" {
		backfill(t, dir, o.History)
	}
	p := start(t, command{name: "Prometheus", log: filepath.Join(dir, "log"), dir: dir, path: prometheus, args: args})
	url = fmt.Sprintf("http://127.0.0.1:%d", port)
	if ready != "" {
		p.awaitHTTP(t, url+ready)
	} else {
		p.awaitPort(t, port)
	}
	return url
}

// backfill makes blocks of the history in the server's data folder.
func backfill(t testing.TB, dir, history string) {
	t.Helper()
	promtool := Program(t, "promtool")
	input := filepath.Join(dir, "history.txt")
	if err := os.WriteFile(input, []byte(history), 0o644); err != nil {
		t.Fatalf("set up Prometheus: %v", err)
	}
	cmd := exec.Command(promtool, "tsdb", "create-blocks-from", "openmetrics", input, filepath.Join(dir, "data"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("set up Prometheus's history: %v\n%s", err, out)
	}
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/mskfit/mskfit/internal/demo"
)

// The commands of the documents do what the documents show, in the order of docs/testdata/commands.yaml: a newcomer's folder, a
// broker with some load, and no daemon.
func TestDocumentedCommands(t *testing.T) {
	text, err := os.ReadFile("../../docs/testdata/commands.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var table []struct {
		Command string
		Run     any
		Exit    int
		Prints  []string
	}
	if err := yaml.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	kafka, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kafka.Close)
	broker := kafka.Bootstrap()[0]
	dir := newcomersFolder(t, broker)
	var messages atomic.Int32
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { messages.Add(1) }))
	t.Cleanup(hook.Close)
	writeText(t, filepath.Join(dir, "alerts.yaml"), fmt.Sprintf("data_directory: ./alerts-data\nweb: {listen: \"127.0.0.1:0\"}\n"+
		"clusters: [{name: orders, kafka: {bootstrap: [%q]}}]\nalerts: {targets: {hook: {webhook: {url: %q}}}}\n", broker,
		hook.URL))
	stand := strings.NewReplacer("kafka-1:9092,kafka-2:9092", broker, "kafka:9092", broker, "127.0.0.1:9092", broker, "--for 10m",
		"--for 2s",
		"data_directory: ./mskfit-data", "agent: {once_interval: 3s}\nweb: {listen: \"127.0.0.1:0\"}\ndata_directory: ./mskfit-data") // the usual port may be taken
	ran := 0
	for _, d := range table {
		line, given := d.Run.(string)
		if !given && d.Run != true {
			continue
		}
		if !given {
			line = d.Command
		}
		ran++
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		cmd := exec.CommandContext(ctx, "sh", "-c", stand.Replace(line))
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME="+dir)
		cmd.WaitDelay = time.Second
		out, err := cmd.CombinedOutput()
		cancel()
		if code := cmd.ProcessState.ExitCode(); code != d.Exit {
			t.Errorf("%s: exit status %d, want %d (%v)\n%s", line, code, d.Exit, err, out)
		}
		for _, want := range d.Prints {
			if !bytes.Contains(bytes.ToLower(out), []byte(strings.ToLower(want))) {
				t.Errorf("%s: the output lacks %q\n%s", line, want, out)
			}
		}
	}
	if messages.Load() == 0 {
		t.Error("check --send-test has sent no message")
	}
	if ran < 35 {
		t.Errorf("%d commands ran: that cannot be all", ran)
	}
}

// newcomersFolder has the files that the documents' commands name.
func newcomersFolder(t *testing.T, broker string) string {
	t.Helper()
	dir := t.TempDir()
	workloads, err := filepath.Abs("../../configs")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(workloads, filepath.Join(dir, "configs")); err != nil {
		t.Fatal(err)
	}
	for name, example := range map[string]string{"ecommerce.yaml": "ecommerce.yaml", "game.yaml": "gaming.yaml"} {
		text, err := os.ReadFile(filepath.Join(workloads, "workloads", example))
		if err != nil {
			t.Fatal(err)
		}
		writeText(t, filepath.Join(dir, name), string(text))
	}
	overlay := "schema: mskfit/catalog-overlay/v1\nwritten_at: 2026-11-22T16:00:00Z\nprices:\n  date: \"2026-01-01\"\n  source: contract\n  negotiated: true\n" +
		"  regions: {us-east-1: {express_data_in_gb: 0.008}}\n"
	writeText(t, filepath.Join(dir, "overlay.yaml"), overlay)
	writeText(t, filepath.Join(dir, "our-contract.yaml"), overlay)
	writeText(t, filepath.Join(dir, "requirements.yaml"), "requirements: {operations_team: false, extra_readers: 1}\n")
	writeText(t, filepath.Join(dir, "msk.yaml"), "data_directory: ./msk-data\nmsk: [{regions: [us-east-1]}]\n")
	var fleet strings.Builder
	fleet.WriteString("data_directory: ./fleet-data\nagent: {once_interval: 3s}\nclusters:\n")
	for i := range 6 {
		fmt.Fprintf(&fleet, "  - {name: c%d, kafka: {bootstrap: [\"%s\"]}}\n", i, broker)
	}
	writeText(t, filepath.Join(dir, "fleet.yaml"), fleet.String())
	return dir
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

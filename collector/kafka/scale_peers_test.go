//go:build linux

package kafka

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/scale"
	"github.com/mskfit/mskfit/internal/testbed"
)

// measurePeer scrapes another exporter of the cluster as often as mskfit has swept it. Its requests are those that the brokers
// counted meanwhile, which includes a few of their own.
func measurePeer(t *testing.T, out *scale.Cost, path string, c *testbed.Cluster, scrapes int) {
	t.Helper()
	port := testbed.FreePort(t)
	cmd := exec.Command(path)
	switch out.Program {
	case "kminion":
		cmd.Env = append(os.Environ(), "KAFKA_BROKERS="+strings.Join(c.Bootstrap(), ","), "EXPORTER_HOST=127.0.0.1", "EXPORTER_PORT="+port)
	case "kafka_exporter":
		cmd.Args = append(cmd.Args, "--web.listen-address=127.0.0.1:"+port)
		for _, b := range c.Bootstrap() {
			cmd.Args = append(cmd.Args, "--kafka.server="+b)
		}
	default:
		t.Fatalf("%q is not a program to compare with: kminion, kafka_exporter", out.Program)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	defer func() { _ = cmd.Process.Kill() }()
	client := http.Client{Timeout: time.Minute}
	page := func() error {
		resp, err := client.Get("http://127.0.0.1:" + port + "/metrics")
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	testbed.Await(t, time.Minute, page)
	before, held := counters(t, c), []float64(nil)
	for range scrapes {
		wall, _ := spent(func() {
			if err := page(); err != nil {
				t.Fatal(err)
			}
		})
		sizes, err := measure.Memory(cmd.Process.Pid)
		if err != nil {
			t.Fatal(err)
		}
		out.Wall, held = append(out.Wall, wall), append(held, sizes["RssAnon"])
	}
	for api, n := range counters(t, c).Since(before).Requests {
		if !strings.HasPrefix(api, "Fetch") && !strings.Contains(api, "Heartbeat") && !strings.Contains(api, "Vote") {
			out.Requests += float64(n) / float64(scrapes)
		}
	}
	out.Anonymous = measure.Median(held)
}

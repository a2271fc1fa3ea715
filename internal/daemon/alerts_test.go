package daemon

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/config"
)

const quietConfig = `
data_directory: %s
web: {listen: "127.0.0.1:0"}
clusters: [{name: shop, kafka: {bootstrap: ["127.0.0.1:1"], backfill: 0s}}]
alerts:
  maintenance: [{schedule: "0 2 * * 0", duration: 2h}, {start: 2020-01-01T00:00:00Z, end: 2020-01-02T00:00:00Z}]
  targets: {hook: {webhook: {url: "http://127.0.0.1:1/gone"}}}
`

// What is declared over HTTP silences the next analysis, and is over once it is ended; what was not delivered is listed.
func TestMaintenanceAndUndeliveredMessagesOverHTTP(t *testing.T) {
	cfg, err := config.Parse("mskfit.yaml", []byte(fmt.Sprintf(quietConfig, t.TempDir())), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), cfg, Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx, nil) }()
	ask := func(method, path, body string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, method, "http://"+d.listener.Addr().String()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		return resp.Status + " " + string(text)
	}
	silent := func() bool {
		t.Helper()
		spans, err := d.ledger.Maintenances(ctx, d.now())
		if err != nil {
			t.Fatal(err)
		}
		return len(spans) == 1 && spans[0].Active(d.now())
	}
	if got := ask("POST", "/api/v1/maintenance", `{"duration": "1h", "clusters": ["shop"]}`); !strings.HasPrefix(got, "201") ||
		!silent() {
		t.Errorf("declared: %s, silent %t", got, silent())
	}
	if got := ask("GET", "/api/v1/status", ""); !strings.Contains(got, `"from": "api"`) ||
		!strings.Contains(got, `"schedule": "0 2 * * 0"`) || strings.Contains(got, "2020-01-01") {
		t.Errorf("status: %s", got)
	}
	if got := ask("DELETE", "/api/v1/maintenance/1", ""); !strings.HasPrefix(got, "204") || silent() {
		t.Errorf("ended: %s, silent %t", got, silent())
	}
	test := alert.TestMessage("hook", "", d.now())
	if err := d.ledger.Post(ctx, []alert.Envelope{{Target: "hook", Message: test}}); err != nil {
		t.Fatal(err)
	}
	d.current.Load().deliver.Wake()
	within(t, d, "the message waits for its second attempt", func() bool {
		var got struct {
			Waiting []struct {
				Title, Target string
				LastError     string `json:"last_error"`
				CreatedAt     time.Time
			}
		}
		_, body, _ := strings.Cut(ask("GET", "/api/v1/alerts/undelivered", ""), "OK ")
		return json.Unmarshal([]byte(body), &got) == nil && len(got.Waiting) == 1 && got.Waiting[0].Title == test.Title &&
			strings.Contains(got.Waiting[0].LastError, "nothing is listening on this port")
	})
	cancel()
	if err := <-done; err != nil {
		t.Errorf("run: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

package targets

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/alert"
)

// Every target must say all that makes an alert worth having, each in its own form.
func TestEveryTargetSaysEverything(t *testing.T) {
	m := alert.ExampleMessage()
	m.Report = nil
	m.Items = m.Items[:1]
	got := map[string]string{"sns": ""}
	text, err := alert.DefaultTemplate().Render(m, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	got["sns"] = text
	for kind, section := range map[string]string{
		"slack": "slack: {url: '%s'}", "teams": "teams: {url: '%s'}", "webhook": "webhook: {url: '%s'}",
		"alertmanager": "alertmanager: {url: '%s'}",
		"pagerduty":    "pagerduty: {routing_key: 0123456789abcdef0123456789abcdef, url: '%s'}",
	} {
		body := ""
		srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			data, _ := io.ReadAll(r.Body)
			body += string(data)
		}))
		c, err := load("targets: {a: {" + strings.Replace(section, "%s", srv.URL, 1) + "}}")
		if err != nil {
			t.Fatal(err)
		}
		built, err := c.Build(t.Context(), Deps{Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		if err := alert.Send(t.Context(), built["a"], m); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		srv.Close()
		got[kind] = body
	}
	for kind, body := range got {
		for what, want := range map[string][]string{
			"what":       {"ingress per cluster", "ingress p99 164 MB/s is 82 % of the quota of 200 MB/s"},
			"since":      {"2026-03-02 10:00", "2026-03-02T10:00:00Z"},
			"why":        {"topic orders +21 MB/s (70 % of the change)", `"name":"orders","change":21000000,"share":0.7`},
			"when":       {"expected to pass the limit on 2026-03-11 (between 2026-03-09 and 2026-03-15)"},
			"what to do": {"spread it over 2 Serverless clusters: clicks to one of their own"},
			"how sure":   {"derived, ±1 %"},
			"where":      {"https://mskfit.example.com/clusters/shop"},
		} {
			found := false
			for _, form := range want {
				found = found || strings.Contains(body, form)
			}
			if !found {
				t.Errorf("%s does not say %s (%q):\n%s", kind, what, want, body)
			}
		}
	}
}

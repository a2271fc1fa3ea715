package targets

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// load reads an alerts section, and reports its problems as people see them.
func load(text string) (Config, error) {
	c := DefaultConfig()
	doc, _ := yamlfile.Decode("mskfit.yaml", []byte(text), &c)
	return c, doc.Report(c.Validate())
}

const good = `
external_url: https://mskfit.example.com
targets:
  ops-slack: {slack: {token: xoxb-secret, channel: "#ops", mention: {critical: here}}}
  hook: {slack: {url: https://hooks.slack.com/services/secret}}
  topic: {sns: {topic_arn: "arn:aws:sns:eu-central-1:123456789012:alerts"}}
  other: {webhook: {url: https://example.com/secret, secret: abc}}
  prom: {alertmanager: {url: "http://127.0.0.1:9093"}}
  office: {teams: {url: https://example.com/workflows/secret}}
  oncall: {pagerduty: {routing_key: 0123456789abcdef0123456789abcdef}}
routes:
  - {targets: [oncall], severities: [critical]}
  - {targets: [ops-slack, topic], clusters: [prod-*]}
`

func TestEveryKindIsBuilt(t *testing.T) {
	c, err := load(good)
	if err != nil {
		t.Fatal(err)
	}
	regions := ""
	built, err := c.Build(t.Context(), Deps{Now: time.Now, Log: zerolog.Nop(),
		AWS: func(_ context.Context, region string) (aws.Config, error) {
			regions += region
			return aws.Config{Region: region}, nil
		}})
	if err != nil || len(built) != 7 || regions != "eu-central-1" {
		t.Errorf("%d targets, asked AWS for %q, %v", len(built), regions, err)
	}
	mirrors := ""
	for _, r := range alert.Recipients(built) {
		if r.Mirrors {
			mirrors += r.Name + " "
		}
	}
	if mirrors != "oncall prom " {
		t.Errorf("mirrors are %q", mirrors)
	}
	if got := c.Statements(); len(got) != 1 || got[0].Resource[0] != "arn:aws:sns:eu-central-1:123456789012:alerts" {
		t.Errorf("statements %+v", got)
	}
	if c.Targets["prom"].Alertmanager.Keep != 192*time.Hour || !c.Targets["ops-slack"].Slack.Chart {
		t.Error("defaults are not filled in")
	}
}

func TestWhatCannotWorkIsReportedWithItsPlace(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.tmpl")
	if err := os.WriteFile(bad, []byte("{{.Nothing}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ text, want string }{
		{"targets: {a: {}}", "mskfit.yaml:1:14: targets.a: sets no destination: give one of alertmanager, pagerduty, slack, sns, teams, webhook"},
		{"targets: {a: {teams: {url_file: /x}, webhook: {url_file: /y}}}",
			"targets.a: sets teams and webhook at once: give each its own target"},
		{"targets: {a: {slak: {}}}", `targets.a.slak: unknown key: did you mean "slack"?`},
		{"targets: {a b: {teams: {url_file: /x}}}", "targets.a b: cannot be a name"},
		{"targets:\n  a:\n    slack:\n      url: nonsense", "mskfit.yaml:4:12: targets.a.slack.url: is not a URL"},
		{"targets: {a: {slack: {url_file: /x, template_file: " + bad + "}}}",
			"targets.a.slack.template_file: cannot be used: template"},
		{"targets: {a: {sns: {topic_arn: 'arn:aws:sns:us-east-1:123456789012:x', template_file: " + dir + "/none}}}",
			"targets.a.sns.template_file: open " + dir + "/none: no such file"},
		{"repeat_interval: 300h\ntargets: {a: {alertmanager: {url_file: /x}}}",
			"targets.a.alertmanager.keep: 192h0m0s is not longer than alerts.repeat_interval (300h0m0s)"},
		{"repeat_interval: 0s\ntargets: {a: {alertmanager: {url_file: /x}}}",
			"targets.a.alertmanager.keep: an alert is never repeated"},
		{"routes: [{targets: [b]}]\ntargets: {a: {teams: {url_file: /x}}}",
			`routes[0].targets[0]: there is no target "b": the targets are [a]`},
		{"external_url: 'https://user:secret@example.com'", "external_url: is not the URL of the dashboard"},
	} {
		_, err := load(tc.text)
		if err == nil || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%s:\ngot  %v\nwant %s", tc.text, err, tc.want)
		}
	}
	if _, err := load("{}"); err != nil {
		t.Errorf("no alerts at all: %v", err)
	}
}

func TestSendTest(t *testing.T) {
	var body []byte
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gone" {
			w.WriteHeader(http.StatusGone)
			return
		}
		body, _ = io.ReadAll(r.Body)
	}))
	defer srv.Close()
	c, err := load("targets: {good: {webhook: {url: '" + srv.URL + "/here'}}, bad: {webhook: {url: '" + srv.URL + "/gone'}}}")
	if err != nil {
		t.Fatal(err)
	}
	built, err := c.Build(t.Context(), Deps{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	built["broken"] = panics{}
	got := SendTest(t.Context(), built, "https://mskfit.example.com/", time.Now())
	if len(got) != 3 || got[0].Target != "bad" || got[0].Err == nil || got[1].Target != "broken" || got[1].Err == nil ||
		got[2].Target != "good" || got[2].Err != nil {
		t.Errorf("results %v", got)
	}
	for _, want := range []string{`"kind":"test"`, `"title":"mskfit: test message to good"`,
		`"link":"https://mskfit.example.com"`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
}

func TestFilesOfSecretsMustBeReadable(t *testing.T) {
	c, err := load(`targets:
  a: {slack: {url_file: /nowhere/a}}
  b: {slack: {token_file: /nowhere/b, channel: ops}}
  c: {webhook: {url_file: /nowhere/c1, secret_file: /nowhere/c2}}
  d: {alertmanager: {url_file: /nowhere/d}}
  e: {teams: {url_file: /nowhere/e}}
  f: {pagerduty: {routing_key_file: /nowhere/f}}
  g: {webhook: {url: "http://127.0.0.1:1"}}
  h: {sns: {topic_arn: "arn:aws:sns:us-east-1:123456789012:x"}}`)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{"a": {"a"}, "b": {"b"}, "c": {"c1", "c2"}, "d": {"d"}, "e": {"e"}, "f": {"f"},
		"g": nil, "h": nil} {
		err := c.Readable(name)
		if (err == nil) != (want == nil) {
			t.Errorf("%s: %v", name, err)
		}
		for _, file := range want {
			if err == nil || !strings.Contains(err.Error(), "open /nowhere/"+file+": no such file") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

type panics struct{}

func (panics) Send(context.Context, alert.Message) error { panic(errors.New("boom")) }

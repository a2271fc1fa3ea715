package targets

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/verdict"
)

// hostile is the example with names that no one should have.
func hostile(name string) alert.Message {
	m := alert.ExampleMessage()
	m.Report = nil
	m.Cluster, m.Title = name, name+": "+m.Title
	for i := range m.Items {
		m.Items[i].Action = "topic " + name + ": more partitions"
		m.Items[i].TopContributors = []verdict.Contributor{{Kind: "topic", Name: name, Change: 1e6, Share: 1, Unit: "bytes/s"},
			{Kind: "group", Name: name, Change: 1, Share: 0.1, Unit: "bytes/s"}}
	}
	return m
}

// most is how many bytes of a request each target takes; the webhook and Alertmanager set no limit of their own.
var most = map[string]int{"slack": 100 << 10, "sns": 3 * 256 << 10, "teams": 28 << 10, "pagerduty": 512 << 10, "webhook": 1 << 30,
	"alertmanager": 1 << 30}

func TestNamesThatNobodyShouldHaveReachEveryTarget(t *testing.T) {
	for what, name := range map[string]string{
		"a topic's longest name": strings.Repeat("t", 249), "far too long": strings.Repeat("name-", 20_000),
		"not ASCII": "注文-größe-zakázka-🛒", "right to left": "\u202eorders", "controls": "a\x00b\x1b[31m\r\nSubject: x",
		"not UTF-8": "a\xff\xfeb",
		"markup":    "<!channel> *bold* `code` [a](http://x) {{.Title}} <script>", "all emoji": strings.Repeat("👩‍👩‍👧‍👦", 200),
		"empty": "",
	} {
		got, url := taking(t)
		for kind, target := range built(t, url, zerolog.Nop()) {
			if err := alert.Send(t.Context(), target, hostile(name)); err != nil {
				t.Errorf("%s: %s: %v", what, kind, err)
			}
			for _, body := range got.got[kind] {
				if !utf8.ValidString(body) || len(body) > most[kind] {
					t.Errorf("%s: %s got %d bytes, valid: %t", what, kind, len(body), utf8.ValidString(body))
				}
			}
		}
	}
}

func TestTenThousandFiringRulesReachEveryTarget(t *testing.T) {
	m := alert.ExampleMessage()
	m.Report = nil
	one := m.Items[0]
	m.Items = nil
	for i := range 10_000 {
		one.Key = fmt.Sprintf("serverless.rule%d", i)
		m.Items = append(m.Items, one)
	}
	got, url := taking(t)
	for kind, target := range built(t, url, zerolog.Nop()) {
		began := time.Now()
		told := m
		if kind != "pagerduty" && kind != "alertmanager" { // as planned: see TestTenThousandRulesMakeOneReadableMessage
			told.Items, told.Omitted = m.Items[:alert.MaxItems], len(m.Items)-alert.MaxItems
		}
		if err := alert.Send(t.Context(), target, told); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		requests, largest := len(got.got[kind]), 0
		for _, body := range got.got[kind] {
			largest = max(largest, len(body))
		}
		t.Logf("%s: %d requests, the largest of %d bytes, in %s", kind, requests, largest,
			time.Since(began).Round(time.Millisecond))
		if want := map[bool]int{true: 10_000, false: 1}[kind == "pagerduty"]; requests != want {
			t.Errorf("%s got %d requests, want %d", kind, requests, want)
		}
	}
}

package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/verdict"
)

// drift is the example without its report.
func driftMessage() alert.Message {
	m := alert.ExampleMessage()
	m.Report = nil
	return m
}

func encoded(t *testing.T, m alert.Message) string {
	t.Helper()
	blocks := Blocks(m)
	if err := Check(blocks); err != nil {
		t.Errorf("the blocks break Slack's limits: %v", err)
	}
	data, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestBlocksSayEverything(t *testing.T) {
	got := encoded(t, driftMessage())
	for what, want := range map[string]string{
		"heading": `:large_orange_circle: shop: warning: ingress per cluster at 82 % of the limit and 2 more`,
		"what":    `*RAISED* · *ingress per cluster*\n` + "`████████████████░░░░` *82 %* · 164 of 200 MB/s",
		"since":   "since 2026-03-02 10:00 UTC",
		"why":     "*Why:* moved most since 2026-02-23: topic orders +21 MB/s (70 % of the change)",
		"when":    "when: expected to pass the limit on 2026-03-11 (between 2026-03-09 and 2026-03-15)",
		"do":      "*Do:* cluster: spread it over 2 Serverless clusters",
		"sure":    "how sure: derived, ±1 %", "peaks": "peaks of 28 days",
		"where": `"url":"https://mskfit.example.com/clusters/shop"`,
		"more":  "and 1 more, on the dashboard", "open": "3 alerts are open", "choice": "needs MSK Serverless, $1,299.60 a month",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s: no %q in\n%s", what, want, got)
		}
	}
}

func TestReportBlocks(t *testing.T) {
	m := alert.ExampleMessage()
	m.Kind, m.Items, m.Title = alert.KindReport, nil, "weekly report"
	for i := range alert.MaxRows - 2 {
		row := m.Report.Clusters[0]
		row.Cluster = fmt.Sprintf("shop-%d", i)
		m.Report.Clusters = append(m.Report.Clusters, row)
	}
	m.Report.Omitted = 7
	got := encoded(t, m)
	for _, want := range []string{"*$1,299.60 a month for 26 of 27 clusters; 1 undecided*",
		"*shop* · MSK Serverless, $1,299.60 a month (was 3 × express.m7g.large); today $1,840.00",
		"*lab* · undecided", "and 7 more clusters, on the dashboard"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// A name may hold anything: a consumer group called <!channel> must not call the channel.
func TestNamesCannotCallOrLink(t *testing.T) {
	m := driftMessage()
	m.Title, m.Items[0].Title = "<!channel> & <https://evil.example.com|click>", "`*<@U0123456789>*`"
	m.Items[0].TopContributors[0].Name = "<!everyone>"
	m.Items[0].Reason, m.Items[0].Action = "a\r\nb\x00<c>", "<!here>"
	got := encoded(t, m)
	for _, bad := range []string{`\u003c!`, `\u003c@`, `\u003chttps://evil`, "<!", "<@"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q is in\n%s", bad, got)
		}
	}
}

func TestEscape(t *testing.T) {
	for _, tc := range []struct {
		in    string
		limit int
		want  string
	}{
		{"a & b < c > d", 100, "a &amp; b &lt; c &gt; d"}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"a&b", 6, "a…"},
		{"a&bc", 7, "a&amp;…"}, {"a&b", 5, "a…"}, {"a&b", 7, "a&amp;b"},
		{"üüüü", 3, "üü…"}, {"😀😀", 3, "😀…"}, {"😀😀", 4, "😀😀"}, {"a\tb\nc", 9, "a b\nc"}, {"", 5, ""}, {"abc", 1, "…"},
		{"abc", 0, ""},
	} {
		if got := escape(tc.in, tc.limit); got != tc.want || units(got) > tc.limit {
			t.Errorf("escape(%q, %d) = %q, want %q", tc.in, tc.limit, got, tc.want)
		}
	}
}

// Whatever a message holds, its blocks keep Slack's limits and are text.
func TestBlocksKeepTheLimits(t *testing.T) {
	words := rapid.OneOf(rapid.StringN(0, 30, -1), rapid.Just(strings.Repeat("ü", 5000)), rapid.Just(strings.Repeat("&<>", 3000)),
		rapid.Just(strings.Repeat("😀", 4000)), rapid.Just("\x00\r\n"))
	rapid.Check(t, func(t *rapid.T) {
		text := func(label string) string { return words.Draw(t, label) }
		number := func(label string) *float64 {
			v := rapid.Float64Range(-1e30, 1e30).Draw(t, label)
			return &v
		}
		m := alert.Message{Kind: alert.KindDrift, Title: text("title"), Cluster: text("cluster"), Region: text("region"),
			Link: text("link"), Severity: drift.LevelCritical,
			Choice: &verdict.Choice{Kind: verdict.Express, Size: text("size")}, Omitted: 3}
		for range rapid.IntRange(0, alert.MaxItems).Draw(t, "items") {
			i := alert.Item{State: alert.Raised, Title: text("item"), Reason: text("reason"), Action: text("action"),
				Sure: text("sure"), When: text("when"), Unit: text("unit"),
				Utilization: number("utilization"), Observed: number("observed"), Limit: number("limit"), Since: time.Now()}
			for range 3 {
				i.TopContributors = append(i.TopContributors, verdict.Contributor{Kind: "topic", Name: text("mover"),
					Change: *number("change"), Unit: "bytes/s"})
			}
			for range 28 {
				i.DailyPeaks = append(i.DailyPeaks, alert.DayPeak{Value: *number("peak")})
			}
			m.Items = append(m.Items, i)
		}
		if rapid.Bool().Draw(t, "report") {
			m.Kind, m.Items, m.Report = alert.KindReport, nil, &alert.Report{Omitted: 9}
			for range alert.MaxRows {
				m.Report.Clusters = append(m.Report.Clusters,
					alert.ReportRow{Cluster: text("row"), Reason: text("why"), Binding: text("binding"), Utilization: number("use"),
						Link:    text("page"),
						Changes: []string{text("c1"), text("c2"), text("c3"), text("c4"), text("c5")}, Action: text("do"),
						Choice: &verdict.Choice{Kind: verdict.Standard, Size: text("kind")}})
			}
		}
		blocks := Blocks(m)
		if err := Check(blocks); err != nil {
			t.Fatal(err)
		}
		if data, err := json.Marshal(blocks); err != nil || !utf8.Valid(data) {
			t.Fatalf("no text: %v", err)
		}
	})
}

func TestCheckSeesWhatSlackRefuses(t *testing.T) {
	m := driftMessage()
	blocks := Blocks(m)
	for len(blocks) <= maxBlocks {
		blocks = append(blocks, section("x"))
	}
	blocks = append(blocks, section(strings.Repeat("ü", maxSection+1)), section(""))
	err := Check(blocks)
	for _, want := range []string{"53 blocks, at most 50", "has 3001 characters, from 1 to 3000", "has 0 characters"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}

func TestMentionsAreForWhatIsNewAndAsSevere(t *testing.T) {
	target := New(Config{Mention: map[string]string{"critical": "here", "warning": "S012345678"}}, Options{})
	text := func(m alert.Message) string {
		blocks, err := target.blocks(m)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := json.Marshal(blocks[1])
		return string(data)
	}
	m := driftMessage()
	if got := text(m); !strings.Contains(got, `!subteam^S012345678`) {
		t.Errorf("a warning mentions no one: %s", got)
	}
	m.Severity, m.Items[0].Level = drift.LevelCritical, drift.LevelCritical
	if got := text(m); !strings.Contains(got, `!here`) {
		t.Errorf("a critical alert mentions no one: %s", got)
	}
	m.Items = m.Items[:1]
	m.Items[0].State = alert.Reminder
	if got := text(m); strings.Contains(got, "!here") {
		t.Errorf("a reminder calls: %s", got)
	}
}

func TestTemplates(t *testing.T) {
	tpl, err := alert.ParseTemplate("mine", "*{{.Cluster}}* <{{len .Items}}>")
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := New(Config{}, Options{Template: &tpl}).blocks(driftMessage())
	data, _ := json.Marshal(blocks)
	if err != nil || !strings.Contains(string(data), `*shop* \u0026lt;2\u0026gt;`) || Check(blocks) != nil {
		t.Errorf("%s (%v, %v)", data, err, Check(blocks))
	}
}

func TestValidate(t *testing.T) {
	for _, tc := range []struct{ yaml, want string }{
		{`{}`, "url: missing: give url (an incoming webhook), or token and channel (a bot)"},
		{`{url: "https://hooks.slack.com/x", token: "xoxb-1"}`, "url: cannot be combined with a token"},
		{`{token: "xoxb-1"}`, "channel: missing"}, {`{token: "xoxb-1", channel: "a b"}`, `channel: "a b" is not a channel`},
		{`{token: "xoxb-1", token_file: /x, channel: c}`, "token_file: the token is given twice"},
		{`{url: "hooks.slack.com/secret"}`, "url: is not a URL"},
		{`{url: "https://hooks.slack.com/x", channel: "#a"}`, "channel: an incoming webhook posts to its own channel"},
		{`{url_file: /x, mention: {info: here, critical: everybody}}`, `mention.info: is not a severity`},
		{`{url_file: /x, mention: {critical: everybody}}`, `mention.critical: "everybody" cannot be mentioned`},
		{`{url_file: /x, timeout: 5m}`, "timeout: 5m0s is out of range"},
		{`{token_file: /x, channel: "#betrieb-münchen"}`, ""}, {`{url_file: /x, mention: {critical: U0123456789}}`, ""},
	} {
		err := parsed(t, tc.yaml).Validate()
		switch {
		case tc.want == "" && err != nil, tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
			t.Errorf("%s: %v, want %q", tc.yaml, err, tc.want)
		case err != nil && strings.Contains(err.Error(), "xoxb-1") || err != nil &&
			strings.Contains(err.Error(), "hooks.slack.com"):
			t.Errorf("%s: the error shows a secret: %v", tc.yaml, err)
		}
	}
}

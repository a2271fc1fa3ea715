package slack

import (
	"bytes"
	"errors"
	"image/png"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
)

func TestTheWebhookGetsBlocksAndAFallback(t *testing.T) {
	d := newDouble(t)
	target, log := hookTarget(d)
	if err := send(t, target, log, driftMessage()); err != nil {
		t.Fatal(err)
	}
	if c := d.calls[0]; !c.blocks || c.text != "shop: warning: ingress per cluster at 82 % of the limit and 2 more" ||
		len(d.calls) != 1 {
		t.Errorf("calls %+v", d.calls)
	}
}

// A redirect may lead to an address inside the network that no one meant to reach: it is not followed.
func redirects(t *testing.T) (http.HandlerFunc, *int) {
	hits := 0
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits++ }))
	t.Cleanup(inside.Close)
	return func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, inside.URL, http.StatusTemporaryRedirect)
	}, &hits
}

func TestWhatSlackMayAnswer(t *testing.T) {
	redirect, hits := redirects(t)
	for _, tc := range []struct {
		name      string
		answer    http.HandlerFunc
		permanent bool
		after     time.Duration
		contains  string
	}{
		{"limited", status(429, "30", "rate_limited"), false, 30 * time.Second, ""},
		{"limited for a day", status(429, "86400", ""), false, time.Hour, ""},
		{"limited without a time", status(429, "", ""), false, 0, "429"},
		{"fault", status(500, "", "oops"), false, 0, "500 Internal Server Error"},
		{"bad gateway", status(502, "", "<html>"), false, 0, "502"},
		{"no such method", status(404, "", ""), true, 0, "404"},
		{"no answer", hangs, false, 0, ""},
		{"an answer without end", dribbles, false, 0, ""},
		{"redirect", redirect, true, 0, "307"},
		{"deleted webhook, revoked token", nil, true, 0, ""},
	} {
		for _, way := range []string{"hook", "chat.postMessage"} {
			t.Run(tc.name+" "+way, func(t *testing.T) {
				d := newDouble(t)
				switch tc.name {
				case "no answer", "an answer without end":
					d.patience = 300 * time.Millisecond
				}
				target, log := hookTarget(d)
				if way != "hook" {
					target, log = botTarget(d, &memory{})
				}
				d.answers[way] = tc.answer
				if tc.answer == nil {
					d.answers["hook"], d.answers["chat.postMessage"] = status(404, "", "no_service"),
						code200(`{"ok": false, "error": "token_revoked"}`)
				}
				err := send(t, target, log, driftMessage())
				var r *alert.Refusal
				if !errors.As(err, &r) || r.Permanent != tc.permanent || r.After != tc.after ||
					!strings.Contains(err.Error(), tc.contains) {
					t.Errorf("got %v (%+v)", err, r)
				}
			})
		}
	}
	if *hits > 0 {
		t.Errorf("the redirect was followed %d times", *hits)
	}
}

// The API answers 200 with ok: false.
func TestWhatTheAPIRefuses(t *testing.T) {
	for code, want := range map[string]struct {
		permanent bool
		contains  string
	}{
		"channel_not_found": {true, "invite the bot"}, "invalid_auth": {true, "check token or token_file"},
		"is_archived":   {true, "name another"},
		"missing_scope": {true, "chat:write"}, "ratelimited": {false, "slack answered ratelimited"},
		"internal_error": {false, "slack answered internal_error"},
		"something_new":  {false, "slack answered something_new"},
	} {
		d := newDouble(t)
		target, log := botTarget(d, nil)
		d.answers["chat.postMessage"] = code200(`{"ok": false, "error": "` + code + `"}`)
		err := send(t, target, log, driftMessage())
		var r *alert.Refusal
		if !errors.As(err, &r) || r.Permanent != want.permanent || !strings.Contains(err.Error(), want.contains) {
			t.Errorf("%s: %v (%+v)", code, err, r)
		}
	}
}

func TestBlocksThatAreRefusedAreSentAsText(t *testing.T) {
	for way, refusal := range map[string]http.HandlerFunc{"hook": status(400, "", "invalid_blocks"),
		"chat.postMessage": code200(`{"ok": false, "error": "invalid_blocks"}`)} {
		d := newDouble(t)
		target, log := hookTarget(d)
		if way != "hook" {
			target, log = botTarget(d, nil)
		}
		first := true
		d.answers[way] = func(w http.ResponseWriter, r *http.Request) {
			if first {
				first = false
				refusal(w, r)
				return
			}
			code200(`{"ok": true, "channel": "C1", "ts": "1.1"}`)(w, r)
		}
		if err := send(t, target, log, driftMessage()); err != nil {
			t.Errorf("%s: %v", way, err)
		}
		if len(d.calls) != 2 || d.calls[1].blocks || !strings.Contains(d.calls[1].text, "what to do: cluster: spread it") {
			t.Errorf("%s: calls %+v", way, d.calls)
		}
	}
}

// at is the example as one of several messages on a cluster.
func at(id string, state alert.ItemState, level drift.Level, open int) alert.Message {
	m := driftMessage()
	m.ID, m.StillOpen, m.Severity = id, open, level
	m.Items = m.Items[:1]
	m.Items[0].State, m.Items[0].Level = state, level
	return m
}

const upload = "files.getUploadURLExternal, upload, files.completeUploadExternal in thread "

func TestAConversation(t *testing.T) {
	d, threads := newDouble(t), &memory{}
	target, log := botTarget(d, threads)
	for _, step := range []struct {
		what string
		m    alert.Message
		want string
	}{
		{"the first message, with a chart", at("a", alert.Raised, drift.LevelWarning, 1), "chat.postMessage, " + upload + "1"},
		{"the same again, after a crash", at("a", alert.Raised, drift.LevelWarning, 1), ""},
		{"another rule: a reply, and the first message brought up to date", at("b", alert.Raised, drift.LevelWarning, 2),
			"chat.postMessage in thread 1, " + upload + "1, chat.update of 1"},
		{"critical: shown in the channel too", at("c", alert.Raised, drift.LevelCritical, 2),
			"chat.postMessage in thread 1 aloud, " + upload + "1, chat.update of 1"},
		{"one is over", at("d", alert.Resolved, drift.LevelOK, 1), "chat.postMessage in thread 1, chat.update of 1"},
		{"the last is over", at("e", alert.Resolved, drift.LevelOK, 0), "chat.postMessage in thread 1, chat.update of 1"},
		{"a new one begins a new conversation", at("f", alert.Raised, drift.LevelWarning, 1), "chat.postMessage, " + upload + "9"},
	} {
		skip := len(d.calls)
		if err := send(t, target, log, step.m); err != nil {
			t.Errorf("%s: %v", step.what, err)
		}
		if got := strings.Join(d.got()[skip:], ", "); got != step.want {
			t.Errorf("%s:\ngot  %s\nwant %s", step.what, got, step.want)
		}
	}
	if len(d.files) != 4 {
		t.Errorf("%d charts, want 4", len(d.files))
	}
	if img, err := png.Decode(bytes.NewReader(d.files[0])); err != nil || img.Bounds().Dx() != chartWidth {
		t.Errorf("the chart is no picture: %v", err)
	}
	if log.Len() > 0 {
		t.Errorf("log: %s", log)
	}
}

func TestAConversationThatIsGoneStartsAnew(t *testing.T) {
	d, threads := newDouble(t), &memory{}
	target, log := botTarget(d, threads)
	first, second := at("a", alert.Raised, drift.LevelWarning, 1), at("b", alert.Raised, drift.LevelWarning, 2)
	if err := send(t, target, log, first); err != nil {
		t.Fatal(err)
	}
	refused := false
	d.answers["chat.postMessage"] = func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("thread_ts") != "" {
			refused = true
			code200(`{"ok": false, "error": "message_not_found"}`)(w, r)
			return
		}
		code200(`{"ok": true, "channel": "C2", "ts": "2.2"}`)(w, r)
	}
	if err := send(t, target, log, second); err != nil || !refused {
		t.Errorf("got %v, asked in the thread: %t", err, refused)
	}
	if got := d.got(); !slices.Contains(got[4:], "chat.postMessage") {
		t.Errorf("no new message: %q", got)
	}
	// Another channel, or a conversation of four weeks ago, is no place to reply to either.
	late := at("c", alert.Reminder, drift.LevelWarning, 2)
	late.At = late.At.AddDate(0, 0, 29)
	d.calls = nil
	if err := send(t, target, log, late); err != nil || d.got()[0] != "chat.postMessage" {
		t.Errorf("%v, %q", err, d.got())
	}
}

// What is beside the message must not keep it from being delivered, or have it sent twice.
func TestTheAlertIsDeliveredWhateverElseFails(t *testing.T) {
	for name, arrange := range map[string]func(*double, *memory){
		"no upload":   func(d *double, _ *memory) { d.answers["files.getUploadURLExternal"] = status(500, "", "") },
		"slow upload": func(d *double, _ *memory) { d.answers["upload"], d.patience = hangs, time.Second },
		"upload scope": func(d *double, _ *memory) {
			d.answers["files.completeUploadExternal"] = code200(`{"ok": false, "error": "missing_scope"}`)
		},
		"update denied": func(d *double, _ *memory) {
			d.answers["chat.update"] = code200(`{"ok": false, "error": "cant_update_message"}`)
		},
		"no ledger": func(_ *double, m *memory) { m.err = errors.New("disk full") },
	} {
		d, threads := newDouble(t), &memory{}
		arrange(d, threads)
		target, log := botTarget(d, threads)
		for _, m := range []alert.Message{at("a", alert.Raised, drift.LevelWarning, 1),
			at("b", alert.Raised, drift.LevelWarning, 2)} {
			if err := send(t, target, log, m); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		posts := 0
		for _, line := range d.got() {
			if strings.HasPrefix(line, "chat.postMessage") {
				posts++
			}
		}
		if posts != 2 || log.Len() == 0 {
			t.Errorf("%s: %d messages; log %q", name, posts, log)
		}
	}
}

func TestChartsOfOddDays(t *testing.T) {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	limit := 10.0
	for name, i := range map[string]alert.Item{
		"all zero": {DailyPeaks: []alert.DayPeak{{Day: day}, {Day: day.AddDate(0, 0, 1)}, {Day: day.AddDate(0, 0, 2)}}},
		"a hole":   {DailyPeaks: []alert.DayPeak{{Day: day, Value: 1}, {Day: day.AddDate(0, 0, 9), Value: 2}}, Limit: &limit},
		"floors alone": {DailyPeaks: []alert.DayPeak{{Day: day, Value: 1, Floor: true},
			{Day: day.AddDate(0, 0, 1), Value: 2, Floor: true}}},
		"one day": {DailyPeaks: []alert.DayPeak{{Day: day, Value: 3e9}}, Unit: "bytes/s", Title: strings.Repeat("ü", 500)},
	} {
		if data, err := Chart("shop", i); err != nil || !bytes.HasPrefix(data, []byte("\x89PNG")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package daemon

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/alert/webhook"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/verdict"
)

var kills = flag.Int("kills", 20, "how often the alerting process is killed")

// The child of the test: a process that raises one alert after the other and delivers them, until it is killed.
const (
	alertingDir = "MSKFIT_TEST_ALERTING_DIR"
	alertingURL = "MSKFIT_TEST_ALERTING_URL"
	alertingEnd = "MSKFIT_TEST_ALERTING_END"
)

// intended lists, before it is committed, and committed, after it was, what the child has raised: one number a line.
const intended, committed = "intended", "committed"

// TestAlertingChild is the child. It does nothing in a run of its own.
func TestAlertingChild(t *testing.T) {
	dir := os.Getenv(alertingDir)
	if dir == "" {
		return
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	keep, err := openAdapter(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer keep.Close()
	target := webhook.New(webhook.Config{URL: secret.New(os.Getenv(alertingURL)), Timeout: 10 * time.Second}, time.Now)
	deliverer := alert.NewDeliverer(map[string]alert.Target{"hook": target}, keep, func(string, string, string) {}, time.Now,
		zerolog.Nop())
	done := make(chan error, 1)
	go func() { done <- deliverer.Run(ctx) }()
	notifier := alert.NewNotifier(alert.DefaultConfig(),
		alert.Deps{Recipients: []alert.Recipient{{Name: "hook"}}, Store: keep, Wake: deliverer.Wake, Now: time.Now,
			Log: zerolog.Nop()})
	if os.Getenv(alertingEnd) != "" {
		drain(t, keep)
	} else {
		raiseForEver(t, keep, notifier, dir)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func openAdapter(ctx context.Context, dir string) (*ledgerAdapter, error) {
	cfg := ledger.DefaultConfig()
	cfg.File = filepath.Join(dir, "ledger.db")
	l, err := ledger.Open(ctx, cfg, ledger.Options{Now: time.Now, Log: zerolog.Nop()})
	if err != nil {
		return nil, err
	}
	return &ledgerAdapter{Ledger: l, now: time.Now}, nil
}

// raiseForEver raises alert after alert. The drift state counts them, so that a restart goes on where the ledger is.
func raiseForEver(t *testing.T, keep *ledgerAdapter, notifier *alert.Notifier, dir string) {
	state, err := keep.DriftState(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	for n := len(state.Rules); ; n++ {
		key := fmt.Sprintf("rule-%06d", n)
		note(t, dir, intended, key)
		rules := map[string]drift.RuleState{key: {Level: drift.LevelWarning}}
		for k, v := range state.Rules {
			rules[k] = v
		}
		state.Rules = rules
		u := 0.85
		event := drift.Event{Cluster: "shop", Key: key, Kind: drift.EventRaised, Level: drift.LevelWarning,
			Rule: &verdict.Rule{ID: key, Title: key, Utilization: &u}}
		if err := notifier.Notify(t.Context(), verdict.Verdict{Cluster: "shop"}, state, []drift.Event{event}); err != nil {
			t.Fatal(err)
		}
		note(t, dir, committed, key)
	}
}

func note(t *testing.T, dir, file, line string) {
	f, err := os.OpenFile(filepath.Join(dir, file), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteString(line + "\n")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// drain waits until the outbox is empty.
func drain(t *testing.T, keep *ledgerAdapter) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		waiting, err := keep.Undelivered(t.Context(), false, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(waiting) == 0 {
			return
		}
		<-tick.C
	}
}

// receiver logs the idempotency keys that it gets, in order, and which alerts each brought.
type receiver struct {
	mu     sync.Mutex
	counts map[string]int
	rules  map[string]string // by key
	// rounds are the kills so far; repeats counts the copies that came in each.
	round   int
	repeats map[int]int
}

func (r *receiver) ServeHTTP(_ http.ResponseWriter, req *http.Request) {
	var m alert.Message
	if err := json.NewDecoder(req.Body).Decode(&m); err != nil || len(m.Items) != 1 {
		return // cut off by a kill
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	id := req.Header.Get("Idempotency-Key")
	if r.counts[id]++; r.counts[id] > 1 {
		r.repeats[r.round]++
	}
	r.rules[id] = m.Items[0].Key
}

// Killed at any instant between detection and delivery, no alert is lost, and at most the one in flight comes twice.
func TestKillingTheAlertingLosesNothing(t *testing.T) {
	got := &receiver{counts: map[string]int{}, rules: map[string]string{}, repeats: map[int]int{}}
	hook := httptest.NewServer(got)
	defer hook.Close()
	dir := t.TempDir()
	for round := range *kills {
		got.mu.Lock()
		got.round = round
		got.mu.Unlock()
		killAfter(t, dir, hook.URL, time.Duration(20+rand.IntN(400))*time.Millisecond)
	}
	got.mu.Lock()
	got.round = *kills
	got.mu.Unlock()
	last := child(dir, hook.URL)
	last.Env = append(last.Env, alertingEnd+"=1")
	if out, err := last.CombinedOutput(); err != nil {
		t.Fatalf("the last run: %v\n%s", err, out)
	}
	got.mu.Lock()
	defer got.mu.Unlock()
	told := map[string]int{}
	for _, rule := range got.rules {
		told[rule]++
	}
	raised, begun, lost := lines(t, dir, committed), lines(t, dir, intended), 0
	for rule := range raised {
		switch told[rule] {
		case 0:
			lost++
			t.Errorf("%s was committed and never came", rule)
		case 1:
		default:
			t.Errorf("%s came as %d different messages", rule, told[rule])
		}
	}
	for rule := range told {
		if !begun[rule] {
			t.Errorf("%s came and was never raised", rule)
		}
	}
	copies := 0
	for round, n := range got.repeats {
		if copies += n; n > 1 {
			t.Errorf("after kill %d, %d messages came again: only the one in flight may", round, n)
		}
	}
	if len(raised) < *kills {
		t.Errorf("only %d alerts in %d lives: the kills came too early to prove anything", len(raised), *kills)
	}
	t.Logf("%d kills, %d alerts, %d lost, %d came twice", *kills, len(raised), lost, copies)
}

func child(dir, url string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], "-test.run", "^TestAlertingChild$")
	cmd.Env = append(os.Environ(), alertingDir+"="+dir, alertingURL+"="+url)
	return cmd
}

// killAfter starts the child and kills it once it has begun to raise alerts and the delay is over.
func killAfter(t *testing.T, dir, url string, delay time.Duration) {
	t.Helper()
	before := len(lines(t, dir, intended))
	cmd := child(dir, url)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(30 * time.Second)
	for len(lines(t, dir, intended)) == before {
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill()
			t.Fatal("the child raises nothing")
		}
		time.Sleep(time.Millisecond)
	}
	time.Sleep(delay) // the random instant
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
}

// lines are the whole lines of one of the child's lists.
func lines(t *testing.T, dir, file string) map[string]bool {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	out := map[string]bool{}
	start := 0
	for i, b := range data {
		if b == '\n' {
			out[string(data[start:i])] = true
			start = i + 1
		}
	}
	return out
}

//go:build unix

package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/faults"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

var kills = flag.Int("kills", 20, "how often the daemon is killed")

const (
	// killsPerRound is after how many kills a round ends with a look at everything, and the next one begins from nothing.
	killsPerRound = 20
	// longestLife bounds how long a daemon lives: what it does at its start and while it reads back falls into it.
	longestLife = 3 * time.Second
	// pastHours is how old the oldest record of the broker is.
	pastHours = 72
	// backfillSpan is the default of a cluster's backfill.
	backfillSpan = 14 * 24 * time.Hour
)

// Killed at any instant while it collects, decides and reads back, the daemon starts again, its ledger is consistent, nothing that
// the history had taken is lost, and nothing that is read back twice counts twice.
func TestKillingTheDaemonLosesNothing(t *testing.T) {
	r := faults.Begin(t, "kill -9 of the daemon at random instants",
		"the next start recovers; nothing that was kept is lost, and nothing "+
			"counts twice")
	c := testbed.Kafka(t, testbed.Options{NoCounters: true})
	c.CreateTopic("orders", 4, map[string]string{"retention.ms": "-1"})
	end := time.Now().Truncate(time.Hour)
	sent := sendPast(t, c, end)
	keepSending(t, c)
	var all toll
	for left := *kills; left > 0; left -= killsPerRound {
		k := &killing{t: t, end: end, sent: sent, dir: t.TempDir(), began: time.Now(), acknowledged: time.Now(), toll: &all}
		k.file = daemonFile(t, k.dir, everySecond+
			fmt.Sprintf("clusters:\n  - name: orders\n    kafka: {bootstrap: [%q], backfill_lookups: 80}\n", c.Bootstrap()[0]))
		for range min(left, killsPerRound) {
			k.live(time.Duration(math.Pow(rand.Float64(), 2) * float64(longestLife))) // more of the short ones
			k.check()
			if t.Failed() {
				t.Fatalf("after kill %d: see above", all.kills)
			}
		}
		k.finish()
	}
	r.Observed("%d kills; %d verdicts and %d values, none lost", all.kills, all.verdicts, all.values)
	t.Logf("%d kills: %d in the start, %d while reading back, %d later; %d verdicts in the ledgers, %d values in the histories",
		all.kills, all.early, all.reading, all.kills-all.early-all.reading, all.verdicts, all.values)
	if all.reading < *kills/10 || all.verdicts == 0 {
		t.Errorf("the kills came where they prove nothing")
	}
}

// toll counts over all rounds.
type toll struct{ kills, early, reading, verdicts, values int }

// killing is one round on one data directory.
type killing struct {
	t         *testing.T
	dir, file string
	end       time.Time // of the past that was sent
	sent      map[time.Time]int
	began     time.Time
	toll      *toll
	ledger    ledgerSeen
	// values is how many the history held after the last kill.
	values int
	// acknowledged is how far back the daemon has reported that it had read, and verdict the newest verdict that it has shown.
	acknowledged time.Time
	verdict      time.Time
}

// live starts the daemon, watches what it reports, and kills it.
func (k *killing) live(span time.Duration) {
	k.t.Helper()
	d := &daemonProcess{testbed.StartDaemon(k.t, "mskfit", k.file, testbed.DaemonOptions{NoWait: true}), k.t}
	deadline, ratio := time.After(span), 0.0
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for alive := true; alive; {
		select {
		case <-deadline:
			alive = false
		case <-tick.C:
			if state := d.Ended(); state != nil {
				k.t.Fatalf("it ended by itself with %v", state)
			}
			ratio = max(ratio, k.watch(d))
		}
	}
	d.Kill()
	k.toll.kills++
	switch {
	case d.URL == "":
		k.toll.early++
	case ratio < 1:
		k.toll.reading++
	}
}

// watch notes what the daemon reports as kept, and returns how far it has read back.
func (k *killing) watch(d *daemonProcess) (ratio float64) {
	if d.URL == "" {
		d.Serves()
		return 0
	}
	asked := time.Now()
	c, found := d.clusters()["orders"]
	if !found {
		return 0
	}
	if c.VerdictAt != nil && c.VerdictAt.After(k.verdict) {
		k.verdict = *c.VerdictAt
	}
	back := c.Sources[0].Backfill
	if back == nil {
		return 0
	}
	// The span ended at most a minute before.
	reached := asked.Add(-time.Duration(*back * float64(backfillSpan))).Add(2 * time.Minute)
	if oldest := k.end.Add(-(pastHours - 1) * time.Hour); reached.Before(oldest) {
		reached = oldest
	}
	if reached.Before(k.acknowledged) {
		k.acknowledged = reached
	}
	return *back
}

// check looks at what a killed daemon has left, without opening anything for writing.
func (k *killing) check() {
	k.t.Helper()
	k.ledger.check(k.t, filepath.Join(k.dir, "data", "ledger.db"), k.verdict)
	s := k.reader()
	if s == nil {
		return
	}
	defer s.Close()
	minutes := minutesKept(k.t, s, "orders", history.Messages)
	n := len(minutes) + len(minutesKept(k.t, s, "orders", history.Ingress))
	if n < k.values {
		k.t.Errorf("%d values in the history, %d after the kill before", n, k.values)
	}
	k.values = n
	for m := k.acknowledged.Unix()/60 + 1; m < k.began.Unix()/60; m++ {
		if !minutes[m] {
			k.t.Errorf("it reported that it had read back to %s, and %s is not in the history", k.acknowledged, time.Unix(m*60, 0))
			return
		}
	}
}

// reader opens the history; nil when the daemon was killed before there was one.
func (k *killing) reader() *history.Store {
	k.t.Helper()
	cfg := history.DefaultConfig()
	cfg.Dir = filepath.Join(k.dir, "data", "history")
	if !cfg.Kept() {
		return nil
	}
	s, err := history.OpenReader(cfg, history.Options{Log: zerolog.Nop()})
	if err != nil {
		k.t.Fatal(err)
	}
	return s
}

// finish lets the daemon read the rest, ends it clean, and holds the history against what was sent.
func (k *killing) finish() {
	k.t.Helper()
	k.t.Logf("20 lives have read back %s", k.began.Sub(k.acknowledged).Round(time.Minute))
	d := startDaemon(k.t, k.file)
	d.hasKept("orders")
	d.stop()
	k.check()

	s := k.reader()
	defer s.Close()
	for from := k.end.Add(-pastHours * time.Hour); from.Before(k.end.Add(-6 * time.Hour)); from = from.Add(6 * time.Hour) {
		want := 0
		for h := range 6 {
			want += k.sent[from.Add(time.Duration(h)*time.Hour)]
		}
		w, err := s.Workload(k.t.Context(), "orders", workload.Window{Start: from, End: from.Add(6 * time.Hour)})
		if err != nil {
			k.t.Fatal(err)
		}
		got := 0.0
		if w.MessagesPerSec != nil {
			got = w.MessagesPerSec.Value * 6 * 3600
		}
		if math.Abs(got/float64(want)-1) > 0.01 {
			k.t.Errorf("six hours from %s: %.1f records in the history, %d were sent", from, got, want)
		}
	}
	k.toll.verdicts += k.ledger.verdicts
	k.toll.values += k.values
}

// sendPast fills the topic with records of each hour before end, and returns how many.
func sendPast(t *testing.T, c *testbed.Cluster, end time.Time) map[time.Time]int {
	t.Helper()
	client := c.Client(kgo.DefaultProduceTopic("orders"), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
	sent := map[time.Time]int{}
	var records []*kgo.Record
	for h := pastHours; h > 0; h-- {
		hour := end.Add(-time.Duration(h) * time.Hour)
		n := 240 + 10*(h%7)
		for i := range n {
			at := hour.Add(time.Duration(i)*time.Hour/time.Duration(n) + time.Second)
			records = append(records, &kgo.Record{Value: []byte("an order of the past"), Timestamp: at})
		}
		sent[hour] = n
	}
	if err := client.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
	return sent
}

// keepSending sends 50 records a second until the test ends.
func keepSending(t *testing.T, c *testbed.Cluster) {
	client := c.Client(kgo.DefaultProduceTopic("orders"))
	ctx, cancel := context.WithCancel(context.Background())
	var sending sync.WaitGroup
	sending.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			client.Produce(ctx, kgo.StringRecord("an order of today"), nil)
			<-tick.C
		}
	})
	t.Cleanup(func() {
		cancel()
		sending.Wait()
	})
}

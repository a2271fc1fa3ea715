package daemon

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
)

// A ledger that cannot be written is reported once it has lasted, once, also by a daemon that was started meanwhile, and so is
// its end.
func TestDaemonTellsOfItself(t *testing.T) {
	file := mskfake.File(t, "clusters:\n"+"  - {name: orders, kafka: {bootstrap: [\"127.0.0.1:1\"]}}\n"+
		"alerts: {targets: {own: {webhook: {url: \"http://127.0.0.1:1/\"}}}}\n")
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	open := func() *Daemon {
		d, err := Open(t.Context(), cfg, Options{File: file, Quiet: true, Log: zerolog.Nop(), Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	look := func(d *Daemon, troubled bool, want string) {
		t.Helper()
		if troubled { // and no write has gone well since
			_ = d.ledger.note(errors.New("no space left")) // it passes the error on
		}
		g := d.current.Load()
		if err := d.notifyOwnOnce(t.Context(), g.notify); err != nil {
			t.Fatal(err)
		}
		waiting, err := d.ledger.Undelivered(t.Context(), false, 10)
		if err != nil {
			t.Fatal(err)
		}
		var titles []string
		for _, w := range waiting {
			var e alert.Envelope
			if err := json.Unmarshal(w.Payload, &e); err != nil {
				t.Fatal(err)
			}
			titles = append(titles, e.Message.Title)
			if err := d.ledger.Sent(t.Context(), w.Row, now); err != nil {
				t.Fatal(err)
			}
		}
		if strings.Join(titles, "; ") != want {
			t.Errorf("sent %q, want %q", titles, want)
		}
	}
	d := open()
	look(d, false, "")
	look(d, true, "")
	now = now.Add(ownHold)
	look(d, true, "mskfit itself: critical: the ledger cannot be written")
	look(d, true, "")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = open()
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	look(d, true, "")
	look(d, false, "mskfit itself: resolved: the ledger cannot be written")
	look(d, false, "")
	if name := ownName("host-1"); name != "mskfit on host-1" {
		t.Errorf("a replica calls itself %q", name)
	}
}

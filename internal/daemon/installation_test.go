package daemon

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/ledger"
)

// Two installations that say the same have keys of their own; one that was started again keeps its own.
func TestMessageIDsBelongToTheInstallation(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	posted := func(file string) string {
		t.Helper()
		cfg := ledger.DefaultConfig()
		cfg.File = file
		l, err := ledger.Open(t.Context(), cfg,
			ledger.Options{Now: func() time.Time { return now }, Log: zerolog.Nop()})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		k := &ledgerAdapter{Ledger: l, now: func() time.Time { return now }}
		if err := k.Post(t.Context(), []alert.Envelope{{Target: "hook", Message: alert.Message{ID: "same"}}}); err != nil {
			t.Fatal(err)
		}
		p, found, _, err := k.Due(t.Context(), "hook", now)
		if err != nil || !found {
			t.Fatalf("nothing is due: %v", err)
		}
		if text, err := json.Marshal(p.Message); err != nil || p.Message.ID == "same" {
			t.Fatalf("%s %v", text, err)
		}
		return p.Message.ID
	}
	first, second := filepath.Join(t.TempDir(), "a.db"), filepath.Join(t.TempDir(), "b.db")
	one := posted(first)
	if again := posted(first); again != one {
		t.Errorf("after a restart %s, before it %s", again, one)
	}
	if other := posted(second); other == one {
		t.Errorf("two installations share the key %s", one)
	}
}

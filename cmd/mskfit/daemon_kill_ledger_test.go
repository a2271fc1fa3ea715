//go:build unix

package main

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mskfit/mskfit/verdict"
)

// ledgerSeen is what the ledger of a daemon held when it was last read.
type ledgerSeen struct{ verdicts int }

// check looks at a copy of the file and its log, as the kill has left them: mending them is left to the next start.
func (l *ledgerSeen) check(t *testing.T, file string, told time.Time) {
	t.Helper()
	if _, err := os.Stat(file); err != nil {
		return // it was killed before there was one
	}
	copied := filepath.Join(t.TempDir(), "ledger.db")
	for _, suffix := range []string{"", "-wal"} {
		if data, err := os.ReadFile(file + suffix); err == nil {
			writeFile(t, copied+suffix, string(data))
		}
	}
	db, err := sql.Open("sqlite3", "file:"+copied)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var said string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
		t.Fatalf("integrity of the ledger: %s, %v", said, err)
	}
	var tables int
	if err := db.QueryRowContext(t.Context(),
		"SELECT count(*) FROM sqlite_master WHERE name = 'verdicts'").Scan(&tables); err != nil || tables == 0 {
		return // killed before the tables were made: they come all at once
	}
	verdicts := l.checkVerdicts(t, db, told)
	checkDocuments(t, db)
	if verdicts < l.verdicts {
		t.Errorf("%d verdicts in the ledger, %d after the kill before", verdicts, l.verdicts)
	}
	l.verdicts = verdicts
}

// rows calls scan for each row of a query.
func rows(t *testing.T, db *sql.DB, query string, scan func(*sql.Rows) error) {
	t.Helper()
	found, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		if err := scan(found); err != nil {
			t.Fatal(err)
		}
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
}

// checkVerdicts wants each verdict whole, and the newest that the daemon has shown among them.
func (l *ledgerSeen) checkVerdicts(t *testing.T, db *sql.DB, told time.Time) (n int) {
	t.Helper()
	found := told.IsZero()
	rows(t, db, "SELECT at, body FROM verdicts ORDER BY id", func(r *sql.Rows) error {
		var at int64
		var body []byte
		if err := r.Scan(&at, &body); err != nil {
			return err
		}
		n++
		var v verdict.Verdict
		if err := json.Unmarshal(unzip(t, body), &v); err != nil || v.At.UnixMilli() != at {
			t.Errorf("verdict of %s is of %s: %v", time.UnixMilli(at), v.At, err)
		}
		found = found || at == told.UnixMilli()
		return nil
	})
	if !found {
		t.Errorf("the verdict of %s was shown and is not in the ledger", told)
	}
	return n
}

// checkDocuments wants states and documents whole.
func checkDocuments(t *testing.T, db *sql.DB) {
	t.Helper()
	rows(t, db, "SELECT kind, body FROM alert_states", func(r *sql.Rows) error {
		var kind, body string
		err := r.Scan(&kind, &body)
		if err == nil && !json.Valid([]byte(body)) {
			t.Errorf("%s state: %s", kind, body)
		}
		return err
	})
	rows(t, db, "SELECT kind, name, body FROM documents", func(r *sql.Rows) error {
		var kind, name string
		var body []byte
		err := r.Scan(&kind, &name, &body)
		if err == nil && !json.Valid(unzip(t, body)) {
			t.Errorf("%s of %s is no JSON", kind, name)
		}
		return err
	})
}

func unzip(t *testing.T, packed []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

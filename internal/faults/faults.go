// Package faults keeps what was seen when something around mskfit was broken on purpose, and writes a report of it, faults.md.
// Start with [Begin], which a test calls that breaks something; [Document] is the report. Its own test with the build tag long
// breaks a real cluster under a running daemon. `make faults` runs all of them.
package faults

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// File names, in the environment, the file that rows are added to, as a line of JSON each; empty: nothing is kept.
const File = "MSKFIT_FAULTS"

// Row is one fault.
type Row struct {
	// Fault is what was broken: "broker killed".
	Fault string `json:"fault"`
	// Expected is what mskfit promises to do then.
	Expected string `json:"expected"`
	// Observed is what it did, in the order of events.
	Observed []string `json:"observed"`
	// Recovered is the seconds from the end of the fault until all was as before it, without a restart; nil: not measured, because
	// the test checks it on a simulated clock or at its end.
	Recovered *float64 `json:"recovered_seconds,omitempty"`
	// Passed: all that is expected was observed. A test that ended before it observed anything has not passed.
	Passed bool `json:"passed"`
	// Test is the one that broke it.
	Test string `json:"test"`
}

// Recorder notes one row while a test runs.
type Recorder struct {
	t   testing.TB
	row Row
}

// Begin notes a fault and what is expected. The row is kept when the test ends, with its outcome.
func Begin(t testing.TB, fault, expected string) *Recorder {
	t.Helper()
	r := &Recorder{t: t, row: Row{Fault: fault, Expected: expected, Observed: []string{}, Test: t.Name()}}
	file := os.Getenv(File)
	if file == "" {
		return r
	}
	t.Cleanup(func() {
		r.row.Passed = !t.Failed() && !t.Skipped() && len(r.row.Observed) > 0
		if err := r.keep(file); err != nil {
			t.Errorf("keep what was seen of the fault: %v", err)
		}
	})
	return r
}

// thisRun is what no reader can use: the addresses and folders of one run.
var thisRun = regexp.MustCompile(`( at)? ?127\.0\.0\.1:\d+( \(127\.0\.0\.1\))?,?|/tmp/[A-Z][A-Za-z]+\d+/\d+/`)

// Observed notes what mskfit did.
func (r *Recorder) Observed(format string, args ...any) {
	r.t.Helper()
	text := thisRun.ReplaceAllString(fmt.Sprintf(format, args...), "")
	r.t.Logf("%s: %s", r.row.Fault, text)
	r.row.Observed = append(r.row.Observed, text)
}

// Recovered notes that all is as before, and when what was broken was whole again.
func (r *Recorder) Recovered(whole time.Time) {
	r.t.Helper()
	seconds := time.Since(whole).Seconds()
	r.row.Recovered = &seconds
	r.t.Logf("%s: recovered after %.1f s", r.row.Fault, seconds)
}

// keep adds the row to the file in one write, because several test binaries add to it.
func (r *Recorder) keep(file string) error {
	line, err := json.Marshal(r.row)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		_ = f.Close() // the write's error says enough
		return err
	}
	return f.Close()
}

// Rows reads what Begin has kept.
func Rows(file string) (rows []Row, err error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(b)) {
		var r Row
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

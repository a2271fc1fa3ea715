package faults

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/texttable"
)

// Document is the report: one run of all faults.
type Document struct {
	// At is when it ended, in UTC.
	At time.Time `json:"at"`
	// Commit is the one of mskfit that was run.
	Commit string `json:"commit"`
	// Machine is cores, system and Go version.
	Machine string `json:"machine"`
	// Kafka is the version of the real brokers.
	Kafka string `json:"kafka"`
	// NotRun are faults that an earlier document has and this run has not: its test ended before. Empty: none.
	NotRun []string `json:"not_run,omitempty"`
	// Rows are sorted by fault.
	Rows []Row `json:"rows"`
}

// Read reads the rows and what is known of the run.
func Read(file string) (d Document, err error) {
	err = measure.Read(file, &d)
	return d, err
}

// LeaveOut notes the faults of the document before that this one lacks.
func (d *Document) LeaveOut(before Document) {
	known := before.NotRun
	for _, r := range before.Rows {
		known = append(known, r.Fault)
	}
	d.NotRun = slices.DeleteFunc(known, func(fault string) bool {
		return slices.ContainsFunc(d.Rows, func(r Row) bool { return r.Fault == fault })
	})
}

// Write writes the rows, and the document that is made of them beside it.
func (d Document) Write(file string) error {
	slices.SortStableFunc(d.Rows, func(a, b Row) int { return cmp.Compare(strings.ToLower(a.Fault), strings.ToLower(b.Fault)) })
	return measure.Write(file, d, d.Markdown())
}

const head = `# Faults

**Claim.** Whatever breaks around mskfit, it says what is missing, keeps what it had, and goes on by itself once the fault is over. No
fault below needs a restart.

Made by ` + "`make faults`" + ` from [faults.json](faults.json); do not edit. The command breaks one thing at a time, most of them around a running
daemon that sweeps three real Kafka brokers every five seconds, through TCP proxies. **Recovery** is the time from the end of the fault until
mskfit is as before. A dash: the test runs on a simulated clock, or checks recovery without timing it.

`

const untested = `
## Not tested

- Brokers on machines of their own: all run on loopback, so a lost route or a firewall that drops packets is played by a proxy that
  accepts connections and passes nothing on.
- How a machine refuses connections: the proxy in front of a broker that is down accepts them and closes them at once.
- Amazon MSK, CloudWatch and SNS themselves: doubles that speak their protocols refuse and throttle in their place.
- A failing disk that returns wrong data.
`

// Markdown is the document for people.
func (d Document) Markdown() string {
	var b strings.Builder
	b.WriteString(head)
	failed := 0
	for _, r := range d.Rows {
		if !r.Passed {
			failed++
		}
	}
	fmt.Fprintf(&b, "**Result.** %d of %d faults were met as promised.%s\n\n", len(d.Rows)-failed, len(d.Rows), d.notRun())
	fmt.Fprintf(&b, "%s UTC, commit %.9s, Kafka %s, %s.\n\n", d.At.UTC().Format("2006-01-02 15:04"), d.Commit, d.Kafka, d.Machine)
	t := texttable.New("fault", "expected", "observed", "recovery", "")
	for _, r := range d.Rows {
		t.Row(cell(r.Fault), cell(r.Expected), cell(strings.Join(r.Observed, "; ")), r.recovery(), r.outcome())
	}
	t.Markdown(&b)
	b.WriteString(untested)
	for _, fault := range d.NotRun {
		fmt.Fprintf(&b, "- Did not run, because its test ended before: %s.\n", fault)
	}
	return b.String()
}

func (d Document) notRun() string {
	if len(d.NotRun) == 0 {
		return ""
	}
	return fmt.Sprintf(" %d more did not run.", len(d.NotRun))
}

func (r Row) recovery() string {
	if r.Recovered == nil {
		return "–"
	}
	return fmt.Sprintf("%.1f s", *r.Recovered)
}

func (r Row) outcome() string {
	if r.Passed {
		return "as promised"
	}
	return "**failed**"
}

// cell keeps text in one cell of a table, and in HTML what it is.
func cell(text string) string {
	return strings.NewReplacer("<", "&lt;", "*", `\*`).Replace(texttable.Cell(text))
}

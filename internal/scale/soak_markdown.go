package scale

import (
	"fmt"
	"strings"

	"github.com/mskfit/mskfit/internal/texttable"
)

const soakHead = `# Soak

**Claim.** A daemon that runs on does not grow: neither its memory, nor its goroutines, nor its open descriptors; on disk it takes what its
history is allowed to.

Made by ` + "`make soak`" + ` from [soak.json](soak.json), which has every reading; do not edit. Two runs:

- **Real time**: a daemon in a process of its own, on an embedded Kafka (kfake) in another process with 500 topics and 10,000 partitions,
  50 seeded records a second and a consumer group. A sweep every 5 seconds, a verdict every 30, a page every 2 seconds, SIGHUP every
  5 minutes. Read every 10 seconds, without collecting garbage first.
- **Accelerated month**: agent, history, ledger and alerts on a fake clock, with the default schedule (a sweep a minute, a verdict every
  quarter of an hour) and a synthetic source of 20 topics and one group. Read every six hours of that month, after a garbage collection, in
  the test's own process.

The truth is the kernel's (` + "`/proc/PID/status`, `/proc/PID/fd`" + `, the files' blocks) and the Go runtime's. The first sixth of a run is
warm-up. Over each half of the rest a line is fitted by least squares; **growth** is its slope times the duration. A gauge holds if its growth over the last half
is at most 5 % of its median or 4 MB (memory), 2 % or 2 (goroutines, descriptors), whichever is more. A leak grows in both halves; what
fills once grows in the first.
The history may grow: at the pace of the last half, the default retention of 396 days must fit into the default
` + "`max_size`" + ` of 8 GB. The ledger may grow too. It has no limit, so the table says what a day takes at the default's 96 verdicts.

`

const soakUntested = `## Not tested

- The history of many hours, in the real-time run: it packs its rows once an hour, and what a day takes is the pace before that. The month
  has the packed size, of 20 topics.
- A machine without other work, where the load average says otherwise.
- Days in real time, real brokers, CloudWatch and PostgreSQL as the ledger.
- The month has no delivery of alerts, no pages, no reloads and no Kafka; its process is the test's, and its disk is on the same machine.
- Producers and topics that come and go during the hour; the fake's own memory is not judged.
`

// minute is how documents write an instant.
const minute = "2006-01-02 15:04 UTC"

// verdictsADay is the default schedule: a verdict every quarter of an hour.
const verdictsADay = 96

// SoakMarkdown is the document for people.
func SoakMarkdown(runs []Soak) string {
	var b strings.Builder
	b.WriteString(soakHead)
	for _, r := range runs {
		r.section(&b)
	}
	b.WriteString(soakUntested)
	return b.String()
}

func (r *Soak) section(b *strings.Builder) {
	title := strings.ToUpper(r.Kind[:1]) + r.Kind[1:]
	fmt.Fprintf(b, "## %s\n\n", title)
	fmt.Fprintf(b, "%s, commit %.12s, %s, load average %s at the start and %s at the end",
		r.At.Format(minute), r.Commit, r.Machine, r.Load, r.LoadAtEnd)
	if r.Kind == Month {
		fmt.Fprintf(b, ".\n%.0f days: %.0f sweeps, %.0f verdicts, %d readings.\n\n", r.Seconds/86400, r.Sweeps, r.Verdicts,
			len(r.Samples))
	} else {
		fmt.Fprintf(b, ", seed %d.\n%.0f minutes: %.0f sweeps, %.0f verdicts, %d pages answered and %d not, %d reloads, ", r.Seed,
			r.Seconds/60, r.Sweeps, r.Verdicts, r.Pages, len(r.Refused), r.Reloads)
		fmt.Fprintf(b, "%d readings and %d missed; exit code %d after SIGTERM.\n\n", len(r.Samples), r.Missed, r.Exit)
	}
	fits, err := Judge(r.Samples, r.warmUp())
	if err != nil {
		fmt.Fprintf(b, "Not judged: %v.\n\n", err)
		return
	}
	t := texttable.New("gauge", "median", "most", "growth, first half", "growth, last half", "allowed", "holds")
	for _, f := range fits {
		allowed, holds := f.text(f.Bound), map[bool]string{true: "yes", false: "**no**"}[f.Holds()]
		switch {
		case f.Gauge.Daily > 0:
			allowed = fmt.Sprintf("%.1f MB a day; it is %.1f", f.Gauge.Daily/1e6, f.Daily/1e6)
		case !f.limited():
			each := f.Daily / 86400 * r.Seconds / max(1, r.Verdicts)
			allowed, holds = fmt.Sprintf("no limit; %.0f KB a verdict, %.1f MB a day", each/1e3, each*verdictsADay/1e6), "–"
		}
		t.Row(f.Gauge.Name, f.text(f.Median), f.text(f.Most), f.text(f.First), f.text(f.Last), allowed, holds)
	}
	t.Markdown(b)
	b.WriteString("\n")
	if n := len(r.Refused); n > 0 {
		fmt.Fprintf(b, "Of the %d pages that were not answered, the first and the last (status, page, when; 0: no answer within five seconds): %s; %s.\n\n",
			n, r.Refused[0], r.Refused[n-1])
	}
}

// text is a value of the gauge for people.
func (f Fit) text(v float64) string {
	if f.Gauge.Unit == "MB" {
		return fmt.Sprintf("%.1f MB", v/1e6)
	}
	return fmt.Sprintf("%.1f", v)
}

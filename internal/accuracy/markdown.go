package accuracy

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

const head = `# Accuracy

**Claim.** What mskfit says of a cluster is what the brokers themselves count, within the bounds that it states.

Made by ` + "`make accuracy`" + ` from [accuracy.json](accuracy.json); do not edit. The bench starts real Apache Kafka, sends a seeded load,
lets the collector sweep it every 10 seconds, and holds each figure against the brokers' counters (JMX: ` + "`BytesInPerSec`" + `,
` + "`BytesOutPerSec`, `MessagesInPerSec`, `TotalProduceRequestsPerSec`, `Log.Size`" + `), read right before each sweep. Where another source counted, the
table says so. A row whose bounds do not hold the truth says **outside**. The truth is blurred by the time that reading the counters took.

`

const untested = `## Not tested

- Share groups, follower fetching, tiered storage and client quotas.
- More than three brokers, and brokers on machines of their own: all run on loopback here.
- Amazon MSK itself, and CloudWatch against the brokers' counters.
- Requests that the broker refuses: they count as produce requests and leave no trace in the log.
`

// Markdown is the document for people.
func (d Document) Markdown() string {
	var b strings.Builder
	b.WriteString(head)
	d.summary(&b)
	d.off(&b)
	d.runs(&b)
	for _, q := range []string{BytesIn, Messages, BytesOut, Hottest, Stored, Largest, Produce} {
		d.table(&b, q)
	}
	b.WriteString(untested)
	return b.String()
}

func (d Document) summary(b *strings.Builder) {
	b.WriteString("## Result\n\n| figure | n | within 1 % | within 3 % | largest error | truth within bounds | in 10 s windows | median width there |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, q := range []string{BytesIn, Messages, BytesOut, Hottest, Stored, Largest, Produce} {
		s := d.Summarize(q)
		if s.Rows == 0 {
			continue
		}
		worst, windows, width := "–", "–", "–"
		if !math.IsNaN(s.Worst) {
			worst = workload.FormatPercent(s.Worst)
		}
		if s.WindowsOf > 0 {
			windows = fmt.Sprintf("%d of %d (%s)", s.WindowsInside, s.WindowsOf,
				workload.FormatPercent(float64(s.WindowsInside)/float64(s.WindowsOf)))
		}
		if !math.IsNaN(s.Width) {
			width = workload.FormatPercent(s.Width)
		}
		fmt.Fprintf(b, "| %s | %d | %d | %d | %s | %d | %s | %s |\n", q, s.Rows, s.Within1, s.Within3, worst, s.Inside, windows,
			width)
	}
	b.WriteString("\nn is the number of figures: one a scenario and run. A figure that is unknown is within nothing. An upper bound has no error; it only has to hold the truth.\n\n")
}

func (d Document) runs(b *strings.Builder) {
	b.WriteString("## Runs\n\n| cluster | seed | date (UTC) | commit | window | sweeps | machine | load average |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range d.Runs {
		fmt.Fprintf(b, "| %s | %d | %s | %.9s | %.0f s | %d | %s | %s |\n", r.Cluster, r.Seed,
			r.At.UTC().Format("2006-01-02 15:04"), r.Commit, r.Seconds, r.Sweeps, r.Machine, r.Load)
	}
	b.WriteString("\n`make accuracy seed=N` repeats it with a load of your own; a load that is drawn with the same seed sends the same records.\n\n")
}

// table has a line for each scenario and cluster, with all seeds beside each other.
func (d Document) table(b *strings.Builder, quantity string) {
	var lines []string
	for _, run := range d.Runs {
		for _, r := range run.Rows {
			if r.Quantity == quantity {
				lines = append(lines, fmt.Sprintf("| %s | %s | %d | %s |\n", r.Scenario, run.Cluster, run.Seed, r.cells()))
			}
		}
	}
	if len(lines) == 0 {
		return
	}
	slices.Sort(lines)
	fmt.Fprintf(b, "## %s\n\n| scenario | cluster | seed | estimate | bounds | truth | error | |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n", strings.ToUpper(quantity[:1])+quantity[1:])
	b.WriteString(strings.Join(lines, ""))
	b.WriteString("\n")
}

func (r Row) cells() string {
	estimate, bounds, off := "unknown", "–", "–"
	verdict := "**outside**"
	if r.Estimate != nil {
		estimate = r.amount(*r.Estimate)
		bounds = "at least " + r.amount(r.Low)
		if r.High != nil {
			bounds = r.amount(r.Low) + " to " + r.amount(*r.High)
		}
	} else {
		verdict = "unknown"
	}
	if r.Inside() {
		verdict = "inside"
	}
	if v, ok := r.Off(); ok {
		off = fmt.Sprintf("%+.2f %%", 100*v)
	}
	truth := r.amount(r.Truth)
	if r.Source != "" {
		truth += " (" + r.Source + ")"
	}
	return strings.Join([]string{estimate, bounds, truth, off, verdict}, " | ")
}

func (r Row) amount(v float64) string {
	switch r.Quantity {
	case Stored, Largest:
		return fmt.Sprintf("%.0f B", v)
	case Messages, Produce:
		return fmt.Sprintf("%.2f/s", v)
	}
	return fmt.Sprintf("%.0f B/s", v)
}

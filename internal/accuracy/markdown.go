package accuracy

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/texttable"
	"github.com/mskfit/mskfit/internal/workload"
)

const head = `# Accuracy

**Claim.** What mskfit says of a cluster is what the brokers themselves count, within the bounds that it states.

Made by ` + "`make accuracy`" + ` from [accuracy.json](accuracy.json), which has every figure; do not edit. The bench starts real Apache Kafka, sends
a seeded load, lets the collector sweep it every 10 seconds, and holds each figure against the brokers' counters (JMX: ` + "`BytesInPerSec`" + `,
` + "`BytesOutPerSec`, `MessagesInPerSec`, `TotalProduceRequestsPerSec`" + `), read right before each sweep. Where another source counted, the
table names it. A figure whose bounds do not hold the truth is listed as off, with the cause. The truth is blurred by the time that
reading the counters took.

`

const untested = `## Not tested

- More than three brokers, and brokers on machines of their own: all run on loopback here, on two cores.
- Amazon MSK itself, and how CloudWatch makes its datapoints.
- Share groups before Kafka 4, tiered storage before 3.9, and tiered storage elsewhere than in a folder.
- Egress over five minutes: a window is two minutes here, which makes the error of the last commit larger.
- A second seed of the load where the table of runs has one only.
- Requests that the broker refuses: they count as produce requests and leave no trace in the log.
`

// quantities are those of the document, in its order.
var quantities = []string{BytesIn, Messages, BytesOut, Hottest, Stored, Largest, Produce}

// Markdown is the document for people.
func (d Document) Markdown() string {
	var b strings.Builder
	b.WriteString(head)
	d.summary(&b)
	d.budgets(&b)
	d.off(&b)
	d.runs(&b)
	d.seeds(&b)
	d.past(&b)
	for _, q := range quantities {
		d.table(&b, q)
	}
	b.WriteString(untested)
	return b.String()
}

func (d Document) summary(b *strings.Builder) {
	b.WriteString("## Result\n\n")
	t := texttable.New("figure", "n", "within 1 %", "within 3 %", "largest error", "truth within bounds", "median width of bounds",
		"in 10 s windows", "median width there")
	for _, q := range quantities {
		s := d.Summarize(q)
		if s.Rows == 0 {
			continue
		}
		windows := "–"
		if s.WindowsOf > 0 {
			windows = fmt.Sprintf("%d of %d (%s)", s.WindowsInside, s.WindowsOf,
				workload.FormatPercent(float64(s.WindowsInside)/float64(s.WindowsOf)))
		}
		width := orDash(s.Width)
		if math.IsNaN(s.Width) && s.Rows > s.Missing {
			width = "no upper bound"
		}
		t.Row(q, s.Rows, s.Within1, s.Within3, orDash(s.Worst), s.Inside, width, windows, orDash(s.WindowWidth))
	}
	t.Markdown(b)
	b.WriteString("\nn is the number of figures: one a scenario and run. A figure that is unknown is within nothing. An upper bound has no error; it only has to hold the truth.\n\n")
}

func orDash(share float64) string {
	if math.IsNaN(share) {
		return "–"
	}
	return workload.FormatPercent(share)
}

func (d Document) runs(b *strings.Builder) {
	b.WriteString("## Runs\n\n")
	t := texttable.New("cluster", "seed", "date (UTC)", "commit", "window", "sweeps", "figures", "machine", "load average")
	for _, r := range d.Runs {
		t.Row(r.Cluster, r.Seed, r.At.UTC().Format("2006-01-02 15:04"), fmt.Sprintf("%.9s", r.Commit),
			fmt.Sprintf("%.0f s", r.Seconds), r.Sweeps, len(r.Rows), r.Machine, r.Load)
	}
	t.Markdown(b)
	b.WriteString("\n`make accuracy seed=N` repeats it with a load of your own; a load that is drawn with the same seed sends the same records. A run takes the place of the one of the same cluster and seed. `measured=2.8.2` runs one cluster only.\n\n")
}

// table has a line for each scenario over all runs, with the figure of the run that is off by most.
func (d Document) table(b *strings.Builder, quantity string) {
	byScenario := map[string][]figureOf{}
	for _, f := range d.figures() {
		if f.Quantity == quantity {
			byScenario[f.Scenario] = append(byScenario[f.Scenario], f)
		}
	}
	if len(byScenario) == 0 {
		return
	}
	fmt.Fprintf(b, "## %s\n\n", strings.ToUpper(quantity[:1])+quantity[1:])
	t := texttable.New("scenario", "errors", "truth within bounds", "largest error: estimate", "bounds", "truth", "run")
	var names []string
	for name := range byScenario {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		scenarioRow(t, name, byScenario[name])
	}
	t.Markdown(b)
	b.WriteString("\n")
}

func scenarioRow(t *texttable.Table, name string, of []figureOf) {
	inside, worst := 0, of[0]
	for _, f := range of {
		if f.Inside() {
			inside++
		}
		if f.badness() > worst.badness() {
			worst = f
		}
	}
	estimate, bounds, truth := worst.cells()
	t.Row(name, spread(of), fmt.Sprintf("%d of %d", inside, len(of)), estimate, bounds, truth,
		fmt.Sprintf("%s, seed %d", worst.cluster, worst.seed))
}

// spread is the range of the errors.
func spread(of []figureOf) string {
	low, high, unknown := math.Inf(1), math.Inf(-1), 0
	for _, f := range of {
		if f.Estimate == nil {
			unknown++
		}
		if off, ok := f.Off(); ok {
			low, high = min(low, off), max(high, off)
		}
	}
	switch {
	case unknown == len(of):
		return "unknown"
	case math.IsInf(low, 1):
		return "–"
	}
	text := fmt.Sprintf("%+.2f %%", 100*low)
	if high > low {
		text += fmt.Sprintf(" to %+.2f %%", 100*high)
	}
	if unknown > 0 {
		text += fmt.Sprintf(", %d unknown", unknown)
	}
	return text
}

// figureOf is a figure with its run.
type figureOf struct {
	Row
	cluster string
	seed    uint64
}

func (d Document) figures() []figureOf {
	var out []figureOf
	for _, run := range d.Runs {
		for _, r := range run.Rows {
			out = append(out, figureOf{r, run.Cluster, run.Seed})
		}
	}
	return out
}

// badness orders figures: bounds that do not hold the truth are worse than any error within them.
func (r Row) badness() float64 {
	off, _ := r.Off()
	if off = math.Abs(off); !r.Inside() {
		off += 1e6
	}
	return off
}

// cells are estimate, bounds and truth.
func (r Row) cells() (estimate, bounds, truth string) {
	estimate, bounds = "unknown", "–"
	if r.Estimate != nil {
		estimate = r.amount(*r.Estimate)
		bounds = "at least " + r.amount(r.Low)
		if r.High != nil {
			bounds = r.amount(r.Low) + " to " + r.amount(*r.High)
		}
	}
	truth = r.amount(r.Truth)
	if r.Source != "" {
		truth += " (" + r.Source + ")"
	}
	return estimate, bounds, truth
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

package accuracy

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// tolerated is the error above which the document lists a figure and says why it is off.
const tolerated = 0.03

// causes of errors above tolerated, by scenario and quantity; an empty quantity stands for all.
var causes = []struct{ scenario, quantity, why string }{
	{"broker recompresses", "", "The log holds what the broker compressed again, not what the producer sent. The bounds allow for half to 20 times."},
	{"whole cluster", BytesIn, "It is the sum of the topics: one of them is recompressed by the broker."},
	{"whole cluster", BytesOut, "The sum of what groups commit is a lower bound: a group that never commits and records that are read again do not show."},
	{"group commits every 60 s", BytesOut,
		"The window holds two or three commits. The bounds allow for one interval more or less."},
	{"group never commits", BytesOut, "Nothing shows what it reads. mskfit says so; CloudWatch, JMX or Prometheus tell the egress of the topic."},
	{"group commits in transactions", BytesOut,
		"The next transaction begins at once, and many are aborted: what these read is read again. Offsets do not show that, and the bounds do not allow for it."},
	{"topic re-created", "", "The time between the last sweep before and the first sweep after is left out, and a gap says so: the rate is that of the rest."},
	{"growing record size", Largest, "Only some batches are read. The upper bound is max.message.bytes."},
	{"", Produce, "Batches are counted, and a request can carry several of them. The bounds allow for that."},
}

func cause(r Row) string {
	for _, c := range causes {
		if (c.scenario == "" || c.scenario == r.Scenario) && (c.quantity == "" || c.quantity == r.Quantity) {
			return c.why
		}
	}
	return "Not explained yet."
}

// isOff: the figure is unknown, its bounds do not hold the truth, or it is off by more than tolerated.
func (r Row) isOff() bool {
	off, ok := r.Off()
	return !r.Inside() || ok && math.Abs(off) > tolerated
}

// off lists the figures that are off, each scenario and quantity once, with the cause.
func (d Document) off(b *strings.Builder) {
	type key struct{ scenario, quantity string }
	rows := map[key][]Row{}
	var order []key
	for _, run := range d.Runs {
		for _, r := range run.Rows {
			k := key{r.Scenario, r.Quantity}
			if !r.isOff() {
				continue
			}
			if rows[k] == nil {
				order = append(order, k)
			}
			rows[k] = append(rows[k], r)
		}
	}
	if len(order) == 0 {
		return
	}
	slices.SortFunc(order, func(a, b key) int { return strings.Compare(a.scenario+a.quantity, b.scenario+b.quantity) })
	b.WriteString("## Where a figure is off, and why\n\nUnknown, off by more than 3 %, or with bounds that do not hold the truth:\n\n")
	b.WriteString("| scenario | figure | runs | error | truth within bounds | cause |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, k := range order {
		inside := 0
		var errors []string
		for _, r := range rows[k] {
			if r.Inside() {
				inside++
			}
			if off, ok := r.Off(); ok {
				errors = append(errors, fmt.Sprintf("%+.1f %%", 100*off))
			} else if r.Estimate == nil {
				errors = append(errors, "unknown")
			}
		}
		fmt.Fprintf(b, "| %s | %s | %d | %s | %d of %d | %s |\n", k.scenario, k.quantity, len(rows[k]), strings.Join(errors, ", "),
			inside, len(rows[k]), cause(rows[k][0]))
	}
	b.WriteString("\n")
}

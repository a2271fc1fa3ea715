package accuracy

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/texttable"
)

// tolerated is the error above which the document lists a figure and says why it is off.
const tolerated = 0.03

// causes of errors above tolerated, by scenario and quantity; an empty one stands for all. The first that fits counts. says is what
// mskfit says then, for those who read one line of it.
var causes = []struct{ scenario, quantity, why, says string }{
	{recompressed, "", "The log holds what the broker compressed again, not what the producer sent. The bounds allow for half to 20 times, and a gap names the topic.",
		"bounds of half to 20 times, and a gap names the topic"},
	{AllOfIt, BytesIn, "It is the sum of the topics: one of them is recompressed by the broker.", "the bounds allow for it"},
	{AllOfIt, BytesOut, "The sum of what groups commit is a floor: a group that never commits and records that are read again do not show.",
		"“at least”"},
	{"group commits every 60 s", BytesOut, "The window holds one to three commits, so that a minute more or less is missing. mskfit says “at least”.",
		"“at least”; a longer window has the mean"},
	{"group never commits", BytesOut, "Nothing shows what it reads. mskfit says so; CloudWatch, JMX or Prometheus have the egress of the topic.",
		"unknown"},
	{"group whose transactions are aborted", BytesOut,
		"The next transaction begins at once, and the coordinator, which still ends the one before, has it aborted: what it read is read again. Offsets do not show that. mskfit says “at least”.",
		"“at least”"},
	{"tenant held back by its quotas", BytesOut,
		"The brokers count three times what the throttled group commits, in every run. Not explained yet. mskfit says “at least”.",
		"“at least”"},
	{"", BytesOut, "Commits lag behind reading, by up to their interval at either end of the window. mskfit says “at least”.", "“at least”"},
	{"topic re-created", "", "What the old log took in between the last sweep and its deletion is not counted. The upper bounds allow for four times the mean rate. On a stalled machine sweeps found the topic missing altogether: what it had taken in before is lost then, and can be more.",
		"the upper bound allows for what was not seen, and a gap names the topic"},
	{"broker restarted", "", "While a broker is away and its partitions move, readings are spread over a longer time. The bounds allow for it.",
		"the bounds allow for it"},
	{"", Largest, "Only some batches are read. The upper bound is max.message.bytes.", "the upper bound is `max.message.bytes`"},
	{"", Produce, "Batches are counted in a part of the log, and a request can carry several. A producer that stalls fills batches more than usual; where those are read, there seem to be fewer.",
		"wide bounds"},
}

func cause(r Row) (why, says string) {
	for _, c := range causes {
		if (c.scenario == "" || c.scenario == r.Scenario) && (c.quantity == "" || c.quantity == r.Quantity) {
			return c.why, c.says
		}
	}
	return "Not explained yet.", "the bounds"
}

// isOff: the figure is unknown, its bounds do not hold the truth, or it is off by more than tolerated.
func (r Row) isOff() bool {
	off, ok := r.Off()
	return !r.Inside() || ok && math.Abs(off) > tolerated
}

// offs are the figures of one scenario and quantity that are off.
type offs struct {
	scenario, quantity string
	rows               []figureOf
	runs               int
}

// allOff groups the figures that are off, by scenario and quantity.
func (d Document) allOff() []*offs {
	type key struct{ scenario, quantity string }
	all := map[key]*offs{}
	for _, f := range d.figures() {
		k := key{f.Scenario, f.Quantity}
		if all[k] == nil {
			all[k] = &offs{scenario: f.Scenario, quantity: f.Quantity}
		}
		all[k].runs++
		if f.isOff() {
			all[k].rows = append(all[k].rows, f)
		}
	}
	var out []*offs
	for _, o := range all {
		if len(o.rows) > 0 {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b *offs) int { return strings.Compare(a.scenario+a.quantity, b.scenario+b.quantity) })
	return out
}

func (o *offs) inside() (n int) {
	for _, r := range o.rows {
		if r.Inside() {
			n++
		}
	}
	return n
}

// outside is how many have bounds that do not hold the truth.
func (o *offs) outside() (n int) {
	for _, r := range o.rows {
		if r.Estimate != nil && !r.Inside() {
			n++
		}
	}
	return n
}

// off lists the figures that are off, each scenario and quantity once, with the cause.
func (d Document) off(b *strings.Builder) {
	all := d.allOff()
	if len(all) == 0 {
		return
	}
	b.WriteString("## Where a figure is off, and why\n\nUnknown, off by more than 3 %, or with bounds that do not hold the truth:\n\n")
	t := texttable.New("scenario", "figure", "off in", "errors", "truth within bounds there", "cause")
	for _, o := range all {
		why, _ := cause(o.rows[0].Row)
		t.Row(o.scenario, o.quantity, fmt.Sprintf("%d of %d runs", len(o.rows), o.runs), spread(o.rows),
			fmt.Sprintf("%d of %d", o.inside(), len(o.rows)), why)
	}
	t.Markdown(b)
	b.WriteString("\n")
}

package accuracy

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/texttable"
	"github.com/mskfit/mskfit/internal/workload"
)

// Past compares what was read back with what the brokers had counted while it happened, step by step.
type Past struct {
	// Way is what was read back: FromLog or FromCloudWatch.
	Way string `json:"way"`
	// Scenario names the kind of traffic; Quantity is the verdict's name of the figure.
	Scenario string `json:"scenario"`
	Quantity string `json:"quantity"`
	// Step is the length of one step, as people read it: "1 hour".
	Step string `json:"step"`
	// Of is the number of steps, Known of how many there is a figure, Inside of how many the bounds hold the truth.
	Of     int `json:"of"`
	Known  int `json:"known"`
	Inside int `json:"inside"`
	// Median and Worst are errors of single steps, as shares of the truth and without sign; Total is the error of all known steps
	// together. They are nil where no step is known.
	Median *float64 `json:"median"`
	Worst  *float64 `json:"worst"`
	Total  *float64 `json:"total"`
}

// Ways in which the past is read back.
const (
	FromLog        = "Kafka's logs"
	FromCloudWatch = "CloudWatch"
)

const pastHead = `## Past days

What is read back is compared with what the brokers counted while it happened. ` + "`1 hour`" + `: two days were written hour by hour, with
record timestamps of those hours, and read back from the logs. ` + "`1 minute`" + `: the minutes of the run itself, by the timestamps that
producers gave. CloudWatch: the brokers' counters were published as datapoints a minute, per broker and per topic, in an emulator that makes
AWS's statistics and drops minutes after 15 days; they were read back as of one day ago, and as of 20 days ago by five minutes. How AWS itself
makes a datapoint of the brokers' meters was not tested.

`

const pastTail = `
Bytes read back from a log are records × the mean bytes per record of the log as it is now. Where records of other hours were larger or
smaller, single hours are off although the sum is right. A compacted log has lost records: the upper bounds allow for it. Where more than
a tenth is missing because logs were cut, the cluster has no figure: here one busy topic keeps a few seconds. Logs tell nothing of what
was read by consumers. A minute is short for timestamps: the bounds allow for 5 s at either end.

`

// past is the section of what was read back: all runs together, the largest errors of any.
func (d Document) past(b *strings.Builder) {
	var order []string
	all := map[string][]Past{}
	for _, run := range d.Runs {
		for _, p := range run.Past {
			key := strings.Join([]string{p.Way, p.Step, p.Scenario, p.Quantity}, "|")
			if all[key] == nil {
				order = append(order, key)
			}
			all[key] = append(all[key], p)
		}
	}
	if len(order) == 0 {
		return
	}
	slices.Sort(order)
	slices.Reverse(order)
	b.WriteString(pastHead)
	t := texttable.New("from", "scenario", "figure", "step", "steps", "known", "truth within bounds", "median error",
		"largest error", "error of the sum")
	for _, key := range order {
		pastRow(t, all[key])
	}
	t.Markdown(b)
	b.WriteString(pastTail)
}

// pastRow adds a row of all runs: counts are added up, the median is the runs' median, the others are the worst of any run.
func pastRow(t *texttable.Table, of []Past) {
	sum := Past{}
	var medians, worst, totals []float64
	for _, p := range of {
		sum.Of, sum.Known, sum.Inside = sum.Of+p.Of, sum.Known+p.Known, sum.Inside+p.Inside
		if p.Median != nil {
			medians, worst, totals = append(medians, *p.Median), append(worst, *p.Worst), append(totals, *p.Total)
		}
	}
	median, largest, total := "–", "–", "–"
	if len(medians) > 0 {
		median, largest = workload.FormatPercent(measure.Median(medians)), workload.FormatPercent(slices.Max(worst))
		slices.SortFunc(totals, func(a, b float64) int { return int(math.Copysign(1, math.Abs(b)-math.Abs(a))) })
		total = fmt.Sprintf("%+.1f %%", 100*totals[0])
	}
	t.Row(of[0].Way, of[0].Scenario, of[0].Quantity, of[0].Step, sum.Of, sum.Known, sum.Inside, median, largest, total)
}

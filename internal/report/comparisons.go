package report

import (
	"fmt"

	"github.com/mskfit/mskfit/verdict"
)

// comparisonRow is one quantity that one source worked out and another measured.
type comparisonRow struct {
	Quantity, Estimated, Measured, Difference string
	// Verdict says whether the two fit together within their bounds.
	Verdict string
	Agrees  bool
}

func comparisonRows(in []verdict.Comparison) []comparisonRow {
	var out []comparisonRow
	for _, c := range in {
		name, write := quantityWords(c.Quantity)
		if c.Topic != "" {
			name += " of " + c.Topic
		}
		row := comparisonRow{Quantity: name, Estimated: write(c.Estimated.Value) + " by " + c.Estimated.Source,
			Measured: write(c.Measured.Value) + " by " + c.Measured.Source, Difference: fmt.Sprintf("%+.1f %%", 100*c.Difference),
			Verdict: "they agree", Agrees: c.Agrees}
		if !c.Agrees {
			row.Verdict = "they contradict: one misses something"
		}
		out = append(out, row)
	}
	return out
}

// quantityWords are the name and the unit that the workload table has for a quantity of the JSON.
func quantityWords(id string) (string, unit) {
	switch id {
	case "ingress_bytes_per_second":
		return "Ingress", byteRate
	case "egress_bytes_per_second":
		return "Egress", byteRate
	case "messages_per_second":
		return "Messages", perSecond
	case "requests_per_second":
		return "Requests", perSecond
	case "connection_attempts_per_second":
		return "New connections", perSecond
	case "stored_bytes":
		return "Stored, one copy", byteSize
	}
	return ruleWords(id), count
}

func (s *screen) comparisons(p page) {
	if len(p.Comparisons) == 0 {
		return
	}
	s.title("Sources compared", "the verdict takes the measured")
	var rows [][]span
	for _, c := range p.Comparisons {
		st := good
		if !c.Agrees {
			st = warn
		}
		rows = append(rows, []span{{c.Quantity, plain}, {c.Estimated, plain}, {c.Measured, plain}, {c.Difference, plain}, {c.Verdict, st}})
	}
	s.table([]column{{}, {title: "worked out", wraps: true}, {title: "measured", wraps: true}, {title: "off", right: true}, {wraps: true}}, rows)
}

func (m *markdown) comparisons(p page) {
	if len(p.Comparisons) == 0 {
		return
	}
	m.text("## Sources compared", "What was worked out beside what was measured; the verdict takes the measured.")
	var rows [][]string
	for _, c := range p.Comparisons {
		rows = append(rows, []string{c.Quantity, c.Estimated, c.Measured, c.Difference, c.Verdict})
	}
	m.table([]string{"Quantity", ">Worked out", ">Measured", ">Difference", ""}, rows)
}

package analyzer

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/verdict"
)

// docRow finds the row of the table of events that names the rule in code.
func docRow(t *testing.T, doc, rule string) []string {
	t.Helper()
	for _, line := range strings.Split(doc, "\n") {
		if cells := strings.Split(line, " | "); strings.HasPrefix(line, "| ") && len(cells) == 6 &&
			strings.Contains(cells[1], "`"+rule+"`") {
			cells[5] = strings.TrimSuffix(cells[5], " |")
			return cells
		}
	}
	t.Errorf("docs/alerting.md has no row for %s", rule)
	return make([]string, 6)
}

func share(u float64) string {
	switch {
	case math.IsInf(u, 1):
		return "never"
	case u > 1 && u < 1.001:
		return "above 100 %"
	}
	return fmt.Sprintf("%.0f %%", u*100)
}

func short(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}

// The table of events says what the code does, for every rule that has a limit.
func TestTheTableOfAlertsIsThatOfTheCode(t *testing.T) {
	text, err := os.ReadFile("../docs/alerting.md")
	if err != nil {
		t.Fatal(err)
	}
	doc, p := string(text), drift.DefaultPolicy()
	hold, clear := short(p.HoldUp), " for "+short(p.HoldDown)
	for _, c := range []verdict.Choice{{Kind: verdict.Serverless, Clusters: 1},
		{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1},
		{Kind: verdict.Standard, Size: "kafka.m7g.large", Brokers: 3, Clusters: 1}} {
		v := Present(presentInput(t, 10), verdict.Verdict{}, drift.State{Held: &c}, p, presentStart)
		if len(v.Options) != 1 {
			t.Fatalf("%s: %d options", c.Name(), len(v.Options))
		}
		for _, r := range v.Options[0].Rules {
			m, followed := drift.MarksOf(r, p)
			if r.Limit == nil || !followed {
				continue
			}
			row := docRow(t, doc, r.ID)
			if row[2] != share(m.Warn) || row[3] != share(m.Critical) || row[4] != hold {
				t.Errorf("%s: the table says %v, the code %s, %s, %s", r.ID, row[2:5], share(m.Warn), share(m.Critical), hold)
			}
			for _, mark := range []float64{m.WarnClear, m.CriticalClear} {
				if !math.IsInf(mark, 1) && !(strings.Contains(row[5], fmt.Sprintf("%.0f %%", math.Floor(mark*100))) &&
					strings.HasSuffix(row[5], clear)) {
					t.Errorf("%s: it clears %q, the code at %g%s", r.ID, row[5], mark, clear)
				}
			}
		}
	}
	for rule, want := range map[string][3]string{
		"forecast/RULE": {"expected within " + short(p.ForecastHorizon), hold,
			"not expected within " + short(p.ForecastHorizon*3/2) + " for " + short(p.ChoiceHold)},
		"missing/RULE": {"no sample", short(p.MissingAfter) + " after the last sample", "at the next sample"},
		"choice":       {"another kind or size", short(p.ChoiceHold), "sent once"},
	} {
		if row := docRow(t, doc, rule); row[2] != want[0] || row[4] != want[1] || row[5] != want[2] {
			t.Errorf("%s: the table says %q, want %q", rule, row, want)
		}
	}
	for _, w := range drift.Watches() {
		if !strings.Contains(doc, "| `"+string(w)+"` |") {
			t.Errorf("docs/alerting.md does not explain %s", w)
		}
	}
	if !strings.Contains(doc, "is sent once in "+short(p.Quiet)) {
		t.Errorf("the quiet time is %s", short(p.Quiet))
	}
}

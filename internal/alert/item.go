package alert

import (
	"fmt"
	"math"
	"strings"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
)

// item puts an event into words and numbers.
func (p *planner) item(e analyzer.Event) Item {
	i := Item{Key: e.Key, Level: e.Level, Reason: e.Reason, Since: e.Since, Title: e.Key, State: stateOf(e.Kind)}
	if r := e.Rule; r != nil {
		i.Title, i.Observed, i.Limit, i.Unit, i.Utilization = r.Title, r.Observed, r.Limit, r.Unit, r.Utilization
	}
	if e.Forecast != nil {
		i.Title, i.Expected = "forecast of "+e.Forecast.Rule, e.Forecast.Expected
	}
	if e.Kind == analyzer.EventChoiceChanged {
		i.Title = "the choice changed to " + e.To.Name()
	}
	if i.State == Raised || i.State == Lowered {
		p.explain(&i)
	}
	return i
}

func stateOf(k analyzer.EventKind) ItemState {
	switch k {
	case analyzer.EventResolved:
		return Resolved
	case analyzer.EventLowered:
		return Lowered
	case analyzer.EventChoiceChanged:
		return ChoiceChanged
	case analyzer.EventRaised:
	}
	return Raised
}

// explain adds why the rule moved, what mends it and how sure the figure is.
func (p *planner) explain(i *Item) {
	rule := strings.TrimPrefix(strings.TrimPrefix(i.Key, "forecast/"), "missing/")
	for _, a := range p.in.Verdict.Actions {
		if a.Mends == rule {
			i.Action = a.Target + ": " + a.Action
			break
		}
	}
	if p.in.WeekAgo != nil {
		i.Movers = analyzer.Movers(*p.in.WeekAgo, p.in.Verdict, rule)
	}
	if q := analyzer.FigureOf(p.in.Verdict, rule); q != nil {
		i.Sure = howSure(*q)
	}
}

// howSure says the method and the bounds of a figure in words.
func howSure(f workload.Figure) string {
	switch err, ok := f.RelativeError(); {
	case !f.Bounded():
		return string(f.Method) + ", a floor: consumers that do not commit are not counted"
	case ok && err == 0:
		return string(f.Method)
	case ok:
		return fmt.Sprintf("%s, ±%s %%", f.Method, workload.FormatNumber(math.Ceil(err*1000)/10))
	}
	return string(f.Method) + ", error unknown"
}

// refreshed brings an open alert's numbers up to the verdict of now.
func (p *planner) refreshed(i Item) Item {
	for _, o := range p.in.Verdict.Options {
		for _, r := range o.Rules {
			if r.ID == i.Key && r.Utilization != nil {
				i.Reason, i.Observed, i.Limit, i.Utilization = r.Evidence, r.Observed, r.Limit, r.Utilization
				p.explain(&i)
				return i
			}
		}
	}
	return i
}

// title is one line: the first item in words and how many more there are.
func title(cluster string, items []Item) string {
	first := items[0]
	what := first.Title
	switch {
	case first.State == Resolved:
		what = "resolved: " + what
	case first.Utilization != nil && first.Level != analyzer.LevelOK:
		what = fmt.Sprintf("%s: %s at %.0f %% of the limit", first.Level, what, *first.Utilization*100)
	case first.State != ChoiceChanged:
		what = string(first.Level) + ": " + what
	}
	if first.State == Reminder {
		what = "still " + what
	}
	if n := len(items) - 1; n > 0 {
		what += fmt.Sprintf(" and %d more", n)
	}
	return cluster + ": " + what
}

package alert

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// item puts an event into words and numbers.
func (p *planner) item(e drift.Event) Item {
	i := Item{Key: e.Key, Level: e.Level, Reason: e.Reason, Since: e.Since, State: stateOf(e.Kind)}
	i.Title = e.Key
	if r := e.Rule; r != nil {
		i.Title, i.Observed, i.Limit, i.Unit, i.Utilization = p.ruleTitle(*r), r.Observed, r.Limit, r.Unit, r.Utilization
	}
	switch {
	case e.Forecast != nil:
		i.Title = "forecast of " + i.Title
	case drift.SubjectOf(e.Key).Kind == drift.OfMissing:
		i.Title = missingTitle + i.Title
	case e.Kind == drift.EventChoiceChanged:
		i.Title = "the choice changed to " + e.To.Name()
		i.Action = fmt.Sprintf("review the verdict: %s costs %s a month", e.To.Name(), workload.FormatUSD(e.To.MonthlyUSD))
		i.When, i.Sure = "the other choice has held since "+date(e.Since),
			"see the confidence of the verdict: "+p.in.Verdict.Confidence.Why
	}
	if i.State == Raised || i.State == Lowered {
		p.explain(&i)
	}
	return i
}

// ruleTitle names the cluster too where several are watched: "MSK Serverless: ingress per cluster".
func (p *planner) ruleTitle(r verdict.Rule) string {
	kind, _, _ := strings.Cut(r.ID, ".")
	for _, o := range p.in.Verdict.Options {
		if len(p.in.Verdict.Options) > 1 && string(o.Kind) == kind {
			return verdict.Choice{Kind: o.Kind, Size: o.Size, Brokers: o.Brokers, Clusters: o.Clusters}.Name() + ": " + r.Title
		}
	}
	return r.Title
}

func stateOf(k drift.EventKind) ItemState {
	switch k {
	case drift.EventResolved:
		return Resolved
	case drift.EventLowered:
		return Lowered
	case drift.EventChoiceChanged:
		return ChoiceChanged
	case drift.EventRaised:
	}
	return Raised
}

// explain adds why the rule moved, what fixes it, how sure the figure is and how it went lately.
func (p *planner) explain(i *Item) {
	subject := drift.SubjectOf(i.Key)
	switch subject.Kind {
	case drift.OfMissing:
		i.Action = "check the cluster's sources on the dashboard, or run mskfit check to see what the source answers"
		i.Sure = "a missing figure is not zero: this rule is unknown, and other alerts on it stay as they were"
		return
	case drift.OfDaemon:
		i.Action = daemonAction(subject.Name)
		return
	case drift.OfRule, drift.OfForecast, drift.OfTest, drift.OfChoice:
	}
	rule := subject.Name
	i.Action = ""
	for _, a := range p.in.Verdict.Actions {
		if a.Fixes == rule {
			i.Action = a.Target + ": " + a.Action + " (" + a.Why + ")"
			break
		}
	}
	i.TopContributors, i.MovedSince = p.in.Earlier.contributors(p.in.Verdict, rule)
	i.DailyPeaks = p.in.Earlier.peaks(rule, i.Unit)
	i.Expected, i.When = p.when(rule)
	if subject.Kind == drift.OfForecast && i.Expected != nil { // the reason says it
		i.When = ""
	}
	i.Sure = ""
	if f := verdict.FigureOf(p.in.Verdict.Workload, rule); f != nil {
		i.Sure = howSure(*f)
	}
}

// daemonAction is what to do about a part of the daemon itself.
func daemonAction(part string) string {
	if part == "catalog" {
		return "fix the file or run mskfit catalog refresh again: until then verdicts use the older quotas and prices"
	}
	return "check the disk, its free space and its permissions (/healthz and the log say why); new data is in memory until then, and lost when the process ends"
}

// when says on which day the limit of a rule is expected to be passed, or why there is no date.
func (p *planner) when(rule string) (*time.Time, string) {
	for _, f := range p.in.Verdict.Forecast {
		switch {
		case f.Rule != rule:
			continue
		case f.Expected == nil:
			return nil, "no date: " + f.Note
		case !f.Expected.After(p.now):
			return f.Expected, "passed already"
		}
		text := "expected to pass the limit on " + day(f.Expected)
		if f.Earliest != nil && f.Latest != nil && day(f.Earliest) != day(f.Latest) {
			text += fmt.Sprintf(" (between %s and %s)", day(f.Earliest), day(f.Latest))
		}
		return f.Expected, text
	}
	return nil, "no date: daily peaks of this figure are not recorded"
}

// howSure says the method and the bounds of a figure in words.
func howSure(f workload.Figure) string {
	switch err, ok := f.RelativeError(); {
	case !f.Bounded():
		return string(f.Method) + ", a floor: consumers that do not commit are not counted"
	case ok && err == 0:
		return string(f.Method) + ", exact"
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
	kind := drift.SubjectOf(first.Key).Kind
	rule := kind == drift.OfRule || kind == drift.OfChoice
	switch {
	case first.State == Resolved:
		what = "resolved: " + what
	case first.State == ChoiceChanged:
	case rule && first.Utilization != nil:
		what = fmt.Sprintf("%s: %s at %s of the limit", first.Level, what, Percent(*first.Utilization))
	case !rule && first.Expected != nil:
		what = fmt.Sprintf("%s: %s: passes the limit on %s", first.Level, what, first.Expected.UTC().Format("2006-01-02"))
	default:
		what = string(first.Level) + ": " + what
	}
	if first.State == Reminder {
		what = "still " + what
	}
	if n := len(items) - 1; n > 0 {
		what += fmt.Sprintf(" and %d more", n)
	}
	if cluster == "" {
		return what
	}
	return cluster + ": " + what
}

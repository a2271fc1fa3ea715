package ledger

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Change is a choice that became another.
type Change struct {
	Before, After Record
	// Why are sentences, the decisive ones first.
	Why []string
}

// Changes explains every change of the cluster's choice since then, newest first, at most limit of them. The first choice
// ever is none.
func (l *Ledger) Changes(ctx context.Context, cluster string, since time.Time, limit int) ([]Change, error) {
	what := fmt.Sprintf("explain the changes of %q", cluster)
	changed, err := l.records(ctx, "cluster = $1 AND at >= $2 AND changed = 1", limit, cluster, millis(since))
	if err != nil {
		return nil, l.wrap(what, err)
	}
	var out []Change
	for _, after := range changed {
		before, err := l.records(ctx, "cluster = $1 AND at < $2 AND kind IS NOT NULL", 1, cluster, millis(after.At))
		if err != nil {
			return nil, l.wrap(what, err)
		}
		if len(before) == 1 {
			out = append(out, Change{Before: before[0], After: after, Why: Explain(before[0], after)})
		}
	}
	return out, nil
}

// noteworthy is by how much a figure must have moved to be named.
const noteworthy = 0.05

// Explain compares what two verdicts on one cluster rest on and says in sentences what differs: first what became of
// the old choice, then the figures that moved by more than 5 %, costs, quotas and prices, requirements and data.
func Explain(before, after Record) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if !same(before.Choice, after.Choice) {
		say("the choice went from %s to %s", nameOf(before), nameOf(after))
	}
	out = append(out, rulesThatTurned(before, after)...)
	out = append(out, figuresThatMoved(before.Summary, after.Summary)...)
	out = append(out, costsThatMoved(before.Summary, after.Summary)...)
	if before.Quotas != after.Quotas {
		say("quotas are those of %s instead of %s", after.Quotas, before.Quotas)
	}
	if before.Prices != after.Prices {
		say("prices are those of %s instead of %s", after.Prices, before.Prices)
	}
	if before.Summary.Profile != after.Summary.Profile {
		say("sizing profile %s instead of %s", after.Summary.Profile, before.Summary.Profile)
	}
	answered, asked := split(before.Summary.Questions, after.Summary.Questions)
	if len(answered) > 0 {
		say("declared since: %s", strings.Join(answered, ", "))
	}
	if len(asked) > 0 {
		say("no longer declared, or of weight only now: %s", strings.Join(asked, ", "))
	}
	if d := after.Summary.Coverage - before.Summary.Coverage; math.Abs(d) > noteworthy {
		say("data for %.0f %% of the window instead of %.0f %%", after.Summary.Coverage*100, before.Summary.Coverage*100)
	}
	closed, opened := split(before.Summary.Gaps, after.Summary.Gaps)
	if len(opened) > 0 {
		say("not seen any more: %s", few(opened))
	}
	if len(closed) > 0 {
		say("seen again: %s", few(closed))
	}
	if len(out) == 0 || len(out) == 1 && !same(before.Choice, after.Choice) {
		say("no input moved by more than %.0f %%: the two choices are close", noteworthy*100)
	}
	return out
}

func nameOf(r Record) string {
	if r.Choice == nil {
		return "undecided"
	}
	return r.Choice.Name()
}

// rulesThatTurned looks at the kinds of the two choices, the old one first: its failing rules are why it was left.
func rulesThatTurned(before, after Record) (out []string) {
	var kinds []verdict.Kind
	for _, c := range []*verdict.Choice{before.Choice, after.Choice} {
		if c != nil && !slices.Contains(kinds, c.Kind) {
			kinds = append(kinds, c.Kind)
		}
	}
	for _, kind := range kinds {
		old, fresh := before.Summary.Kinds[kind], after.Summary.Kinds[kind]
		for _, id := range slices.Sorted(maps.Keys(fresh.Rules)) {
			was, known := old.Rules[id]
			is := fresh.Rules[id]
			switch {
			case known && was.Outcome != is.Outcome:
				out = append(out, fmt.Sprintf("%s: %s, was %s%s", id, is.Outcome, was.Outcome, evidence(is)))
			case known && moved(was.Limit, is.Limit):
				out = append(out, fmt.Sprintf("%s: the limit is %s %s, was %s", id, number(is.Limit), is.Unit, number(was.Limit)))
			}
		}
	}
	return out
}

func evidence(r RuleSummary) string {
	switch {
	case r.Evidence != "":
		return " (" + r.Evidence + ")"
	case r.Observed != nil && r.Limit != nil:
		return fmt.Sprintf(" (%s of %s %s)", number(r.Observed), number(r.Limit), r.Unit)
	}
	return ""
}

func number(v *float64) string {
	if v == nil {
		return "none"
	}
	return workload.FormatNumber(*v)
}

func moved(a, b *float64) bool {
	if a == nil || b == nil {
		return a != b
	}
	return *a != *b
}

// figuresThatMoved names each figure once, by the statistic that moved most.
func figuresThatMoved(before, after Summary) (out []string) {
	for _, name := range slices.Sorted(maps.Keys(after.Figures)) {
		is := after.Figures[name]
		was, known := before.Figures[name]
		words := strings.ReplaceAll(strings.TrimSuffix(strings.TrimSuffix(name, "_per_second"), "_bytes"), "_", " ")
		if !known {
			out = append(out, fmt.Sprintf("%s is known now: %s", words, format(name, is.Mean)))
			continue
		}
		statistic, a, b := "", was.Mean, is.Mean
		for _, s := range []struct {
			name string
			a, b *float64
		}{{" p95", was.P95, is.P95}, {" peak", was.Peak, is.Peak}} {
			if s.a != nil && s.b != nil && math.Abs(ratio(*s.a, *s.b)) > math.Abs(ratio(a, b)) {
				statistic, a, b = s.name, *s.a, *s.b
			}
		}
		if r := ratio(a, b); math.Abs(r) > noteworthy {
			out = append(out, fmt.Sprintf("%s%s went from %s to %s%s", words, statistic, format(name, a), format(name, b), percent(r)))
		}
		if was.Method != is.Method {
			out = append(out, fmt.Sprintf("%s is %s, was %s", words, is.Method, was.Method))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before.Figures)) {
		if _, known := after.Figures[name]; !known {
			out = append(out, strings.ReplaceAll(name, "_", " ")+" is not known any more")
		}
	}
	return out
}

// ratio is the relative change; from nothing to something it is infinite.
func ratio(a, b float64) float64 {
	switch {
	case a == b:
		return 0
	case a == 0:
		return math.Inf(1)
	}
	return (b - a) / a
}

func percent(r float64) string {
	if math.IsInf(r, 0) {
		return ""
	}
	return fmt.Sprintf(" (%+.0f %%)", r*100)
}

// format writes a figure in the unit that its name tells.
func format(name string, v float64) string {
	switch {
	case strings.HasSuffix(name, "_bytes_per_second"):
		return workload.FormatByteRate(v)
	case strings.HasSuffix(name, "_bytes"):
		return workload.FormatBytes(v)
	case strings.HasSuffix(name, "_per_second"):
		return workload.FormatNumber(v) + "/s"
	}
	return workload.FormatNumber(v)
}

func costsThatMoved(before, after Summary) (out []string) {
	for _, kind := range []verdict.Kind{verdict.Serverless, verdict.ServerlessSplit, verdict.Standard, verdict.Express} {
		was, is := before.Kinds[kind], after.Kinds[kind]
		if was.MonthlyUSD == nil || is.MonthlyUSD == nil || math.Abs(ratio(*was.MonthlyUSD, *is.MonthlyUSD)) <= noteworthy {
			continue
		}
		size := ""
		if !same(&was.Choice, &is.Choice) {
			size = fmt.Sprintf(", %s instead of %s", is.Choice.Name(), was.Choice.Name())
		}
		out = append(out, fmt.Sprintf("%s would cost %s a month, was %s%s", strings.ReplaceAll(string(kind), "_", " "),
			workload.FormatUSD(*is.MonthlyUSD), workload.FormatUSD(*was.MonthlyUSD), size))
	}
	return out
}

// split tells what stands in a alone from what stands in b alone.
func split(a, b []string) (onlyA, onlyB []string) {
	for _, x := range a {
		if !slices.Contains(b, x) {
			onlyA = append(onlyA, x)
		}
	}
	for _, x := range b {
		if !slices.Contains(a, x) {
			onlyB = append(onlyB, x)
		}
	}
	return onlyA, onlyB
}

func few(list []string) string {
	if len(list) > 3 {
		return strings.Join(list[:3], ", ") + fmt.Sprintf(" and %d more", len(list)-3)
	}
	return strings.Join(list, ", ")
}

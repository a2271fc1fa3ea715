package teams

import (
	"fmt"
	"strings"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// object is a part of a card.
type object map[string]any

// Card is the message as Teams takes it. Texts are runs, which are shown as they are: in a TextBlock a topic's name could be read
// as Markdown.
func Card(m alert.Message) any {
	body := []object{{"type": "RichTextBlock",
		"inlines": []object{run(m.Title, object{"size": "large", "weight": "bolder", "color": color(m)})}}}
	if m.Report != nil {
		body = append(body, rows(*m.Report)...)
	}
	if m.Kind == alert.KindTest {
		body = append(body, lines("This is a test message from mskfit. Alerts look like this one, with more details.", nil))
	}
	for _, i := range m.Items {
		body = append(body, item(i))
	}
	if text := footer(m); text != "" {
		body = append(body, lines(text, object{"isSubtle": true, "size": "small"}))
	}
	card := object{"type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "version": "1.4",
		"body": body, "msteams": object{"width": "Full"}}
	if m.Link != "" {
		card["actions"] = []object{{"type": "Action.OpenUrl", "title": "Open dashboard", "url": m.Link}}
	}
	return object{"type": "message", "summary": alert.Cut(m.Title, 200),
		"attachments": []object{{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}}}
}

func color(m alert.Message) string {
	switch {
	case m.Severity == drift.LevelCritical:
		return "attention"
	case m.Severity == drift.LevelWarning:
		return "warning"
	case m.Kind == alert.KindDrift:
		return "good"
	}
	return "default"
}

// longest is how long one text may be, in bytes.
const longest = 1500

func run(text string, style object) object {
	out := object{"type": "TextRun", "text": alert.Cut(text, longest)}
	for k, v := range style {
		out[k] = v
	}
	return out
}

func lines(text string, style object) object {
	return object{"type": "RichTextBlock", "inlines": []object{run(text, style)}}
}

// item is one rule: its heading, and what there is to say.
func item(i alert.Item) object {
	parts := []object{lines(strings.ToUpper(strings.ReplaceAll(string(i.State), "_", " "))+" · "+i.Title,
		object{"weight": "bolder"})}
	say := func(text string) { parts = append(parts, lines(text, nil)) }
	if i.Utilization != nil {
		text := alert.Bar(*i.Utilization, 20) + " " + alert.Percent(*i.Utilization)
		if i.Observed != nil && i.Limit != nil {
			text += " · " + verdict.AmountOf(*i.Observed, *i.Limit, i.Unit)
		}
		parts = append(parts, lines(text, object{"fontType": "monospace"}))
	}
	say(i.Reason)
	for n, m := range i.TopContributors {
		prefix := "then "
		if n == 0 {
			prefix = "Why: moved most since " + i.MovedSince.UTC().Format("2006-01-02") + ": "
		}
		say(prefix + alert.Moved(m))
	}
	for _, fact := range [][2]string{{"Do: ", i.Action}, {"When: ", i.When}, {"How sure: ", i.Sure}} {
		if fact[1] != "" {
			say(fact[0] + fact[1])
		}
	}
	if !i.Since.IsZero() {
		say("since " + i.Since.UTC().Format("2006-01-02 15:04 MST"))
	}
	return object{"type": "Container", "separator": true, "items": parts}
}

func rows(r alert.Report) []object {
	var out []object
	if text := r.Cost(); text != "" {
		out = append(out, lines(text, object{"weight": "bolder"}))
	}
	if text := r.Compared(); text != "" {
		out = append(out, lines(text, object{"isSubtle": true}))
	}
	for _, row := range r.Clusters {
		heading := row.Cluster + " · undecided"
		if row.Choice != nil {
			heading = row.Cluster + " · " + row.Choice.Name() + ", " + workload.FormatUSD(row.Choice.MonthlyUSD) + " a month"
		}
		if row.Before != nil {
			heading += " (was " + row.Before.Name() + ")"
		}
		if row.CurrentUSD != nil {
			heading += "; today " + workload.FormatUSD(*row.CurrentUSD)
		}
		parts := []object{lines(heading, object{"weight": "bolder"}), lines(row.Reason, nil)}
		if row.Utilization != nil && row.Binding != "" {
			parts = append(parts, lines(alert.Bar(*row.Utilization, 20)+" "+alert.Percent(*row.Utilization)+" of "+row.Binding,
				object{"fontType": "monospace"}))
		}
		for _, c := range row.Changes {
			parts = append(parts, lines("• "+c, nil))
		}
		if len(row.TopContributors) > 0 {
			parts = append(parts, lines("moved most: "+alert.Moved(row.TopContributors[0]), nil))
		}
		if row.Expected != nil {
			parts = append(parts, lines("a limit is expected to be passed on "+row.Expected.UTC().Format(time.DateOnly), nil))
		}
		if row.Action != "" {
			parts = append(parts, lines("Do: "+row.Action, nil))
		}
		out = append(out, object{"type": "Container", "separator": true, "items": parts})
	}
	return out
}

func footer(m alert.Message) string {
	var parts []string
	omitted, what := m.Omitted, "more"
	if m.Report != nil {
		omitted, what = m.Report.Omitted, "more clusters"
	}
	if omitted > 0 {
		parts = append(parts, fmt.Sprintf("and %d %s, on the dashboard", omitted, what))
	}
	if m.Choice != nil && m.Report == nil {
		parts = append(parts, "needs "+m.Choice.Name()+", "+workload.FormatUSD(m.Choice.MonthlyUSD)+" a month")
	}
	if m.Region != "" {
		parts = append(parts, m.Region)
	}
	return strings.Join(parts, " · ")
}

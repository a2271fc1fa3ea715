package slack

import (
	"fmt"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// How long each part of an item may be, in characters: together they stay below what a section takes, so that nothing is cut
// in the middle of a link or an entity.
const (
	longestTitle       = 200
	longestReason      = 800
	longestContributor = 200
	longestAction      = 700
	longestLine        = 300
	// longestAmounts is "164 MB/s of 200 MB/s" with room.
	longestAmounts = 100
)

// Blocks are the message in Block Kit: a heading, a section for each item, what else there is to know, and the button that
// leads to the dashboard. They keep Slack's limits whatever the message holds.
func Blocks(m alert.Message) []api.Block {
	blocks := []api.Block{heading(m)}
	switch {
	case m.Report != nil:
		blocks = append(blocks, reportBlocks(*m.Report)...)
	case m.Kind == alert.KindTest:
		blocks = append(blocks, section("This is a test message from mskfit. Alerts look like this one, with more details."))
	}
	for i, item := range m.Items {
		if i > 0 {
			blocks = append(blocks, api.NewDividerBlock())
		}
		blocks = append(blocks, itemBlocks(item)...)
	}
	return closing(m, blocks)
}

// closing adds the line of context and the button.
func closing(m alert.Message, blocks []api.Block) []api.Block {
	if text := contextLine(m); text != "" {
		blocks = append(blocks, api.NewContextBlock("", mrkdwn(text)))
	}
	if b := button(m.Link); b != nil {
		blocks = append(blocks, b)
	}
	return blocks
}

func heading(m alert.Message) api.Block {
	return api.NewHeaderBlock(api.NewTextBlockObject(api.PlainTextType, symbol(m)+" "+inline(m.Title, maxHeader-25), true, false))
}

// symbol is the emoji that a message begins with.
func symbol(m alert.Message) string {
	switch {
	case m.Kind == alert.KindReport:
		return ":bar_chart:"
	case m.Kind == alert.KindTest:
		return ":bell:"
	case m.Severity == drift.LevelCritical:
		return ":red_circle:"
	case m.Severity == drift.LevelWarning, m.StillOpen > 0:
		return ":large_orange_circle:"
	}
	return ":large_green_circle:"
}

// itemBlocks write one rule: what, why, what to do in the text, when and how sure in the fields.
func itemBlocks(i alert.Item) []api.Block {
	lines := []string{"*" + strings.ToUpper(strings.ReplaceAll(string(i.State), "_", " ")) + "* · *" +
		inline(i.Title, longestTitle) + "*"}
	if bar := utilizationLine(i); bar != "" {
		lines = append(lines, bar)
	}
	lines = append(lines, inline(i.Reason, longestReason))
	if days := sparkline(i.DailyPeaks, i.Limit); days != "" {
		lines = append(lines, days)
	}
	for n, contributor := range i.TopContributors {
		label := "then "
		if n == 0 {
			label = "*Why:* moved most since " + i.MovedSince.UTC().Format("2006-01-02") + ": "
		}
		lines = append(lines, label+inline(alert.Moved(contributor), longestContributor))
	}
	if i.Action != "" {
		lines = append(lines, "*Do:* "+inline(i.Action, longestAction))
	}
	blocks := []api.Block{section(strings.Join(lines, "\n"))}
	if facts := factLine(i); facts != "" {
		blocks = append(blocks, api.NewContextBlock("", mrkdwn(facts)))
	}
	return blocks
}

// utilizationLine is the bar with its numbers: "████████░░ 82 % · 164 MB/s of 200 MB/s".
func utilizationLine(i alert.Item) string {
	if i.Utilization == nil {
		return ""
	}
	line := code(alert.Bar(*i.Utilization, 20)) + " *" + alert.Percent(*i.Utilization) + "*"
	if i.Observed != nil && i.Limit != nil {
		line += " · " + inline(verdict.AmountOf(*i.Observed, *i.Limit, i.Unit), longestAmounts)
	}
	return line
}

func factLine(i alert.Item) string {
	var facts []string
	if !i.Since.IsZero() {
		facts = append(facts, "since "+i.Since.UTC().Format("2006-01-02 15:04 MST"))
	}
	if i.When != "" {
		facts = append(facts, "when: "+inline(i.When, longestLine))
	}
	if i.Sure != "" {
		facts = append(facts, "how sure: "+inline(i.Sure, longestLine))
	}
	return strings.Join(facts, " · ")
}

func contextLine(m alert.Message) string {
	var parts []string
	if m.Omitted > 0 {
		parts = append(parts, fmt.Sprintf("and %d more, on the dashboard", m.Omitted))
	}
	if m.Kind == alert.KindDrift && m.Cluster != "" {
		parts = append(parts, open(m.StillOpen))
	}
	if m.Choice != nil && m.Report == nil {
		parts = append(parts, "needs "+inline(m.Choice.Name(), longestLine)+", "+workload.FormatUSD(m.Choice.MonthlyUSD)+" a month")
	}
	if m.Region != "" {
		parts = append(parts, inline(m.Region, 60))
	}
	return strings.Join(parts, " · ")
}

func open(n int) string {
	switch n {
	case 0:
		return "nothing else is open"
	case 1:
		return "1 alert is open"
	}
	return fmt.Sprintf("%d alerts are open", n)
}

func button(link string) api.Block {
	if link == "" || units(link) > maxURL {
		return nil
	}
	b := api.NewButtonBlockElement("mskfit_dashboard", "",
		api.NewTextBlockObject(api.PlainTextType, "Open dashboard", false, false))
	b.URL = link
	return api.NewActionBlock("", b)
}

func section(text string) api.Block { return api.NewSectionBlock(mrkdwn(text), nil, nil) }

func mrkdwn(text string) *api.TextBlockObject {
	return api.NewTextBlockObject(api.MarkdownType, text, false, false)
}

// sparkline draws the daily peaks in eighths of the limit, or of the highest day where there is no limit; a day whose peak
// is a floor is drawn like the others.
func sparkline(days []alert.DayPeak, limit *float64) string {
	if len(days) < 7 {
		return ""
	}
	top := 0.0
	for _, d := range days {
		top = max(top, d.Value)
	}
	if limit != nil {
		top = max(top, *limit)
	}
	if top <= 0 {
		return ""
	}
	var b strings.Builder
	for _, d := range days {
		b.WriteRune([]rune("▁▂▃▄▅▆▇█")[max(0, min(int(d.Value/top*8), 7))])
	}
	return code(b.String()) + fmt.Sprintf(" peaks of %d days", len(days))
}

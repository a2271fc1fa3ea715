package slack

import (
	"fmt"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// reportBlocks are one section for each cluster, and the fleet's sum first.
func reportBlocks(r alert.Report) []api.Block {
	var blocks []api.Block
	if text := fleetText(r); text != "" {
		blocks = append(blocks, section(text))
	}
	for _, row := range r.Clusters {
		blocks = append(blocks, section(rowText(row)))
	}
	if r.Omitted > 0 {
		blocks = append(blocks, section(fmt.Sprintf("and %d more clusters, on the dashboard", r.Omitted)))
	}
	return blocks
}

// fleetText says what all clusters together need and cost, and since when changes are listed. What it would say of a single
// cluster is in its row.
func fleetText(r alert.Report) string {
	var lines []string
	if text := r.Cost(); text != "" {
		lines = append(lines, "*"+text+"*")
	}
	if text := r.Compared(); text != "" {
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n")
}

// How long the parts of a row may be: together they stay below what a section takes.
const (
	longestName    = 60
	longestChange  = 150
	mostChanges    = 4
	longestRowPart = 400
)

func rowText(row alert.ReportRow) string {
	name := "*" + inline(row.Cluster, longestTitle) + "*"
	if link := escape(row.Link, maxURL); link != "" && units(link) < longestRowPart && !strings.Contains(link, "|") {
		name = "*<" + link + "|" + inline(row.Cluster, longestTitle) + ">*"
	}
	lines := []string{name + " · " + choiceText(row)}
	if row.Utilization != nil && row.Binding != "" {
		lines = append(lines, code(alert.Bar(*row.Utilization, 20))+" "+alert.Percent(*row.Utilization)+" of "+
			inline(row.Binding, longestName))
	}
	lines = append(lines, inline(row.Reason, longestRowPart))
	for _, c := range row.Changes[:min(len(row.Changes), mostChanges)] {
		lines = append(lines, "• "+inline(c, longestChange))
	}
	if len(row.TopContributors) > 0 {
		lines = append(lines, "moved most: "+inline(contributors(row.TopContributors), longestRowPart))
	}
	if row.Expected != nil {
		lines = append(lines, "a limit is expected to be passed on "+row.Expected.UTC().Format("2006-01-02"))
	}
	if row.Action != "" {
		do := "*Do:* "
		if row.Actions > 1 {
			do = fmt.Sprintf("*Do* (1 of %d): ", row.Actions)
		}
		lines = append(lines, do+inline(row.Action, longestRowPart))
	}
	return strings.Join(lines, "\n")
}

func choiceText(row alert.ReportRow) string {
	if row.Choice == nil {
		return "undecided"
	}
	text := inline(row.Choice.Name(), longestName) + ", " + workload.FormatUSD(row.Choice.MonthlyUSD) + " a month"
	if row.Before != nil {
		text += " (was " + inline(row.Before.Name(), longestName) + ")"
	}
	if row.CurrentUSD != nil {
		text += "; today " + workload.FormatUSD(*row.CurrentUSD)
	}
	return text
}

func contributors(all []verdict.Contributor) string {
	var out []string
	for _, m := range all {
		out = append(out, alert.Moved(m))
	}
	return strings.Join(out, ", ")
}

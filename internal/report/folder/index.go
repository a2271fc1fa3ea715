package folder

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/report/page"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/texttable"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// indexRow is one cluster of index.json.
type indexRow struct {
	Cluster string          `json:"cluster"`
	Status  verdict.Status  `json:"status"`
	Choice  *verdict.Choice `json:"choice"`
	At      time.Time       `json:"at"`
	Reason  string          `json:"reason,omitempty"`
	// Changed is what became different since the report before.
	Changed []string `json:"changed,omitempty"`
	// Files are the newest report's, relative to the folder, by format.
	Files map[string]string `json:"files"`
	// Earlier are the dates of the older reports that are still there, newest first.
	Earlier []string `json:"earlier"`
}

// Needs and Monthly are the choice in words.
func (r indexRow) Needs() string {
	if r.Choice == nil {
		return "undecided"
	}
	return r.Choice.Name()
}

// Monthly is the price, empty without a choice.
func (r indexRow) Monthly() string {
	if r.Choice == nil {
		return ""
	}
	return workload.FormatDollars(r.Choice.MonthlyUSD)
}

// index writes index.json, index.md and index.html over the clusters of this run.
func (f *Folder) index(ctx context.Context, s store, verdicts []verdict.Verdict, now time.Time) error {
	rows := []indexRow{}
	var errs []error
	for _, v := range verdicts {
		row := indexRow{Cluster: v.Cluster, Status: v.Status, Choice: v.Choice, At: v.At, Files: map[string]string{},
			Earlier: []string{}}
		if len(v.Reasons) > 0 {
			row.Reason = v.Reasons[0]
		}
		if since := view.ChangesOf(v); since != nil {
			row.Changed = since.Items
		}
		for _, name := range f.cfg.Formats {
			row.Files[name] = fileName(v.Cluster, now, name)
		}
		dates, err := runs(ctx, s, v.Cluster)
		errs = append(errs, err)
		dates = slices.DeleteFunc(dates, func(d string) bool { return d == now.UTC().Format(stamp) })
		slices.Reverse(dates)
		row.Earlier = append(row.Earlier, dates[:min(len(dates), f.cfg.Keep-1)]...) // the rest is about to be removed
		rows = append(rows, row)
	}
	text, err := json.MarshalIndent(map[string]any{"at": now.UTC(), "clusters": rows}, "", "  ")
	if err != nil {
		return fmt.Errorf("index of reports: %w", err)
	}
	html, err := htmlIndex(rows, now)
	if err != nil {
		return fmt.Errorf("index of reports: %w", err)
	}
	return errors.Join(append(errs,
		s.put(ctx, "index.json", "application/json", append(text, '\n')),
		s.put(ctx, "index.md", "text/markdown; charset=utf-8", markdownIndex(rows, now)),
		s.put(ctx, "index.html", "text/html; charset=utf-8", html))...)
}

func markdownIndex(rows []indexRow, now time.Time) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# mskfit reports\n\n%s\n\n", now.UTC().Format("2006-01-02 15:04 MST"))
	t := texttable.New("cluster", "needs", ">a month", "reason", "report")
	for _, r := range rows {
		var links []string
		for _, name := range []string{"html", "markdown", "text", "json"} {
			if path, ok := r.Files[name]; ok {
				links = append(links, fmt.Sprintf("[%s](%s)", name, path))
			}
		}
		t.Row(r.Cluster, r.Needs(), r.Monthly(), texttable.Cell(r.Reason), strings.Join(links, " "))
	}
	t.Markdown(&b)
	return []byte(b.String())
}

//go:embed index.html
var indexHTML string

var indexPage = template.Must(page.Parts().New("index").Funcs(template.FuncMap{
	"day": func(date string) string {
		at, err := time.Parse(stamp, date)
		if err != nil {
			return date
		}
		return at.Format("2006-01-02 15:04")
	},
}).Parse(indexHTML))

// htmlIndex is the page that opens the folder. Its links are relative.
func htmlIndex(rows []indexRow, now time.Time) ([]byte, error) {
	total, undecided := 0.0, 0
	for _, r := range rows {
		if r.Choice == nil {
			undecided++
			continue
		}
		total += r.Choice.MonthlyUSD
	}
	clusters := "1 cluster"
	if len(rows) != 1 {
		clusters = fmt.Sprintf("%d clusters", len(rows))
	}
	var b bytes.Buffer
	err := indexPage.Execute(&b, map[string]any{"Rows": rows, "At": now.UTC().Format("2006-01-02 15:04 MST"),
		"Total":    workload.FormatDollars(total),
		"Clusters": clusters, "Undecided": undecided})
	return page.Typeset(b.Bytes()), err
}

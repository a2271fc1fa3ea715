// Package folder keeps the scheduled reports as files: one dated set a run and cluster, an index of the newest, and no more
// of the old ones than asked for.
package folder

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/report"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/wholefile"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
	"github.com/mskfit/mskfit/verdict"
)

// Config says where the reports go.
type Config struct {
	// Directory is the folder (default reports, below the data directory). Empty: no files are written.
	Directory string `yaml:"directory"`
	// Keep is how many reports of each cluster are kept (default 60, 1–10000).
	Keep int `yaml:"keep"`
	// Formats are text, markdown, html and json (default all).
	Formats []string `yaml:"formats"`
}

// DefaultConfig returns the configuration with every default.
func DefaultConfig() Config {
	return Config{Directory: "reports", Keep: 60, Formats: []string{"text", "markdown", "html", "json"}}
}

type format struct {
	extension string
	write     func(io.Writer, verdict.Verdict) error
}

var formats = map[string]format{
	"text": {"txt", func(w io.Writer, v verdict.Verdict) error {
		return report.Text(w, view.Of(v, view.Past{}), report.TextOptions{Details: true})
	}},
	"markdown": {"md", func(w io.Writer, v verdict.Verdict) error { return report.Markdown(w, view.Of(v, view.Past{})) }},
	"html":     {"html", func(w io.Writer, v verdict.Verdict) error { return report.HTML(w, view.Of(v, view.Past{})) }},
	"json":     {"json", report.JSON},
}

// Validate reports every value that cannot work.
func (c Config) Validate() error {
	var errs []error
	if c.Keep < 1 || c.Keep > 10000 {
		errs = append(errs, yamlfile.Invalid("keep", "%d must be from 1 to 10000", c.Keep))
	}
	if c.Directory != "" && len(c.Formats) == 0 {
		errs = append(errs, yamlfile.Invalid("formats", "empty: name text, markdown, html or json, or leave directory empty to write no files"))
	}
	for i, f := range c.Formats {
		if _, ok := formats[f]; !ok {
			errs = append(errs, yamlfile.Invalid(fmt.Sprintf("formats[%d]", i), "%q is not a format: write text, markdown, html or json", f))
		}
	}
	return errors.Join(errs...)
}

// Folder writes reports.
type Folder struct{ cfg Config }

// New returns a folder; it is created with the first report.
func New(cfg Config) *Folder { return &Folder{cfg} }

// stamp is the date in a report's name: it sorts, and every file system takes it.
const stamp = "2006-01-02T150405Z"

// Report writes the verdicts and then the index, so that the index never names a file that is not there; then it
// removes the oldest reports of each cluster. A cluster whose report cannot be written does not keep the others from theirs.
func (f *Folder) Report(ctx context.Context, verdicts []verdict.Verdict, now time.Time) error {
	if f.cfg.Directory == "" {
		return nil
	}
	var errs []error
	for _, v := range verdicts {
		if err := ctx.Err(); err != nil {
			return errors.Join(append(errs, err)...)
		}
		errs = append(errs, f.write(v, now), f.prune(v.Cluster))
	}
	return errors.Join(append(errs, f.index(verdicts, now))...)
}

func (f *Folder) write(v verdict.Verdict, now time.Time) error {
	dir := filepath.Join(f.cfg.Directory, v.Cluster)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("report of %s: %w", v.Cluster, err)
	}
	for _, name := range f.cfg.Formats {
		var b bytes.Buffer
		if err := formats[name].write(&b, v); err != nil {
			return fmt.Errorf("report of %s as %s: %w", v.Cluster, name, err)
		}
		if err := wholefile.Write(filepath.Join(dir, now.UTC().Format(stamp)+"."+formats[name].extension), b.Bytes()); err != nil {
			return fmt.Errorf("report of %s: %w", v.Cluster, err)
		}
	}
	return nil
}

// runs lists the dates of a cluster's reports, oldest first; files of other names are not ours.
func (f *Folder) runs(cluster string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(f.cfg.Directory, cluster))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		date := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))
		if _, err := time.Parse(stamp, date); err == nil {
			out = append(out, date)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func (f *Folder) prune(cluster string) error {
	runs, err := f.runs(cluster)
	if err != nil {
		return fmt.Errorf("prune reports of %s: %w", cluster, err)
	}
	var errs []error
	for len(runs) > f.cfg.Keep {
		for _, format := range formats {
			path := filepath.Join(f.cfg.Directory, cluster, runs[0]+"."+format.extension)
			if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
				errs = append(errs, fmt.Errorf("prune reports of %s: %w", cluster, err))
			}
		}
		runs = runs[1:]
	}
	return errors.Join(errs...)
}

// indexRow is one cluster of index.json.
type indexRow struct {
	Cluster string          `json:"cluster"`
	Status  verdict.Status  `json:"status"`
	Choice  *verdict.Choice `json:"choice"`
	At      time.Time       `json:"at"`
	Reason  string          `json:"reason,omitempty"`
	// Files are the newest report's, relative to the folder, by format.
	Files map[string]string `json:"files"`
	// Earlier are the dates of the older reports that are still there, newest first.
	Earlier []string `json:"earlier"`
}

// index writes index.json and index.md over the clusters of this run.
func (f *Folder) index(verdicts []verdict.Verdict, now time.Time) error {
	var rows []indexRow
	for _, v := range verdicts {
		row := indexRow{Cluster: v.Cluster, Status: v.Status, Choice: v.Choice, At: v.At, Files: map[string]string{}, Earlier: []string{}}
		if len(v.Reasons) > 0 {
			row.Reason = v.Reasons[0]
		}
		date := now.UTC().Format(stamp)
		for _, name := range f.cfg.Formats {
			path := v.Cluster + "/" + date + "." + formats[name].extension
			if _, err := os.Stat(filepath.Join(f.cfg.Directory, path)); err == nil {
				row.Files[name] = path
			}
		}
		if runs, err := f.runs(v.Cluster); err == nil {
			row.Earlier = slices.DeleteFunc(runs, func(d string) bool { return d == date })
			slices.Reverse(row.Earlier)
		}
		rows = append(rows, row)
	}
	text, err := json.MarshalIndent(map[string]any{"at": now.UTC(), "clusters": rows}, "", "  ")
	if err != nil {
		return fmt.Errorf("index of reports: %w", err)
	}
	return errors.Join(
		wholefile.Write(filepath.Join(f.cfg.Directory, "index.json"), append(text, '\n')),
		wholefile.Write(filepath.Join(f.cfg.Directory, "index.md"), markdownIndex(rows, now)))
}

func markdownIndex(rows []indexRow, now time.Time) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# mskfit reports\n\n%s\n\n| cluster | needs | a month | reason | report |\n| --- | --- | ---: | --- | --- |\n", now.UTC().Format("2006-01-02 15:04 MST"))
	for _, r := range rows {
		needs, usd := "undecided", ""
		if r.Choice != nil {
			needs, usd = r.Choice.Name(), workload.FormatUSD(r.Choice.MonthlyUSD)
		}
		var links []string
		for _, name := range []string{"html", "markdown", "text", "json"} {
			if path, ok := r.Files[name]; ok {
				links = append(links, fmt.Sprintf("[%s](%s)", name, path))
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.Cluster, needs, usd, strings.ReplaceAll(r.Reason, "|", `\|`), strings.Join(links, " "))
	}
	return b.Bytes()
}

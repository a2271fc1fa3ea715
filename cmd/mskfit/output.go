package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/report"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/wholefile"
	"github.com/mskfit/mskfit/verdict"
)

// output is what the commands that end in a verdict have in common: how it is shown, where it goes, what it must be, and
// how much the command prints while it runs. stdout carries only the result; everything else goes to stderr.
type output struct {
	logging
	format  string
	file    string
	table   string
	details bool
	require string
	profile string
	// timezone is as written, zone what it means.
	timezone string
	zone     *time.Location
}

var formats = []string{"text", "markdown", "html", "json", "csv"}

// extensions give the format of a file that is named without one.
var extensions = map[string]string{".txt": "text", ".md": "markdown", ".html": "html", ".htm": "html", ".json": "json",
	".csv": "csv"}

// provisioned is no kind of its own, but somebody may require either of the two.
const provisioned = "provisioned"

var kinds = []string{string(verdict.Serverless), string(verdict.ServerlessSplit), string(verdict.Standard), string(verdict.Express),
	provisioned}

// addOutput gives a command the common flags.
func addOutput(cmd *cobra.Command) *output {
	o := &output{}
	o.logging.addTo(cmd)
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "", "`FORMAT` of the result: text, markdown, html, json or csv (default: by the extension of --out, else text)")
	f.StringVar(&o.file, "out", "", "write to `FILE` instead of stdout, all at once or not at all")
	f.BoolVar(&o.details, "details", false, "print everything as text, not only the summary")
	f.StringVar(&o.table, "table", "topics", "`TABLE` of csv: "+strings.Join(report.Tables, ", "))
	f.StringVar(&o.require, "require", "", "exit with 3 unless the verdict is `KIND`: "+strings.Join(kinds, ", "))
	f.StringVar(&o.profile, "sizing-profile", analyzer.DefaultOptions().Profile,
		"size by profile `NAME`: mskfit, aws-script or aws-guide")
	f.StringVar(&o.timezone, "timezone", "local",
		"write times in `ZONE`: an IANA name such as Europe/Berlin, UTC, or local (JSON and CSV: UTC)")
	complete(cmd, "format", formats)
	complete(cmd, "table", report.Tables)
	complete(cmd, "require", kinds)
	complete(cmd, "sizing-profile", []string{"mskfit", "aws-script", "aws-guide"})
	return o
}

// complete offers words where a shell asks what may follow a flag.
func complete(cmd *cobra.Command, flag string, words []string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the flag's name is misspelt in the code; any test finds it
	}
}

// check reports every flag that cannot work, and resolves the format.
func (o *output) check(c *catalog.Catalog) error {
	errs := []error{o.logging.check(), o.resolveFormat(), o.resolveZone(), oneOf("--table", o.table, report.Tables)}
	if o.require != "" {
		errs = append(errs, oneOf("--require", o.require, kinds))
	}
	if c != nil {
		errs = append(errs, oneOf("--sizing-profile", o.profile, profiles(c)))
	}
	return errors.Join(errs...)
}

// resolveFormat takes the format of --format, else that of the extension of --out, else text. An extension that is none of ours is
// refused: the file would not be what its name says.
func (o *output) resolveFormat() error {
	extension := strings.ToLower(filepath.Ext(o.file))
	of, known := extensions[extension]
	switch {
	case o.format != "":
		return oneOf("--format", o.format, formats)
	case known:
		o.format = of
	case extension != "" && !o.toStdout():
		return fmt.Errorf("--out %s: mskfit writes no %s files: name it .txt, .md, .html, .json or .csv, or give --format%s",
			o.file, extension, paper(extension))
	default:
		o.format = "text"
	}
	return nil
}

func (o *output) resolveZone() (err error) {
	if o.timezone == "" { // a command without the flag
		o.timezone = "local"
	}
	if o.zone, err = config.ParseZone(o.timezone); err != nil {
		return fmt.Errorf("--timezone: %w", err)
	}
	return nil
}

// paper says how to get a PDF.
func paper(extension string) string {
	if extension == ".pdf" {
		return "; for a PDF, write .html and print it from a browser"
	}
	return ""
}

func profiles(c *catalog.Catalog) []string {
	var names []string
	for name := range c.Profiles {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// oneOf is nil when value is one of the known words, and otherwise lists them.
func oneOf(flag, value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	last := len(known) - 1
	return fmt.Errorf("%s %q is not supported: use %s or %s", flag, value, strings.Join(known[:last], ", "), known[last])
}

// answer is a verdict with what a report shows beside it.
type answer struct {
	verdict verdict.Verdict
	past    view.Past
	// before is the verdict on another window to compare with; nil: none.
	before *verdict.Verdict
}

func (a answer) page(zone *time.Location) view.Page {
	a.past.Zone = zone
	p := view.Of(a.verdict, a.past)
	if a.before != nil {
		p.Compare(*a.before, a.verdict, zone)
	}
	return p
}

// print shows the verdicts as asked, one after the other, and then holds each against --require.
func (o *output) print(cmd *cobra.Command, answers ...answer) error {
	var b bytes.Buffer
	if err := o.render(cmd, &b, answers); err != nil {
		return failed(err)
	}
	if err := o.deliver(cmd, b.Bytes()); err != nil {
		return failed(err)
	}
	var short []error
	for _, a := range answers {
		short = append(short, unmet(o.require, a.verdict))
	}
	if err := errors.Join(short...); err != nil {
		return &codedError{code: exitUnmet, err: err}
	}
	return nil
}

func (o *output) render(cmd *cobra.Command, b *bytes.Buffer, answers []answer) error {
	if o.format == "csv" {
		var verdicts []verdict.Verdict
		for _, a := range answers {
			verdicts = append(verdicts, a.verdict)
		}
		return report.CSV(b, o.table, verdicts...)
	}
	for i, a := range answers {
		if i > 0 && o.format != "json" {
			b.WriteString("\n\n")
		}
		if err := o.renderOne(cmd, b, a); err != nil {
			return err
		}
	}
	return nil
}

func (o *output) renderOne(cmd *cobra.Command, b *bytes.Buffer, a answer) error {
	switch o.format {
	case "json":
		if a.before != nil {
			a.verdict.Diff = verdict.DiffSince(a.before.Window.End, *a.before, a.verdict)
		}
		return report.JSON(b, a.verdict)
	case "markdown":
		return report.Markdown(b, a.page(o.zone))
	case "html":
		return report.HTML(b, a.page(o.zone))
	}
	opts := report.TextOptions{Details: o.details, Hint: "Everything else: --details, or --out report.html."}
	if o.toStdout() {
		opts.Width, opts.Color = textWidth(cmd.OutOrStdout()), !o.noColor && mayColor(cmd.OutOrStdout())
	}
	return report.Text(b, a.page(o.zone), opts)
}

func (o *output) toStdout() bool { return o.file == "" || o.file == "-" }

func (o *output) deliver(cmd *cobra.Command, data []byte) error {
	if !o.toStdout() {
		if err := wholefile.Write(o.file, data); err != nil {
			return err
		}
		if !o.quiet {
			fmt.Fprintln(cmd.ErrOrStderr(), "wrote "+o.file)
		}
		return nil
	}
	if _, err := cmd.OutOrStdout().Write(data); err != nil {
		return fmt.Errorf("write the verdict to stdout: %w", err)
	}
	return nil
}

// unmet says how the verdict differs from what is required; nil when it does not, or nothing is.
func unmet(require string, v verdict.Verdict) error {
	is := string(verdict.Undecided)
	if v.Choice != nil {
		is = string(v.Choice.Kind)
	}
	either := require == provisioned && (is == string(verdict.Standard) || is == string(verdict.Express))
	if require == "" || is == require || either {
		return nil
	}
	return fmt.Errorf("--require %s is not met: the verdict on %s is %s", require, v.Cluster, is)
}

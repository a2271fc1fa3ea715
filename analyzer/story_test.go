package analyzer_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/workloadfile"
	"github.com/mskfit/mskfit/verdict"
)

var update = flag.Bool("update", false, "write the golden verdicts of testdata")

// storyNow is when every story is decided.
var storyNow = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// overlay is input.json: fields that a workload file lacks; they replace what it says. Fields are those of the Go structs.
type overlay struct {
	// Why says what the story is about.
	Why          string
	Workload     *workload.Workload
	Requirements *workload.Requirements
	Options      *analyzer.Options
	// Quotas2022 decides with the Serverless quotas of July 2022.
	Quotas2022 bool
	// DailyPeaks makes 28 days of peaks of ingress that start at Start and grow by Slope a day, bytes per second.
	DailyPeaks *struct{ Start, Slope float64 }
}

func readStory(t *testing.T, dir string) analyzer.Input {
	t.Helper()
	path := filepath.Join(dir, "workload.yaml")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w, r, err := workloadfile.Parse(path, data)
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	in := analyzer.Input{Workload: w, Requirements: r, Catalog: c, Options: analyzer.DefaultOptions()}
	data, err = os.ReadFile(filepath.Join(dir, "input.json"))
	if os.IsNotExist(err) {
		return in
	}
	if err != nil {
		t.Fatal(err)
	}
	o := overlay{Workload: &in.Workload, Requirements: &in.Requirements, Options: &in.Options}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&o); err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	if o.Quotas2022 {
		if in.Catalog, err = c.WithQuotas2022(); err != nil {
			t.Fatal(err)
		}
	}
	if p := o.DailyPeaks; p != nil {
		for day := range 28 {
			in.Workload.DailyPeaks = append(in.Workload.DailyPeaks, workload.DailyPeak{
				Day:    storyNow.Truncate(24*time.Hour).AddDate(0, 0, day-28),
				Values: map[string]float64{"ingress_bytes_per_second": p.Start + p.Slope*float64(day)}, Complete: true})
		}
	}
	return in
}

// story is a verdict as its golden file holds it: every sentence in full, options by name, and all rules of the choice and
// of Serverless as "outcome: evidence".
type story struct {
	Status      verdict.Status
	Choice      string
	RunnerUp    string `json:",omitempty"`
	Confidence  string
	Reasons     []string
	Conditions  []string `json:",omitempty"`
	Unknowns    []string `json:",omitempty"`
	Assumptions []string `json:",omitempty"`
	Steps       []string
	Questions   []string          `json:",omitempty"`
	Actions     []string          `json:",omitempty"`
	Flips       []string          `json:",omitempty"`
	Profiles    []string          `json:",omitempty"`
	Forecast    []string          `json:",omitempty"`
	Split       []string          `json:",omitempty"`
	SplitNote   string            `json:",omitempty"`
	Premium     string            `json:",omitempty"`
	NearMisses  []string          `json:",omitempty"`
	BreakEven   string            `json:",omitempty"`
	OneLess     string            `json:",omitempty"`
	Current     string            `json:",omitempty"`
	Gaps        []string          `json:",omitempty"`
	Options     []string          `json:",omitempty"`
	Rules       map[string]string `json:",omitempty"`
	Cost        []string          `json:",omitempty"`
}

func name(c *verdict.Choice) string {
	if c == nil {
		return "none"
	}
	return fmt.Sprintf("%s, %s", c.Name(), workload.FormatUSD(c.MonthlyUSD))
}

func storyOf(v verdict.Verdict) story {
	s := story{Status: v.Status, Choice: name(v.Choice), Confidence: v.Confidence.Level + ": " + v.Confidence.Why,
		Reasons: v.Reasons, Conditions: v.Conditions, SplitNote: v.SplitNote, Rules: map[string]string{}}
	if v.RunnerUp != nil {
		s.RunnerUp = name(v.RunnerUp)
	}
	for _, x := range v.Unknowns {
		s.Unknowns = append(s.Unknowns, fmt.Sprintf("%s: %s: %s (%s)", x.Changes, x.What, x.Action, x.Effect))
	}
	for _, x := range v.Assumptions {
		s.Assumptions = append(s.Assumptions, fmt.Sprintf("%s; if not, %s", x.Text, x.IfNot))
	}
	for _, x := range v.Steps {
		s.Steps = append(s.Steps, fmt.Sprintf("%s → %s: %s", x.ID, x.PointsTo, x.Finding))
	}
	for _, x := range v.Questions {
		s.Questions = append(s.Questions, fmt.Sprintf("%s: %s %s", x.Field, x.Question, x.Effect))
	}
	for _, x := range v.Actions {
		s.Actions = append(s.Actions, fmt.Sprintf("%s: %s (%s) mends %q", x.Target, x.Action, x.Why, x.Fixes))
	}
	for _, x := range v.TippingPoints {
		s.Flips = append(s.Flips, fmt.Sprintf("%s: %s", x.Change, name(&x.To)))
	}
	for _, x := range v.Profiles {
		s.Profiles = append(s.Profiles, fmt.Sprintf("%s: %s: %s", x.Profile, name(x.Choice), x.Difference))
	}
	for _, x := range v.Forecast {
		s.Forecast = append(s.Forecast, fmt.Sprintf("%s: %s – %s – %s (%s)", x.Rule, day(x.Earliest), day(x.Expected),
			day(x.Latest), x.Note))
	}
	for _, x := range v.Split {
		s.Split = append(s.Split, fmt.Sprintf("%v read by %v: %s in, %d partitions", x.Topics, x.Groups,
			workload.FormatByteRate(x.IngressBytesPerSec), x.Partitions))
	}
	for _, x := range v.Gaps {
		s.Gaps = append(s.Gaps, fmt.Sprintf("%s: %s: %s: %s", x.Source, x.What, x.Why, x.Effect))
	}
	for _, m := range v.NearMisses {
		s.NearMisses = append(s.NearMisses, m.Sentence+". "+m.Question)
	}
	if p := v.Premium; p != nil {
		s.Premium = fmt.Sprintf("%s (%.4g × %s, at most %s)", p.Sentence, p.Ratio, name(&p.Against), workload.FormatUSD(p.MaxUSD))
	}
	if v.BreakEven != nil {
		s.BreakEven = v.BreakEven.Sentence
	}
	if v.NextSmaller != nil {
		s.OneLess = v.NextSmaller.Sentence
	}
	if v.Current != nil {
		s.Current = v.Current.Sentence
	}
	for _, o := range v.Options {
		s.option(v, o)
	}
	return s
}

func (s *story) option(v verdict.Verdict, o verdict.Option) {
	c := verdict.Choice{Kind: o.Kind, Size: o.Size, Brokers: o.Brokers, Clusters: o.Clusters}
	usd := "no price"
	if o.MonthlyUSD != nil {
		usd = workload.FormatUSD(*o.MonthlyUSD)
	}
	s.Options = append(s.Options, fmt.Sprintf("%s: %s, %s, %s", c.Name(), o.Feasible, o.Binding, usd))
	chosen := v.Choice != nil && o.Kind == v.Choice.Kind && o.Size == v.Choice.Size
	if chosen {
		for _, l := range o.Cost {
			s.Cost = append(s.Cost, fmt.Sprintf("%s: %s %s × %g = %s", l.Item, workload.FormatNumber(l.Quantity), l.Unit,
				l.UnitPrice, workload.FormatUSD(l.MonthlyUSD)))
		}
	}
	if chosen || o.Kind == verdict.Serverless {
		for _, r := range o.Rules {
			s.Rules[r.ID] = fmt.Sprintf("%s: %s", r.Outcome, r.Evidence)
		}
	}
}

func day(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.Format(time.DateOnly)
}

// TestStories decides every story of testdata and compares with its golden verdict. Run with -update to rewrite them, and
// review the difference.
func TestStories(t *testing.T) {
	dirs, err := filepath.Glob("testdata/*/workload.yaml")
	if err != nil || len(dirs) < 25 {
		t.Fatalf("found %d stories: %v", len(dirs), err)
	}
	for _, path := range dirs {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			var got bytes.Buffer
			enc := json.NewEncoder(&got)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			v := analyzer.Analyze(readStory(t, dir), storyNow)
			if err := enc.Encode(storyOf(v)); err != nil {
				t.Fatal(err)
			}
			if _, err := json.Marshal(v); err != nil {
				t.Fatalf("verdict: %v", err)
			}
			golden := filepath.Join(dir, "verdict.json")
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("the verdict differs from %s: run go test ./analyzer -run TestStories -update and review\n%s", golden,
					firstDifference(want, got.Bytes()))
			}
		})
	}
}

func firstDifference(want, got []byte) string {
	w, g := bytes.Split(want, []byte("\n")), bytes.Split(got, []byte("\n"))
	for i := range min(len(w), len(g)) {
		if !slices.Equal(w[i], g[i]) {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("want %d lines, got %d", len(w), len(g))
}

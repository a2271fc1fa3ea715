package folder

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/verdict"
)

var monday = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

func verdicts() []verdict.Verdict {
	return []verdict.Verdict{
		{Schema: verdict.Schema, Cluster: "orders", Status: verdict.Decided, At: monday, Reasons: []string{"fits | well"},
			Choice: &verdict.Choice{Kind: verdict.Serverless, Clusters: 1, MonthlyUSD: 1299.6}},
		{Schema: verdict.Schema, Cluster: "lab", Status: verdict.Undecided, At: monday},
	}
}

func TestReportsAreDatedIndexedAndPruned(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Directory, cfg.Keep = filepath.Join(t.TempDir(), "reports"), 3
	f := New(cfg, Deps{})
	for week := range 5 {
		if err := f.Report(t.Context(), verdicts(), monday.AddDate(0, 0, 7*week)); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := runs(t.Context(), directory(cfg.Directory), "orders")
	if want := []string{"2026-03-16T060000Z", "2026-03-23T060000Z", "2026-03-30T060000Z"}; err != nil || !slices.Equal(kept, want) {
		t.Errorf("kept %v (%v), want %v", kept, err, want)
	}
	files, err := filepath.Glob(filepath.Join(cfg.Directory, "orders", "*"))
	if err != nil || len(files) != 12 {
		t.Errorf("%d files of one cluster (%v), want 3 runs of 4 formats", len(files), err)
	}
	var index struct {
		Clusters []indexRow `json:"clusters"`
	}
	text, err := os.ReadFile(filepath.Join(cfg.Directory, "index.json"))
	if err != nil || json.Unmarshal(text, &index) != nil {
		t.Fatalf("index.json: %v\n%s", err, text)
	}
	row := index.Clusters[0]
	if row.Files["html"] != "orders/2026-03-30T060000Z.html" || len(row.Earlier) != 2 || row.Earlier[0] != "2026-03-23T060000Z" {
		t.Errorf("row %+v", row)
	}
	md, err := os.ReadFile(filepath.Join(cfg.Directory, "index.md"))
	for _, want := range []string{"| orders | MSK Serverless | $1,300 | fits \\| well | [html](orders/2026-03-30T060000Z.html)",
		"| lab | undecided |"} {
		if err != nil || !strings.Contains(string(md), want) {
			t.Errorf("index.md does not say %q (%v):\n%s", want, err, md)
		}
	}
	html, err := os.ReadFile(filepath.Join(cfg.Directory, "index.html"))
	for _, want := range []string{`<a href="orders/2026-03-30T060000Z.html">orders</a>`,
		"together $1,300 a month for what is recommended, without 1 that is undecided",
		`<a href="orders/2026-03-23T060000Z.html">2026-03-23 06:00</a>`} {
		if err != nil || !strings.Contains(string(html), want) {
			t.Errorf("index.html does not say %q (%v):\n%s", want, err, html)
		}
	}
}

// Axe finds nothing wrong with the index of the reports, wide and on a phone.
func TestAxeFindsNothingInTheIndex(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Directory = t.TempDir()
	f := New(cfg, Deps{})
	for week := range 3 {
		if err := f.Report(t.Context(), verdicts(), monday.AddDate(0, 0, 7*week)); err != nil {
			t.Fatal(err)
		}
	}
	html, err := os.ReadFile(filepath.Join(cfg.Directory, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	index := map[string]string{"index": string(html)}
	testbed.Axe(t, index, 1280)
	testbed.Axe(t, index, 390, testbed.Dark)
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Directory, cfg.Keep = t.TempDir(), 1
	notes := filepath.Join(cfg.Directory, "orders", "notes.txt")
	if err := os.MkdirAll(filepath.Dir(notes), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(notes, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for week := range 3 {
		if err := New(cfg, Deps{}).Report(t.Context(), verdicts(), monday.AddDate(0, 0, 7*week)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(notes); err != nil {
		t.Errorf("a file of the user's: %v", err)
	}
}

func TestAClusterThatCannotBeWrittenDoesNotStopTheOthers(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Directory = t.TempDir()
	if err := os.WriteFile(filepath.Join(cfg.Directory, "orders"), nil, 0o644); err != nil { // a file where the folder belongs
		t.Fatal(err)
	}
	err := New(cfg, Deps{}).Report(t.Context(), verdicts(), monday)
	if err == nil || !strings.Contains(err.Error(), "report of orders") {
		t.Errorf("the error says %v", err)
	}
	if files, _ := filepath.Glob(filepath.Join(cfg.Directory, "lab", "*")); len(files) != 4 {
		t.Errorf("the other cluster has %d files", len(files))
	}
}

func TestValidate(t *testing.T) {
	if err := DefaultConfig().Validate(); err != nil {
		t.Errorf("the default: %v", err)
	}
	err := Config{Directory: "x", Formats: []string{"pdf"}}.Validate()
	for _, want := range []string{"keep: 0 must be from 1 to 10000", `formats[0]: "pdf" is not a format`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
}

func TestABucketNeedsThreeActions(t *testing.T) {
	if got := DefaultConfig().Statements(); got != nil {
		t.Errorf("without a bucket it needs %v", got)
	}
	cfg := DefaultConfig()
	cfg.S3 = S3{Bucket: "b.example", Prefix: "mskfit/", Region: "cn-north-1"}
	s := cfg.Statements()
	if len(s) != 2 || s[0].Resource[0] != "arn:aws-cn:s3:::b.example/mskfit/*" || s[1].Resource[0] != "arn:aws-cn:s3:::b.example" {
		t.Errorf("the statements are %+v", s)
	}
	cfg.S3 = S3{Bucket: "No Bucket"}
	err := cfg.Validate()
	for _, want := range []string{`s3.bucket: "No Bucket" is not a bucket's name`, "s3.region: missing"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
}

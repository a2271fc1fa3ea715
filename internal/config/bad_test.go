package config

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expected messages")

// badVariables are the environment of the bad files.
func badVariables(name string) (string, bool) {
	return "s3cret", name == "PASSWORD"
}

// TestBadFiles reads every file of testdata and wants exactly the messages that are beside it.
func TestBadFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.yaml")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d bad files, error %v", len(files), err)
	}
	for _, path := range files {
		name := filepath.Base(path)
		t.Run(strings.TrimSuffix(name, ".bad.yaml"), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Parse(name, data, badVariables)
			if err == nil {
				t.Fatal("the file was taken")
			}
			got, want := err.Error()+"\n", strings.TrimSuffix(path, ".yaml")+".txt"
			if strings.Contains(got, "s3cret") {
				t.Errorf("a secret is shown: %s", got)
			}
			if *update {
				if err := os.WriteFile(want, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			expected, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(expected) {
				t.Errorf("got  %swant %s", got, expected)
			}
		})
	}
}

func TestLoadSaysWhichFileIsMissing(t *testing.T) {
	_, err := Load("none.yaml")
	if want := "none.yaml: no such file or directory: create one, starting from configs/mskfit.yaml"; err == nil ||
		err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestSecretsComeFromTheEnvironment(t *testing.T) {
	text := "clusters: [{name: a, kafka: {bootstrap: ['k:9092'], sasl: {mechanism: PLAIN, username: u, password: '${PASSWORD}'}}}]"
	c, err := Parse("a.yaml", []byte(text), badVariables)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Clusters[0].Kafka.SASL.Password; got.Reveal() != "s3cret" || got.String() == "s3cret" {
		t.Errorf("the password is %q and prints as %s", got.Reveal(), got)
	}
}

func TestPlacedStartsAtTheDataDirectory(t *testing.T) {
	c := Default()
	c.DataDir, c.Ledger.File, c.Reports.Directory = "/data", "/elsewhere/l.db", ""
	p := c.Placed()
	if p.History.Dir != "/data/history" || p.Ledger.File != "/elsewhere/l.db" || p.Reports.Directory != "" {
		t.Errorf("history %q, ledger %q, reports %q", p.History.Dir, p.Ledger.File, p.Reports.Directory)
	}
}

// FuzzParse wants an answer to anything, and no secret in it.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.bad.yaml")
	for _, path := range append(files, reference) {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("f.yaml", data, func(string) (string, bool) { return "", false })
		if err == nil && c.Validate() != nil {
			t.Errorf("a file was taken that is not valid: %v", c.Validate())
		}
	})
}

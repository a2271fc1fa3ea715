package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// documented is a line of testdata/commands.yaml: what proves that a command of the documents works.
type documented struct {
	Command string
	// Run: TestDocumentedCommands of cmd/mskfit runs the command, or the given one in its place.
	Run any
	// Exit is the exit status that the run must have, Prints what its output must contain.
	Exit   int
	Prints []string
	// Test is the name of a test that runs the command or, where this machine cannot, checks what it works on; CI is the same
	// for a line of .ci/run, of the Makefile or of a workflow.
	Test, CI string
	// Unproven is the reason why nothing here shows that the command works.
	Unproven string
	// Why says what keeps the command from being run as it is. Mentioned is a command that is only named.
	Why       string
	Mentioned bool
}

// Every command in the documents is run by a test or by CI, is matched to one with the reason, or is marked as unproven.
func TestCommands(t *testing.T) {
	table := commandTable(t)
	tests, ci := testNames(t), continuousIntegration(t)
	for _, d := range table {
		ways := 0
		for _, given := range []bool{d.Run != nil, d.Test != "", d.CI != "", d.Unproven != "", d.Mentioned} {
			if given {
				ways++
			}
		}
		switch {
		case ways != 1:
			t.Errorf("%q: give exactly one of run, test, ci, unproven and mentioned", d.Command)
		case d.Test != "" && tests[d.Test] == "":
			t.Errorf("%q: there is no test %s", d.Command, d.Test)
		case d.Test != "" && !shows(tests[d.Test], d.Command):
			t.Errorf("%q: the file of %s and its scripts contain none of %q", d.Command, d.Test, subjects(d.Command))
		case d.Test != "" && d.Why == "":
			t.Errorf("%q: say why the command itself is not run", d.Command)
		case d.CI != "" && !strings.Contains(ci, d.CI):
			t.Errorf("%q: CI has no %q", d.Command, d.CI)
		}
	}
	found, known := map[string]bool{}, commandFlags(t)
	for _, file := range documents(t) {
		for _, c := range commandsOf(t, file) {
			if !slices.ContainsFunc(table, func(d documented) bool { return d.Command == c.text }) && !found[c.text] {
				t.Errorf("%s:%d: testdata/commands.yaml has no line for this command:\n- command: %s", file, c.line, c.text)
			}
			found[c.text] = true
			if m := selection.FindStringSubmatch(c.text); m != nil && !anyBegins(tests, m[1]) {
				t.Errorf("%s:%d: %s: no test begins with %s", file, c.line, c.text, m[1])
			}
			for _, problem := range known.check(c.text) {
				t.Errorf("%s:%d: %s: %s", file, c.line, c.text, problem)
			}
		}
	}
	for _, d := range table {
		if !found[d.Command] {
			t.Errorf("%q is in testdata/commands.yaml and in no document", d.Command)
		}
	}
	if len(found) < 80 {
		t.Errorf("%d commands: that cannot be all", len(found))
	}
}

func commandTable(t *testing.T) (table []documented) {
	t.Helper()
	f, err := os.Open("testdata/commands.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(&table); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, d := range table {
		table[i].Command = strings.TrimSpace(d.Command)
		if seen[d.Command] {
			t.Errorf("%q is listed twice", d.Command)
		}
		seen[d.Command] = true
	}
	return table
}

// selection is what a go test command selects.
var selection = regexp.MustCompile(`go test .*-run '?(\w+)`)

func anyBegins(tests map[string]string, prefix string) bool {
	for name := range tests {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

var (
	address    = regexp.MustCompile(`https?://[^/\s]+(/[a-z0-9/]*[a-z])`)
	verb       = regexp.MustCompile(`^(?:terraform|systemd-analyze) ([a-z]+)`)
	subcommand = regexp.MustCompile(`^[a-z]+$`)
)

// subjects are texts of which a test that proves the command contains one at least: the subcommand of mskfit as a word of its
// own in Go or in a script, the path of a URL, the value of a lone --option; none for what has no such thing.
func subjects(command string) []string {
	if m := address.FindStringSubmatch(command); m != nil && strings.HasPrefix(command, "curl ") {
		return []string{m[1]}
	}
	if m := verb.FindStringSubmatch(command); m != nil {
		return []string{`"` + m[1] + `"`}
	}
	if option, alone := strings.CutPrefix(command, "--option "); alone {
		return []string{`"` + option + `"`}
	}
	words := strings.Fields(command)
	if words[0] == "kafka-acls" {
		return words[:1]
	}
	for i := len(words) - 2; i >= 0; i-- {
		if words[i] != "mskfit" && words[i] != "./cmd/mskfit" || !subcommand.MatchString(words[i+1]) {
			continue
		}
		if words[0] == "helm" || words[0] == "kubectl" || words[0] == "aws" || words[0] == "systemctl" {
			return nil
		}
		return []string{`"` + words[i+1] + `"`, "mskfit " + words[i+1]}
	}
	return nil
}

// shows reports whether the text of a test has what the command is about.
func shows(text, command string) bool {
	of := subjects(command)
	return len(of) == 0 || slices.ContainsFunc(of, func(s string) bool { return strings.Contains(text, s) })
}

// testNames are the names of all tests, benchmarks, fuzz tests and examples of the repository, each with the text of its file
// and of the scripts that the file runs.
func testNames(t *testing.T) map[string]string {
	t.Helper()
	names, function := map[string]string{}, regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz|Example)\w*)\(`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != ".." {
				return filepath.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range function.FindAllSubmatch(text, -1) {
			names[string(m[1])] += string(text) + scripts(t, path, string(text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// scripts is the text of the scripts in the folder of testdata that a test file names for testscript.
func scripts(t *testing.T, path, text string) string {
	t.Helper()
	m := regexp.MustCompile(`Dir: +filepath\.Join\("testdata", "(\w+)"\)`).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "testdata", m[1], "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d scripts, error %v", path, len(files), err)
	}
	var all strings.Builder
	for _, file := range files {
		script, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(script)
	}
	return all.String()
}

// continuousIntegration is the text of all that CI runs.
func continuousIntegration(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("../.github/workflows/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d workflows, error %v", len(files), err)
	}
	var all strings.Builder
	for _, file := range append(files, "../.ci/run", "../Makefile") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s\n", text)
	}
	return all.String()
}

// flags are the flags of every command, as commands.md lists them.
type flags map[string]map[string]bool

func commandFlags(t *testing.T) flags {
	t.Helper()
	text, err := os.ReadFile("commands.md")
	if err != nil {
		t.Fatal(err)
	}
	f, option := flags{}, regexp.MustCompile(`^ +(?:(-\w), )?(--[a-z-]+)`)
	var command string
	for line := range strings.Lines(string(text)) {
		if name, found := strings.CutPrefix(line, "## "); found {
			command = strings.TrimSpace(name)
			f[command] = map[string]bool{}
		} else if m := option.FindStringSubmatch(line); m != nil && command != "" {
			f[command][m[1]], f[command][m[2]] = true, true
		}
	}
	if len(f) < 12 {
		t.Fatalf("commands.md has %d commands: that cannot be all", len(f))
	}
	return f
}

// hidden commands are not in commands.md. Tests run them.
var hidden = []string{"completion", "man", "help"}

// check returns what is wrong with the calls of mskfit in a command line.
func (f flags) check(line string) (problems []string) {
	for _, part := range regexp.MustCompile(`&&|\|\||[|;]|\n`).Split(line, -1) {
		words := strings.Fields(part)
		at := slices.Index(words, "mskfit")
		if at >= 0 && at+1 < len(words) && words[at+1] == "mskfit" { // sudo -u mskfit mskfit
			at++
		}
		if at < 0 || at > 3 || at+1 == len(words) || slices.Contains([]string{"docker", "helm", "kubectl", "cat"}, words[0]) {
			continue
		}
		words = words[at+1:]
		if slices.Contains(hidden, words[0]) || strings.Contains(words[0], "{") {
			continue
		}
		name := "mskfit " + words[0]
		if len(words) > 1 && f[name+" "+words[1]] != nil {
			name += " " + words[1]
		}
		if f[name] == nil {
			problems = append(problems, fmt.Sprintf("there is no command %q", name))
			continue
		}
		for _, word := range words[1:] {
			flag, _, _ := strings.Cut(strings.Trim(word, "'\"`"), "=")
			if strings.HasPrefix(flag, "-") && flag != "-" && !f[name][flag] {
				problems = append(problems, fmt.Sprintf("%s has no flag %s", name, flag))
			}
		}
	}
	return problems
}

package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documents are the files whose commands must work.
func documents(t *testing.T) (files []string) {
	t.Helper()
	for _, pattern := range []string{"../README.md", "../CONTRIBUTING.md", "../SECURITY.md", "*.md", "../deployments/*/README.md",
		"../.github/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, error %v", pattern, len(found), err)
		}
		files = append(files, found...)
	}
	return files
}

// block is an indented or fenced block of a document. Language is that of the fence, if it has one.
type block struct {
	line           int
	text, language string
}

func blocksOf(t *testing.T, file string) (blocks []block) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var open *block
	fenced, blank := false, true
	for i, line := range strings.Split(string(text), "\n") {
		indented := strings.HasPrefix(line, "    ")
		switch {
		case strings.HasPrefix(line, "```"):
			if !fenced {
				open = &block{line: i + 2, language: strings.TrimPrefix(line, "```")}
			} else {
				blocks, open = append(blocks, *open), nil
			}
			fenced = !fenced
		case fenced:
			open.text += line + "\n"
		case open == nil && indented && blank:
			open = &block{line: i + 1, text: line[4:] + "\n"}
		case open != nil && indented:
			open.text += line[4:] + "\n"
		case open != nil && strings.TrimSpace(line) != "":
			blocks, open = append(blocks, *open), nil
		case open != nil:
			open.text += "\n"
		}
		blank = strings.TrimSpace(line) == ""
	}
	if open != nil {
		blocks = append(blocks, *open)
	}
	return blocks
}

// What a block begins with that is no command: a key or an element of YAML, JSON, HCL, Python.
var data = regexp.MustCompile(`^(?:#.*\n)*(?:[\w.]+:(?:\s|$)|- |[{\[]|module "|import )`)

// shell reports whether the block holds commands. What is not clearly something else does.
func (b block) shell() bool {
	switch strings.TrimSpace(b.language) {
	case "":
		return !data.MatchString(b.text)
	case "sh", "bash", "console", "shell":
		return true
	default:
		return false
	}
}

// command is one command of a document, without its comment; lines that go on are joined, here documents kept.
type command struct {
	line int
	text string
}

// What commands.md has in its blocks apart from examples: flags, and a command with what it takes in brackets.
var usage = regexp.MustCompile(`^ +(-\w, |    )?--[a-z]|\[flags\]$`)

// programs are those that a command within a sentence begins with.
var programs = regexp.MustCompile("`((?:[A-Z]+=\\$\\([^)]*\\) )?(?:sudo )?(?:mskfit|go|make|helm|kubectl|docker|terraform|systemctl|systemd-analyze|apt|dnf|rpm|dpkg|curl|git|promtool|aws|jq) [^`]+)`")

// name is a command of mskfit that is only named. TestScripts and its like run each of them.
var name = regexp.MustCompile(`^mskfit [a-z]+( test| refresh)?$`)

func commandsOf(t *testing.T, file string) (all []command) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocksOf(t, file) {
		if b.shell() {
			all = append(all, b.commands()...)
		}
	}
	for _, m := range programs.FindAllSubmatchIndex(text, -1) {
		line, inline := 1+strings.Count(string(text[:m[0]]), "\n"), strings.Join(strings.Fields(string(text[m[2]:m[3]])), " ")
		if !name.MatchString(inline) {
			all = append(all, command{line, inline})
		}
	}
	return all
}

func (b block) commands() (all []command) {
	lines := strings.Split(b.text, "\n")
	for i := 0; i < len(lines); i++ {
		start, text := i, strings.TrimRight(lines[i], " ")
		if text == "{" { // a document that a command has printed
			i += max(0, slices.IndexFunc(lines[i:], func(l string) bool { return strings.HasPrefix(l, "}") }))
			continue
		}
		if strings.TrimSpace(text) == "" || strings.HasPrefix(strings.TrimSpace(text), "#") || usage.MatchString(text) {
			continue
		}
		for strings.HasSuffix(text, "\\") && i+1 < len(lines) {
			i++
			text = strings.TrimRight(strings.TrimSuffix(text, "\\"), " ") + " " + strings.TrimSpace(lines[i])
		}
		if m := regexp.MustCompile(`<<(\w+)`).FindStringSubmatch(text); m != nil {
			for i+1 < len(lines) {
				i++
				text += "\n" + lines[i]
				if lines[i] == m[1] {
					break
				}
			}
		} else {
			text = regexp.MustCompile(`\s{2,}#.*$`).ReplaceAllString(text, "")
		}
		all = append(all, command{b.line + start, strings.TrimSpace(text)})
	}
	return all
}

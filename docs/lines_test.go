package docs

import (
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// widest is how many columns a line of Go may have, with tabs of four.
const widest = 132

// TestLinesAreShort: no line of Go is wider than the limit, except where a string reaches beyond it. Texts stay in one
// piece, so that they can be found.
func TestLinesAreShort(t *testing.T) {
	found := 0
	var wide []string
	for _, path := range sourceFiles(t, ".go") {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range longLines(source) {
			wide = append(wide, fmt.Sprintf("%s:%d", path, line))
		}
		found++
	}
	if found < 500 {
		t.Fatalf("found only %d files", found)
	}
	if len(wide) > 0 {
		t.Errorf("wider than %d columns: break them after a comma or an operator\n%s", widest, strings.Join(wide, "\n"))
	}
}

// TestLongLines: what counts as too wide.
func TestLongLines(t *testing.T) {
	long := strings.Repeat("x", widest)
	for _, c := range []struct {
		name, source string
		want         int
	}{
		{"short", "package p\n", 0},
		{"comment", "// " + long + "\n", 1},
		{"code", "var _ = f(" + long + ")\n", 1},
		{"tabs", strings.Repeat("\t", 33) + "x()\n", 1},
		{"string", "var _ = \"" + long + "\"\n", 0},
		{"raw string", "var _ = `\n" + long + "\n`\n", 0},
		{"code after a short string", "var _ = f(\"a\", " + long + ")\n", 1},
		{"characters, not bytes", "// " + strings.Repeat("é", widest-3) + "\n", 0},
	} {
		if got := longLines([]byte(c.source)); len(got) != c.want {
			t.Errorf("%s: %d long lines, want %d", c.name, len(got), c.want)
		}
	}
}

// longLines returns the numbers of the lines that are too wide, counted from 1.
func longLines(source []byte) (long []int) {
	var inString map[int]bool
	for i, line := range strings.Split(string(source), "\n") {
		if columns(line) <= widest {
			continue
		}
		if inString == nil {
			inString = stringsAtLimit(source)
		}
		if !inString[i+1] {
			long = append(long, i+1)
		}
	}
	return long
}

// columns is the width of a line with tabs of four.
func columns(line string) int { return utf8.RuneCountInString(line) + 3*strings.Count(line, "\t") }

// stringsAtLimit are the lines on which a string begins before the limit and ends beyond it.
func stringsAtLimit(source []byte) map[int]bool {
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0)
	lines := map[int]bool{}
	for {
		pos, tok, literal := s.Scan()
		if tok == token.EOF {
			return lines
		}
		if tok != token.STRING {
			continue
		}
		at := fset.Position(pos)
		from := columns(string(source[at.Offset-at.Column+1 : at.Offset]))
		for i, part := range strings.Split(literal, "\n") {
			if from < widest && from+columns(part) > widest-1 {
				lines[at.Line+i] = true
			}
			from = 0
		}
	}
}

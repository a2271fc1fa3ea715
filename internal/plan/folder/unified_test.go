package folder

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"pgregory.net/rapid"
)

// The old lines are those kept and removed, the new ones those kept and added, and no list of changes is shorter.
func TestCompare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"a\n", "b\n", "c\n"})
		before, after := rapid.SliceOfN(line, 0, 12).Draw(t, "before"), rapid.SliceOfN(line, 0, 12).Draw(t, "after")
		var old, young []string
		changes := 0
		for _, e := range compare(before, after) {
			if e.kind != '+' {
				old = append(old, e.line)
			}
			if e.kind != '-' {
				young = append(young, e.line)
			}
			if e.kind != ' ' {
				changes++
			}
		}
		if strings.Join(old, "") != strings.Join(before, "") || strings.Join(young, "") != strings.Join(after, "") {
			t.Fatalf("%q to %q: got %q and %q", before, after, old, young)
		}
		if want := len(before) + len(after) - 2*longestCommon(before, after); changes != want {
			t.Fatalf("%q to %q: %d changes, want %d", before, after, changes, want)
		}
	})
}

func longestCommon(a, b []string) int {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
	}
	for i := range a {
		for j := range b {
			if a[i] == b[j] {
				table[i+1][j+1] = table[i][j] + 1
			} else {
				table[i+1][j+1] = max(table[i][j+1], table[i+1][j])
			}
		}
	}
	return table[len(a)][len(b)]
}

// Where every line is there once, the text is that of Go's own diff.
func TestUnifiedIsLikeGos(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var before, after strings.Builder
		for i := range rapid.IntRange(1, 40).Draw(t, "lines") {
			name := strings.Repeat("x", i) + "\n"
			if rapid.IntRange(0, 9).Draw(t, "old") > 0 {
				before.WriteString(name)
			}
			if rapid.IntRange(0, 9).Draw(t, "new") > 0 {
				after.WriteString(name)
			}
		}
		end := rapid.SampledFrom([]string{"", "end", "end\n"})
		old, young := before.String()+end.Draw(t, "old end"), after.String()+end.Draw(t, "new end")
		got := string(unified("a", []byte(old), "b", []byte(young)))
		if want := string(diff.Diff("a", []byte(old), "b", []byte(young))); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// Texts that have nothing in common are one replaced by the other, however long.
func TestUnifiedOfLongTexts(t *testing.T) {
	got := string(unified("a", []byte(strings.Repeat("a\n", 3000)), "b", []byte(strings.Repeat("b\n", 3000))))
	if strings.Count(got, "\n-a") != 3000 || strings.Count(got, "\n+b") != 3000 {
		t.Errorf("got %d removed and %d added", strings.Count(got, "\n-a"), strings.Count(got, "\n+b"))
	}
}

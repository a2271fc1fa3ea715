package folder

import (
	"bytes"
	"fmt"
	"strings"
)

// edit is one line of a comparison: ' ' in both, '-' only before, '+' only after.
type edit struct {
	kind byte
	line string
}

const (
	// contextLines are shown around each change.
	contextLines = 3
	// mostEdits bounds the search for the shortest list of changes; beyond it everything between the first change and the last
	// counts as replaced.
	mostEdits = 1000
)

// unified writes the differences of two texts as diff -u does; empty: there are none.
func unified(oldName string, before []byte, newName string, after []byte) []byte {
	if bytes.Equal(before, after) {
		return nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "diff %s %s\n--- %s\n+++ %s\n", oldName, newName, oldName, newName)
	edits := compare(lines(before), lines(after))
	oldLine, newLine := 1, 1
	for i := 0; i < len(edits); {
		if edits[i].kind == ' ' {
			i, oldLine, newLine = i+1, oldLine+1, newLine+1
			continue
		}
		start := max(0, i-contextLines)
		end := hunkEnd(edits, i)
		fromOld, fromNew := oldLine-(i-start), newLine-(i-start)
		for _, e := range edits[i:end] {
			if e.kind != '+' {
				oldLine++
			}
			if e.kind != '-' {
				newLine++
			}
		}
		fmt.Fprintf(&b, "@@ -%s +%s @@\n", span(fromOld, oldLine), span(fromNew, newLine))
		for _, e := range edits[start:end] {
			b.WriteByte(e.kind)
			b.WriteString(e.line)
		}
		i = end
	}
	return b.Bytes()
}

// hunkEnd is where the context after the changes from i on ends; changes whose contexts meet are one hunk.
func hunkEnd(edits []edit, i int) int {
	end := i
	for ; i < len(edits) && i <= end+2*contextLines; i++ {
		if edits[i].kind != ' ' {
			end = i
		}
	}
	return min(len(edits), end+1+contextLines)
}

// span is the lines [from, to) as a hunk's head has them: an empty one names the line before.
func span(from, to int) string {
	if from == to {
		from--
	}
	return fmt.Sprintf("%d,%d", from, max(0, to-max(from, 1)))
}

// lines keeps each line with its end; a last line without one gets a note.
func lines(text []byte) []string {
	all := strings.SplitAfter(string(text), "\n")
	last := len(all) - 1
	if all[last] == "" {
		return all[:last]
	}
	all[last] += "\n\\ No newline at end of file\n"
	return all
}

// compare returns the lines of both texts in order, with the fewest changes (Myers, "An O(ND) Difference Algorithm and Its
// Variations", 1986).
func compare(before, after []string) []edit {
	var head, tail []edit
	for len(before) > 0 && len(after) > 0 && before[0] == after[0] {
		head = append(head, edit{' ', before[0]})
		before, after = before[1:], after[1:]
	}
	for len(before) > 0 && len(after) > 0 && before[len(before)-1] == after[len(after)-1] {
		tail = append([]edit{{' ', before[len(before)-1]}}, tail...)
		before, after = before[:len(before)-1], after[:len(after)-1]
	}
	return append(append(head, shortest(before, after)...), tail...)
}

// shortest is compare without a common head and tail. reached[d] holds, for each diagonal, how far into before d changes lead.
func shortest(before, after []string) []edit {
	n, m := len(before), len(after)
	var reached []map[int]int
	current := map[int]int{1: 0}
	for d := 0; d <= min(n+m, mostEdits); d++ {
		next := map[int]int{}
		for k := -d; k <= d; k += 2 {
			x := furthest(current, k, d)
			for x < n && x-k < m && x-k >= 0 && before[x] == after[x-k] {
				x++
			}
			next[k] = x
			if x >= n && x-k >= m {
				return walkBack(before, after, append(reached, current))
			}
		}
		reached = append(reached, current)
		current = next
	}
	var out []edit
	for _, line := range before {
		out = append(out, edit{'-', line})
	}
	for _, line := range after {
		out = append(out, edit{'+', line})
	}
	return out
}

// furthest is where diagonal k begins with d changes: a line of after added to diagonal k+1, or one of before removed from k-1.
func furthest(from map[int]int, k, d int) int {
	if k == -d || k != d && from[k-1] < from[k+1] {
		return from[k+1]
	}
	return from[k-1] + 1
}

// walkBack turns what was reached with each number of changes into the edits.
func walkBack(before, after []string, reached []map[int]int) []edit {
	var reversed []edit
	x, y := len(before), len(after)
	for d := len(reached) - 1; d >= 0; d-- {
		k := x - y
		from := k - 1
		if k == -d || k != d && reached[d][k-1] < reached[d][k+1] {
			from = k + 1
		}
		startX := reached[d][from]
		startY := startX - from
		for x > max(startX, 0) && y > max(startY, 0) && before[x-1] == after[y-1] {
			x, y = x-1, y-1
			reversed = append(reversed, edit{' ', before[x]})
		}
		switch {
		case d == 0:
		case from == k+1:
			y--
			reversed = append(reversed, edit{'+', after[y]})
		default:
			x--
			reversed = append(reversed, edit{'-', before[x]})
		}
	}
	out := make([]edit, len(reversed))
	for i, e := range reversed {
		out[len(out)-1-i] = e
	}
	return out
}

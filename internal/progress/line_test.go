package progress

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// terminal plays what a terminal does with a carriage return and "erase to the end of the line".
func terminal(written string) []string {
	lines, column := []string{""}, 0
	for i := 0; i < len(written); i++ {
		line := []rune(lines[len(lines)-1])
		switch {
		case strings.HasPrefix(written[i:], "\x1b[K"):
			lines[len(lines)-1] = string(line[:column])
			i += 2
		case written[i] == '\r':
			column = 0
		case written[i] == '\n':
			lines, column = append(lines, ""), 0
		default:
			r := []rune(written[i:])[0]
			if column < len(line) {
				line[column] = r
			} else {
				line = append(line, r)
			}
			lines[len(lines)-1] = string(line)
			column++
			i += len(string(r)) - 1
		}
	}
	return lines
}

func wide(columns int) func() int { return func() int { return columns } }

func TestLineIsRedrawnInPlace(t *testing.T) {
	var b strings.Builder
	l := New(&b, wide(40))
	l.Show("sweep 1 of 13 · a long text")
	l.Show("sweep 2 of 13")
	if got := terminal(b.String()); len(got) != 1 || got[0] != "sweep 2 of 13" {
		t.Errorf("got %q", got)
	}
	l.Erase()
	if got := terminal(b.String()); len(got) != 1 || got[0] != "" {
		t.Errorf("after Erase: got %q", got)
	}
}

func TestSameTextIsNotDrawnAgain(t *testing.T) {
	var b strings.Builder
	l := New(&b, wide(40))
	l.Show("same")
	once := b.Len()
	l.Show("same")
	if b.Len() != once {
		t.Errorf("%d bytes more", b.Len()-once)
	}
	l.Erase()
	erased := b.Len()
	l.Erase()
	if b.Len() != erased {
		t.Error("an erased line was erased again")
	}
}

func TestLineNeverWraps(t *testing.T) {
	for _, columns := range []int{0, 5, 20, 80} {
		var b strings.Builder
		New(&b, wide(columns)).Show(strings.Repeat("äö · ", 60))
		want := columns
		if want == 0 {
			want = 80
		}
		if got := []rune(terminal(b.String())[0]); len(got) >= want {
			t.Errorf("%d columns: %d characters", columns, len(got))
		}
	}
}

func TestLogLinesGoAboveTheLine(t *testing.T) {
	var b strings.Builder
	l := New(&b, wide(40))
	fmt.Fprintln(l, "before")
	l.Show("sweep 1")
	fmt.Fprintln(l, "a broker is slow")
	l.Show("sweep 2")
	l.Erase()
	fmt.Fprintln(l, "after")
	want := []string{"before", "a broker is slow", "after", ""}
	if got := terminal(b.String()); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNoTerminalNoLine(t *testing.T) {
	var none *Line
	none.Show("x")
	none.Erase()
	(&Line{}).Show("x")
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestWriteReportsWhatTheTerminalSays(t *testing.T) {
	l := New(broken{}, wide(80))
	l.Show("x")
	if n, err := l.Write([]byte("log\n")); n != 0 || err == nil {
		t.Errorf("got %d, %v", n, err)
	}
}

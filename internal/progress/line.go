// Package progress draws one line at the bottom of a terminal that changes in place, and keeps it out of the way of
// everything else that is written there. Start with [Line].
package progress

import (
	"bytes"
	"fmt"
	"io"
	"sync"

	"github.com/mattn/go-runewidth"
)

const (
	toStart   = "\r"
	clearLine = "\x1b[K"
)

// Line is a line that is redrawn in place. Its zero value, and a nil Line, draw nothing, so that callers need not ask
// whether there is a terminal. It is safe for concurrent use.
type Line struct {
	mu    sync.Mutex
	out   io.Writer
	width func() int
	shown string
}

// New returns a line on the terminal behind out. width says how many columns it has at the moment: people resize
// windows. A width of 0 means 80.
func New(out io.Writer, width func() int) *Line { return &Line{out: out, width: width} }

// Show replaces the line. Text that is too long loses its end: a line that wraps could not be redrawn.
func (l *Line) Show(text string) {
	if l == nil || l.out == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	columns := l.width()
	if columns <= 0 {
		columns = 80
	}
	text = runewidth.Truncate(text, columns-1, "…")
	if text == l.shown {
		return
	}
	l.shown = text
	l.draw(toStart + text + clearLine)
}

// Erase removes the line and leaves the cursor where it began.
func (l *Line) Erase() {
	if l == nil || l.out == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shown != "" {
		l.draw(toStart + clearLine)
		l.shown = ""
	}
}

// Write passes whole lines of something else (the log) through: the progress line makes room and comes back below.
func (l *Line) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shown == "" {
		return l.out.Write(p)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s%s%s%s", toStart, clearLine, p, l.shown)
	if _, err := l.out.Write(b.Bytes()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// draw ignores errors: a terminal that is gone needs no progress, and the result does not depend on it.
func (l *Line) draw(s string) { _, _ = io.WriteString(l.out, s) }

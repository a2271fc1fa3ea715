package main

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

// widest is where lines of text stop being easy to read, however wide the terminal.
const widest = 120

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// mayColor reports whether colour suits the stream: a terminal that knows colours, and no one has set NO_COLOR.
func mayColor(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

// textWidth is the width for text on the stream: that of the terminal, else of COLUMNS; 0 for the default.
func textWidth(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
			return min(columns, widest)
		}
	}
	if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && columns > 0 {
		return min(columns, widest)
	}
	return 0
}

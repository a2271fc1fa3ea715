package daemon

import (
	"os"
	"runtime/debug"
)

// gcPercent is how far the heap may grow between two garbage collections, in percent of what is in use. The daemon rests most
// of the time: what it holds then matters more than a few milliseconds of collecting.
const gcPercent = 50

// LimitHeap sets gcPercent for the process, unless GOGC says otherwise.
func LimitHeap() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}

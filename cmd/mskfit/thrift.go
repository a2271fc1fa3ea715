package main

import (
	"os"
	"runtime/debug"
)

// thrift is how far the heap of a daemon may grow between two collections of garbage, in percent of what is in use. The daemon rests
// most of the time, and what it holds then matters more than the few milliseconds of a collection.
const thrift = 50

// beThrifty sets thrift, unless the environment says otherwise.
func beThrifty() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(thrift)
	}
}

package main

import (
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// windowFlag is a span of past time, as workload.ParseWindow reads it; w is nil until it is set.
type windowFlag struct {
	text string
	now  time.Time
	w    *workload.Window
}

// Set reads the flag.
func (f *windowFlag) Set(text string) error {
	f.text = text
	w, err := workload.ParseWindow(text, f.now)
	if err == nil {
		f.w = &w
	}
	return err
}

// String is the flag as it was given.
func (f *windowFlag) String() string { return f.text }

// Type is how the help names it.
func (f *windowFlag) Type() string { return "window" }

package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// State is how one check went.
type State string

// The states of a check.
const (
	OK      State = "ok"
	Warning State = "warning" // it works, and somebody should know about it
	Missing State = "missing" // it works with less than it could see
	Failed  State = "failed"
)

// Result is one line of the list.
type Result struct {
	// Part is what was checked ("history", "cluster orders"), What which aspect of it.
	Part  string `json:"part"`
	What  string `json:"what"`
	State State  `json:"state"`
	// Detail says what was found, and Fix what to do; both may be empty. Programs read Fix as "mend": the name is part of
	// mskfit/check/v1 and stays.
	Detail string `json:"detail,omitempty"`
	Fix    string `json:"mend,omitempty"`
}

// NotOK counts what is missing or failed; a warning is neither.
func NotOK(results []Result) (n int) {
	for _, r := range results {
		if r.State != OK && r.State != Warning {
			n++
		}
	}
	return n
}

const schema = "mskfit/check/v1"

// JSON is the form for programs.
func JSON(results []Result) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(map[string]any{"schema": schema, "ok": NotOK(results) == 0, "results": results})
	return b.Bytes(), err
}

// Text lists the results by part, in words and not only in colours.
func Text(results []Result) []byte {
	var b bytes.Buffer
	part := ""
	for _, r := range results {
		if r.Part != part {
			if part != "" {
				b.WriteString("\n")
			}
			part = r.Part
			b.WriteString(part + "\n")
		}
		fmt.Fprintf(&b, "  %-8s %s\n", r.State, r.What)
		for _, text := range []string{r.Detail, r.Fix} {
			for _, line := range wrapAt(text, 69) {
				fmt.Fprintf(&b, "           %s\n", line)
			}
		}
	}
	return b.Bytes()
}

// wrapAt breaks text at spaces; a word that is longer, such as a command to paste, stays whole.
func wrapAt(text string, width int) []string {
	var out []string
	for _, paragraph := range strings.Split(text, "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
				out = append(out, line)
				line = ""
			}
			line = strings.TrimPrefix(line+" "+word, " ")
		}
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}

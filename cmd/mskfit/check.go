package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/daemon/sources"
)

func newCheck() *cobra.Command {
	var file, format string
	var sendTest bool
	var l logging
	cmd := &cobra.Command{
		Use:   "check -c CONFIG.yaml",
		Short: "Validate a configuration and try every connection, permission and target",
		Long: `Validate the file, then try everything that mskfit run uses: folders, ledger, port, every source of every cluster with
every permission, and alert targets. Each problem is listed with its fix. Clusters are only read. Exit code 0:
everything works; 1: something is missing or failed; 2: the file is wrong.`,
		Example: `  mskfit check -c mskfit.yaml
  mskfit check -c mskfit.yaml --send-test         # sends a message to every alert target
  mskfit check -c mskfit.yaml --format json | jq '.results[] | select(.state != "ok")'`,
		Args: cobra.NoArgs,
	}
	addConfig(cmd, &file)
	cmd.Flags().StringVar(&format, "format", "text", "`FORMAT` of the result: text or json")
	cmd.Flags().BoolVar(&sendTest, "send-test", false, "send a test message to every alert target")
	complete(cmd, "format", []string{"text", "json"})
	l.addTo(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := errors.Join(l.check(), oneOf("--format", format, []string{"text", "json"})); err != nil {
			return usage(err)
		}
		cfg, err := loadConfig(file)
		if err != nil {
			return usage(err)
		}
		log, line := l.open(cmd.ErrOrStderr())
		c := checker{cfg: cfg.Placed(), log: log, now: time.Now, sendTest: sendTest, say: line.Show, access: sources.NewAccess(currentVersion(), nil, time.Now)}
		results := c.all(cmd.Context())
		line.Erase()
		if cmd.Context().Err() != nil {
			return &codedError{code: exitInterrupted, err: fmt.Errorf("interrupted: not everything was tried")}
		}
		out := checkText(results)
		if format == "json" {
			if out, err = checkJSON(results); err != nil {
				return failed(err)
			}
		}
		if _, err := cmd.OutOrStdout().Write(out); err != nil {
			return failed(fmt.Errorf("write the results to stdout: %w", err))
		}
		if bad := notOK(results); bad > 0 {
			return failed(fmt.Errorf("%d of %d checks are not ok", bad, len(results)))
		}
		return nil
	}
	return cmd
}

// checkState is how one check went.
type checkState string

// The states of a check.
const (
	checkOK      checkState = "ok"
	checkWarning checkState = "warning" // it works, and somebody should know about it
	checkMissing checkState = "missing" // it works with less than it could see
	checkFailed  checkState = "failed"
)

// checkResult is one line of the list.
type checkResult struct {
	// Part is what was checked ("history", "cluster orders"), What which aspect of it.
	Part  string     `json:"part"`
	What  string     `json:"what"`
	State checkState `json:"state"`
	// Detail says what was found, and Mend what to do; both may be empty.
	Detail string `json:"detail,omitempty"`
	Mend   string `json:"mend,omitempty"`
}

// notOK counts what is missing or failed; a warning is neither.
func notOK(results []checkResult) (n int) {
	for _, r := range results {
		if r.State != checkOK && r.State != checkWarning {
			n++
		}
	}
	return n
}

const checkSchema = "mskfit/check/v1"

func checkJSON(results []checkResult) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(map[string]any{"schema": checkSchema, "ok": notOK(results) == 0, "results": results})
	return b.Bytes(), err
}

// checkText lists the results by part, in words and not in colours alone.
func checkText(results []checkResult) []byte {
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
		for _, text := range []string{r.Detail, r.Mend} {
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

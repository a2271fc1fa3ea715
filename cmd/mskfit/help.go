package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

const rootLong = `mskfit says which Amazon MSK cluster a Kafka workload needs (Serverless, Provisioned Standard or Provisioned Express), in which size, at what price a month, and why. It changes nothing in Kafka or MSK.`

const rootExample = `  mskfit demo                       on a Kafka inside this program; nothing else is needed
  mskfit observe -b HOST:PORT       observe a cluster for a minute
  mskfit decide -f workload.yaml    for a workload that is described in a file
  mskfit help decide                more about a command, with examples`

// describe sets what is said without a command, with a wrong one and with a wrong flag.
func describe(root *cobra.Command) {
	root.Long = rootLong
	root.Example = rootExample
	root.DisableFlagsInUseLine = true
	root.SuggestionsMinimumDistance = 2
	root.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	root.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		hint := "mskfit --help lists the commands"
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			hint = "did you mean " + strings.Join(near, " or ") + "?"
		}
		return fmt.Errorf("unknown command %q: %s", args[0], hint)
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w: see %s --help", err, cmd.CommandPath())
	})
}

// complain writes an error for people. Several problems take a line each and start with their place, so that an editor
// can jump to them.
func complain(stderr io.Writer, err error) {
	lines := yamlfile.Lines(err)
	if len(lines) == 1 {
		fmt.Fprintf(stderr, "mskfit: %s\n", lines[0])
		return
	}
	fmt.Fprintf(stderr, "mskfit: %d problems:\n%s\n", len(lines), strings.Join(lines, "\n"))
}

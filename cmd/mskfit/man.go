package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func newMan() *cobra.Command {
	return &cobra.Command{
		Use:     "man DIRECTORY",
		Short:   "Write the manual pages, one for each command",
		Example: "  mskfit man /usr/local/share/man/man1",
		Args:    cobra.ExactArgs(1),
		Hidden:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return failed(fmt.Errorf("man: %w", err))
			}
			// The date is the commit's, so that two builds of one commit write the same pages.
			date := buildOf().date
			if date.IsZero() {
				date = time.Unix(0, 0).UTC()
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			header := &doc.GenManHeader{Section: "1", Source: "mskfit " + currentVersion(), Manual: "mskfit", Date: &date}
			if err := doc.GenManTree(root, header, args[0]); err != nil {
				return failed(fmt.Errorf("man: %w", err))
			}
			return nil
		},
	}
}

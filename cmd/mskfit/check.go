package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/check"
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
		results := check.Run(cmd.Context(), cfg,
			check.Options{Version: currentVersion(), SendTest: sendTest, Progress: line.Show, Now: time.Now, Log: log})
		line.Erase()
		if cmd.Context().Err() != nil {
			return &codedError{code: exitInterrupted, err: fmt.Errorf("interrupted: not everything was tried")}
		}
		out := check.Text(results)
		if format == "json" {
			if out, err = check.JSON(results); err != nil {
				return failed(err)
			}
		}
		if _, err := cmd.OutOrStdout().Write(out); err != nil {
			return failed(fmt.Errorf("write the results to stdout: %w", err))
		}
		if bad := check.NotOK(results); bad > 0 {
			return failed(fmt.Errorf("%d of %d checks are not ok", bad, len(results)))
		}
		return nil
	}
	return cmd
}

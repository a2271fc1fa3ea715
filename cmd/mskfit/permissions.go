package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/permissions"
)

func newPermissions() *cobra.Command {
	var file, format string
	cmd := &cobra.Command{
		Use:   "permissions [-c CONFIG.yaml]",
		Short: "Print the least Kafka ACLs and IAM policy that mskfit needs, ready to paste",
		Long: `Print the least Kafka ACLs, as kafka-acls commands, and the least IAM policy that mskfit needs, and all kinds of
requests that it can send to a broker. With a configuration file they are limited to that file; without one, they cover
every feature. No cluster is contacted: mskfit check tries them.`,
		Example: `  mskfit permissions
  mskfit permissions -c mskfit.yaml
  mskfit permissions -c mskfit.yaml --format json | jq .iam_policy > policy.json`,
		Args: cobra.NoArgs,
	}
	addConfig(cmd, &file)
	cmd.Flags().StringVar(&format, "format", "text", "`FORMAT` of the result: text or json")
	complete(cmd, "format", []string{"text", "json"})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := oneOf("--format", format, []string{"text", "json"}); err != nil {
			return usage(err)
		}
		p := permissions.Every()
		if file != "" {
			cfg, err := config.Load(file)
			if err != nil {
				return usage(err)
			}
			p = permissions.Of(cfg)
		}
		out := p.Text()
		if format == "json" {
			var err error
			if out, err = p.JSON(); err != nil {
				return failed(err)
			}
		}
		if _, err := cmd.OutOrStdout().Write(out); err != nil {
			return failed(fmt.Errorf("write the permissions to stdout: %w", err))
		}
		return nil
	}
	return cmd
}

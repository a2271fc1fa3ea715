package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/web"
)

// healthTimeout bounds a health check; Docker and Kubernetes wait longer.
const healthTimeout = 3 * time.Second

func newHealthcheck() *cobra.Command {
	var file, url string
	var ready bool
	cmd := &cobra.Command{
		Use:   "healthcheck [-c CONFIG.yaml | --url URL]",
		Short: "Ask a running daemon whether it works; for container health checks",
		Long: `Ask the daemon of a configuration file, or the one at a URL, for /healthz, and exit with 0 when it answers, else with 1.
It needs no shell and no curl, so an image can contain only mskfit.

With TLS the daemon's own certificate is not verified. A daemon that asks for a password or a certificate counts as healthy.`,
		Example: `  mskfit healthcheck -c /etc/mskfit/mskfit.yaml
  mskfit healthcheck --url http://127.0.0.1:9444/healthz
  mskfit healthcheck -c mskfit.yaml --ready     # also wants every source to have been tried once`,
		Args: cobra.NoArgs,
	}
	addConfig(cmd, &file)
	cmd.Flags().StringVar(&url, "url", "", "ask this `URL` (default: http://127.0.0.1:9444/healthz)")
	cmd.Flags().BoolVar(&ready, "ready", false, "ask for /readyz")
	cmd.MarkFlagsMutuallyExclusive("config", "url")
	cmd.MarkFlagsMutuallyExclusive("ready", "url")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if url == "" {
			cfg := config.Default()
			if file != "" {
				var err error
				if cfg, err = config.Load(file); err != nil {
					return usage(err)
				}
			}
			var err error
			if url, err = web.HealthURL(cfg.Web, ready); err != nil {
				return usage(err)
			}
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), healthTimeout)
		defer cancel()
		if err := web.AskHealth(ctx, url); err != nil {
			return failed(err)
		}
		return nil
	}
	return cmd
}

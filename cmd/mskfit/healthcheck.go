package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/config"
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
			if url, err = healthURL(cfg, ready); err != nil {
				return usage(err)
			}
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), healthTimeout)
		defer cancel()
		if err := askHealth(ctx, url); err != nil {
			return failed(err)
		}
		return nil
	}
	return cmd
}

// healthURL is where the daemon of a configuration answers on this machine.
func healthURL(cfg config.Config, ready bool) (string, error) {
	host, port, err := net.SplitHostPort(cfg.Web.Listen)
	if err != nil {
		return "", fmt.Errorf("web.listen: %w", err)
	}
	if port == "0" {
		return "", errors.New("web.listen: port 0 is a different port at every start: set the daemon's address with --url")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	scheme, path := "http", "/healthz"
	if cfg.Web.WebConfigFile != "" {
		scheme = "https"
	}
	if ready {
		path = "/readyz"
	}
	return scheme + "://" + net.JoinHostPort(host, port) + path, nil
}

// askHealth returns nil when the daemon at the URL answers that it works.
func askHealth(ctx context.Context, url string) error {
	client := &http.Client{Transport: &http.Transport{
		// The certificate names the daemon's public name, and the answer carries nothing secret.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // see above
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if errors.Is(err, http.ErrSchemeMismatch) { // a web configuration file without TLS
		req.URL.Scheme = "http"
		resp, err = client.Do(req)
	}
	var refused tls.AlertError
	switch {
	case errors.As(err, &refused): // it wants a certificate
		return nil
	case err != nil:
		return fmt.Errorf("no daemon answers: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusUnauthorized {
		return nil
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 300)) // part of the message; the status says enough
	return fmt.Errorf("%s answers %s: %s", url, resp.Status, cmp.Or(string(body), "nothing"))
}

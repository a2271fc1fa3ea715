package web

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
)

// HealthURL is where the daemon of a configuration answers on this machine: /healthz, or /readyz.
func HealthURL(cfg Config, ready bool) (string, error) {
	host, port, err := net.SplitHostPort(cfg.Listen)
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
	if cfg.WebConfigFile != "" {
		scheme = "https"
	}
	if ready {
		path = "/readyz"
	}
	return scheme + "://" + net.JoinHostPort(host, port) + path, nil
}

// AskHealth returns nil when the daemon at the URL answers that it works.
func AskHealth(ctx context.Context, url string) error {
	client := &http.Client{Transport: &http.Transport{
		// The certificate names the daemon's public name, and the answer carries nothing secret.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
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

package history

import (
	"fmt"
	"net/http"
	"strings"

	promconfig "github.com/prometheus/common/config"
	"github.com/prometheus/sigv4"

	"github.com/mskfit/mskfit/internal/secret"
)

// external is a Prometheus-compatible server. It keeps nothing itself.
type external struct {
	cfg    External
	client *http.Client
	// write and query are the addresses; query ends before /api/v1.
	writeURL, queryURL string
}

func openExternal(cfg External) (*external, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	hc, err := cfg.httpConfig()
	if err != nil {
		return nil, err
	}
	client, err := promconfig.NewClientFromConfig(hc, "mskfit", promconfig.WithUserAgent("mskfit"))
	if err != nil {
		return nil, err
	}
	if cfg.SigV4.Region != "" {
		signed, err := sigv4.NewSigV4RoundTripper(&sigv4.SigV4Config{Region: cfg.SigV4.Region, Profile: cfg.SigV4.Profile, RoleARN: cfg.SigV4.RoleARN}, client.Transport)
		if err != nil {
			return nil, fmt.Errorf("sign requests: %w", err)
		}
		client.Transport = signed
	}
	client.Timeout = cfg.Timeout
	return &external{cfg: cfg, client: client, writeURL: cfg.WriteURL, queryURL: strings.TrimSuffix(cfg.QueryURL, "/")}, nil
}

// httpConfig translates the configuration for Prometheus's client.
func (e External) httpConfig() (promconfig.HTTPClientConfig, error) {
	hc := promconfig.DefaultHTTPClientConfig
	hc.TLSConfig = promconfig.TLSConfig{CAFile: e.TLS.CAFile, CertFile: e.TLS.CertFile, KeyFile: e.TLS.KeyFile, ServerName: e.TLS.ServerName,
		InsecureSkipVerify: e.TLS.InsecureSkipVerify}
	switch {
	case !e.BearerToken.IsZero() || e.BearerTokenFile != "":
		hc.Authorization = &promconfig.Authorization{Type: "Bearer", Credentials: promconfig.Secret(e.BearerToken.Reveal()), CredentialsFile: e.BearerTokenFile}
	case e.Username != "":
		password, err := secret.Resolve(e.Password, e.PasswordFile)
		if err != nil {
			return hc, fmt.Errorf("password: %w", err)
		}
		hc.BasicAuth = &promconfig.BasicAuth{Username: e.Username, Password: promconfig.Secret(password.Reveal())}
	}
	return hc, nil
}

func (e *external) close() error {
	e.client.CloseIdleConnections()
	return nil
}

// do sends a request with the configured headers.
func (e *external) do(req *http.Request) (*http.Response, error) {
	for name, value := range e.cfg.Headers {
		req.Header.Set(name, value)
	}
	resp, err := e.client.Do(req)
	if err != nil {
		return nil, withoutURL(err)
	}
	return resp, nil
}

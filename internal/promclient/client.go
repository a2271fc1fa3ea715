package promclient

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	promconfig "github.com/prometheus/common/config"

	"github.com/mskfit/mskfit/internal/secret"
)

// Client sends requests as its configuration says. It is safe for concurrent use.
type Client struct {
	http    *http.Client
	headers map[string]string
}

// New makes a client. Files that the configuration names are read.
func New(c Config) (*Client, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	hc, err := c.http()
	if err != nil {
		return nil, err
	}
	client, err := promconfig.NewClientFromConfig(hc, "mskfit", promconfig.WithUserAgent("mskfit"))
	if err != nil {
		return nil, err
	}
	if c.SigV4.Region != "" {
		signed, err := newSigner(c.SigV4, client.Transport)
		if err != nil {
			return nil, fmt.Errorf("sign requests: %w", err)
		}
		client.Transport = signed
	}
	client.Timeout = c.Timeout
	return &Client{client, c.Headers}, nil
}

// http translates the configuration for Prometheus's client.
func (c Config) http() (promconfig.HTTPClientConfig, error) {
	hc := promconfig.DefaultHTTPClientConfig
	hc.TLSConfig = promconfig.TLSConfig{CAFile: c.TLS.CAFile, CertFile: c.TLS.CertFile, KeyFile: c.TLS.KeyFile,
		ServerName:         c.TLS.ServerName,
		InsecureSkipVerify: c.TLS.InsecureSkipVerify}
	switch {
	case !c.BearerToken.IsZero() || c.BearerTokenFile != "":
		hc.Authorization = &promconfig.Authorization{Type: "Bearer", Credentials: promconfig.Secret(c.BearerToken.Reveal()),
			CredentialsFile: c.BearerTokenFile}
	case c.Username != "":
		password, err := secret.Resolve(c.Password, c.PasswordFile)
		if err != nil {
			return hc, fmt.Errorf("password: %w", err)
		}
		hc.BasicAuth = &promconfig.BasicAuth{Username: c.Username, Password: promconfig.Secret(password.Reveal())}
	}
	return hc, nil
}

// Do sends a request with the configured headers. Its errors name the host and never the whole address, which may hold what
// no one should read.
func (c *Client) Do(req *http.Request) (*http.Response, error) {
	for name, value := range c.headers {
		req.Header.Set(name, value)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, WithoutURL(err)
	}
	return resp, nil
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// FirstLine is the beginning of an answer, for an error.
func FirstLine(r io.Reader) string {
	text, _ := io.ReadAll(io.LimitReader(r, 300)) // what came so far says enough
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return line
}

// WithoutURL takes the address off an HTTP error and leaves the host.
func WithoutURL(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		if u, perr := url.Parse(ue.URL); perr == nil {
			return fmt.Errorf("%s: %w", u.Host, ue.Err)
		}
		return ue.Err
	}
	return err
}

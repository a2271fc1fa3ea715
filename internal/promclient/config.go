// Package promclient makes HTTP clients for Prometheus-compatible servers and for pages of metrics: bearer tokens, basic
// authentication, AWS signatures and client certificates, all with Prometheus's own client code. [Config] is the part of
// the configuration that says how, [New] makes the client, and [Client.Do] sends a request.
package promclient

import (
	"errors"
	"net/url"
	"time"

	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says how to talk to a server.
type Config struct {
	// Timeout bounds one request (default 30s).
	Timeout time.Duration `yaml:"timeout"`
	// BearerToken is sent as Authorization: Bearer; BearerTokenFile is read again for each request.
	BearerToken     secret.String `yaml:"bearer_token"`
	BearerTokenFile string        `yaml:"bearer_token_file"`
	// Username and Password are for basic authentication; PasswordFile holds the password instead.
	Username     string        `yaml:"username"`
	Password     secret.String `yaml:"password"`
	PasswordFile string        `yaml:"password_file"`
	// Headers are sent with every request (X-Scope-OrgID for Mimir's tenants).
	Headers map[string]string `yaml:"headers"`
	// SigV4 signs requests for Amazon Managed Prometheus.
	SigV4 SigV4 `yaml:"sigv4"`
	// TLS says which certificates to trust and to show.
	TLS TLS `yaml:"tls"`
}

// SigV4 is how requests are signed; an empty Region: not at all. Credentials come from the environment, a profile or a role.
type SigV4 struct {
	// Region is the server's, like us-east-1; empty: requests are not signed.
	Region string `yaml:"region"`
	// Profile names a profile of the shared AWS files (default: AWS_PROFILE, else the default chain).
	Profile string `yaml:"profile"`
	// RoleARN is a role to assume first (default: none).
	RoleARN string `yaml:"role_arn"`
}

// Files are those that a client reads; unset ones are empty.
func (c Config) Files() []string {
	return []string{c.BearerTokenFile, c.PasswordFile, c.TLS.CAFile, c.TLS.CertFile, c.TLS.KeyFile}
}

// TLS names PEM files.
type TLS struct {
	// CAFile holds the certificates to trust (default: the system's).
	CAFile string `yaml:"ca_file"`
	// CertFile and KeyFile hold this client's certificate and key (default: none).
	CertFile string `yaml:"cert_file"`
	KeyFile  string `yaml:"key_file"`
	// ServerName is the name to expect in the server's certificate (default: its host).
	ServerName string `yaml:"server_name"`
	// InsecureSkipVerify trusts any certificate (default false).
	InsecureSkipVerify bool `yaml:"insecure_skip_verify"`
}

// DefaultConfig has a timeout of 30 s and no authentication.
func DefaultConfig() Config { return Config{Timeout: 30 * time.Second} }

// Validate returns every problem as a field error of the key.
func (c Config) Validate() error {
	var errs []error
	bad := func(field, format string, args ...any) { errs = append(errs, yamlfile.Invalid(field, format, args...)) }
	if c.Timeout < time.Second || c.Timeout > 10*time.Minute {
		bad("timeout", "%s is out of range: use 1s to 10m", c.Timeout)
	}
	bearer := !c.BearerToken.IsZero() || c.BearerTokenFile != ""
	basic := c.Username != "" || !c.Password.IsZero() || c.PasswordFile != ""
	if bearer && basic || c.SigV4.Region != "" && (bearer || basic) {
		bad("", "several ways to authenticate are set: keep one of bearer_token, username and sigv4")
	}
	if !c.BearerToken.IsZero() && c.BearerTokenFile != "" {
		bad("bearer_token_file", "set twice, bearer_token too: keep one")
	}
	if !c.Password.IsZero() && c.PasswordFile != "" {
		bad("password_file", "set twice, password too: keep one")
	}
	if basic && c.Username == "" {
		bad("username", "missing: a password needs one")
	}
	if (c.TLS.CertFile == "") != (c.TLS.KeyFile == "") {
		bad("tls.cert_file", "a client certificate needs both cert_file and key_file")
	}
	return errors.Join(errs...)
}

// ValidURL returns a field error unless address is an http or https address without credentials in it.
func ValidURL(field, address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return yamlfile.Invalid(field, "not a URL: write it as https://host/path")
	case u.User != nil:
		return yamlfile.Invalid(field, "contains credentials: use username and password_file")
	}
	return nil
}

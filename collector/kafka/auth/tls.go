package auth

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"sync"
)

// TLS says how connections are encrypted.
type TLS struct {
	// Enabled turns TLS on (default false).
	Enabled bool `yaml:"enabled"`
	// CAFile holds the certificates to trust, PEM (default: the system's). This file and the next two are read again for each
	// new connection, so that renewed certificates need no restart.
	CAFile string `yaml:"ca_file"`
	// CertFile and KeyFile hold this client's certificate and key, PEM, for mutual TLS (default: none).
	CertFile string `yaml:"cert_file"`
	KeyFile  string `yaml:"key_file"`
	// ServerName is the name to expect in the brokers' certificates (default: the host of each broker).
	ServerName string `yaml:"server_name"`
	// InsecureSkipVerify accepts any certificate (default false): for tests only.
	InsecureSkipVerify bool `yaml:"insecure_skip_verify"`
}

// Certificates are those of a configuration, as its files are now. It is safe for concurrent use.
type Certificates struct {
	cfg   TLS
	names Names

	mu   sync.Mutex
	last *tls.Config // what could be read last
}

// OpenTLS reads the files for the first time. It returns nil when TLS is off. Errors have the fields by their names.
func OpenTLS(cfg TLS, names Names) (*Certificates, error) {
	if !cfg.Enabled {
		return nil, nil
	}
	c, err := cfg.load(names)
	if err != nil {
		return nil, err
	}
	return &Certificates{cfg: cfg, names: names, last: c}, nil
}

// Current reads the files again and returns the configuration for one connection, which the caller may change. While they cannot
// be read, or certificate and key do not match because one of them is just being replaced, it returns the one before.
func (f *Certificates) Current() *tls.Config {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, err := f.cfg.load(f.names); err == nil {
		f.last = c
	}
	return f.last.Clone()
}

// load reads the files.
func (t TLS) load(names Names) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName, InsecureSkipVerify: t.InsecureSkipVerify}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, names.wrap("tls.ca_file", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, names.wrap("tls.ca_file", fmt.Errorf("%s contains no PEM certificate", t.CAFile))
		}
	}
	if t.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("%s %s with %s %s: %w", names.Of("tls.cert_file"), t.CertFile, names.Of("tls.key_file"),
				t.KeyFile, err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// Files are those with certificates and keys; unset ones are empty.
func (t TLS) Files() []string { return []string{t.CAFile, t.CertFile, t.KeyFile} }

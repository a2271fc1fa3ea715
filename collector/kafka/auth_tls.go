package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"sync"
)

// tlsFiles are the certificates of a configuration, as the files have them now. It is safe for concurrent use.
type tlsFiles struct {
	cfg TLS

	mu   sync.Mutex
	last *tls.Config // what could be read last
}

// openTLS reads the files for the first time. It returns nil when TLS is off.
func openTLS(cfg TLS) (*tlsFiles, error) {
	if !cfg.Enabled {
		return nil, nil
	}
	c, err := cfg.load()
	if err != nil {
		return nil, err
	}
	return &tlsFiles{cfg: cfg, last: c}, nil
}

// current reads the files again and returns the configuration for one connection, which the caller may change. While they cannot
// be read, or certificate and key do not fit each other because one of them is just being replaced, it is the one before.
func (f *tlsFiles) current() *tls.Config {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, err := f.cfg.load(); err == nil {
		f.last = c
	}
	return f.last.Clone()
}

// load reads the files.
func (t TLS) load() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName, InsecureSkipVerify: t.InsecureSkipVerify}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, fmt.Errorf("tls.ca_file: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("tls.ca_file: %s contains no PEM certificate", t.CAFile)
		}
	}
	if t.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("tls.cert_file %s with tls.key_file %s: %w", t.CertFile, t.KeyFile, err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

package promclient

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/testbed"
)

// certificate makes a self-signed certificate, and writes it and its key to files.
func certificate(t *testing.T, name string) (cert tls.Certificate, certFile, keyFile string) {
	t.Helper()
	c := testbed.SelfSigned(t, name)
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, name+".pem"), filepath.Join(dir, name+".key")
	for file, content := range map[string][]byte{certFile: c.CertPEM, keyFile: c.KeyPEM} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c.Pair, certFile, keyFile
}

func TestClientShowsItsCertificate(t *testing.T) {
	serverCert, serverFile, _ := certificate(t, "server")
	_, clientFile, clientKey := certificate(t, "client")
	known, err := os.ReadFile(clientFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(known)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Client", r.TLS.PeerCertificates[0].Subject.CommonName)
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{serverCert}, ClientAuth: tls.RequireAndVerifyClientCert,
		ClientCAs: pool}
	server.Config.ErrorLog = log.New(&bytes.Buffer{}, "", 0) // the handshakes below are meant to fail
	server.StartTLS()
	defer server.Close()

	ask := func(change func(*Config)) (http.Header, error) {
		t.Helper()
		cfg := DefaultConfig()
		change(&cfg)
		c, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/secret-path", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Do(req)
		if err != nil {
			return nil, err
		}
		return resp.Header, resp.Body.Close()
	}
	header, err := ask(func(c *Config) { c.TLS = TLS{CAFile: serverFile, CertFile: clientFile, KeyFile: clientKey} })
	if err != nil || header.Get("Client") != "client" {
		t.Errorf("with a certificate: %v, want an answer for the client", err)
	}
	if _, err = ask(func(c *Config) { c.TLS.CAFile = serverFile }); err == nil || strings.Contains(err.Error(), "secret-path") {
		t.Errorf("without a certificate: error %v, want one that does not show the path", err)
	}
	_, err = ask(func(c *Config) { c.TLS = TLS{CertFile: clientFile, KeyFile: clientKey} })
	var unknown x509.UnknownAuthorityError
	if !errors.As(err, &unknown) {
		t.Errorf("without the server's CA: error %v, want that the authority is not known", err)
	}
}

func TestMissingFilesAreNamed(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"nobody-has-me.pem": func(c *Config) { c.TLS.CAFile = "nobody-has-me.pem" },
		"nobody-has-me.pw":  func(c *Config) { c.Username, c.PasswordFile = "me", "nobody-has-me.pw" },
	} {
		cfg := DefaultConfig()
		change(&cfg)
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want one that names %s", err, name)
		}
	}
}

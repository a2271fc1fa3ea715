package testbed

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TLS is the certificate material of a cluster: an authority of its own, a certificate for the brokers (127.0.0.1 and localhost)
// and one for clients, CN=client. The files are PEM.
type TLS struct {
	CAFile, CertFile, KeyFile string // the authority's certificate; the client's certificate and key

	roots  *x509.CertPool
	client tls.Certificate
	broker map[string]string // listener properties, without the listener's prefix
	ca     authority
}

// Client returns the TLS configuration of a client, with its certificate or without.
func (m *TLS) Client(withCertificate bool) *tls.Config {
	c := &tls.Config{RootCAs: m.roots, MinVersion: tls.VersionTLS12}
	if withCertificate {
		c.Certificates = []tls.Certificate{m.client}
	}
	return c
}

// authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

// newTLS makes the material in dir, in the form that the release's brokers read.
func newTLS(t testing.TB, dir string, r release) *TLS {
	t.Helper()
	m, err := makeTLS(dir)
	if err == nil && r.pem {
		err = m.brokerPEM(dir)
	} else if err == nil {
		err = m.brokerKeyStore(dir, Program(t, "keytool"))
	}
	if err != nil {
		t.Fatalf("make TLS material: %v", err)
	}
	return m
}

// makeTLS makes the authority and the client's certificate.
func makeTLS(dir string) (*TLS, error) {
	m := &TLS{CAFile: filepath.Join(dir, "ca.pem"), CertFile: filepath.Join(dir, "client.pem"),
		KeyFile: filepath.Join(dir, "client.key"), roots: x509.NewCertPool()}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := certificate("testbed authority")
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	m.ca = authority{cert: cert, key: key, pem: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
	m.roots.AddCert(cert)
	certPEM, keyPEM, err := m.ca.issue("client")
	if err != nil {
		return nil, err
	}
	if m.client, err = tls.X509KeyPair(certPEM, keyPEM); err != nil {
		return nil, err
	}
	return m, writeFiles(map[string][]byte{m.CAFile: m.ca.pem, m.CertFile: certPEM, m.KeyFile: keyPEM})
}

// certificate is a template, good for a day; the name is its CN.
func certificate(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
}

// issue makes a key and a certificate, both PEM.
func (a authority) issue(name string) (certPEM, keyPEM []byte, err error) {
	key, keyPEM, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	certPEM, err = a.sign(certificate(name), &key.PublicKey)
	return certPEM, keyPEM, err
}

// newKey makes a private key, and its PEM.
func newKey() (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// sign makes the PEM of a certificate.
func (a authority) sign(template *x509.Certificate, key any) ([]byte, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key, a.key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}

func writeFiles(files map[string][]byte) error {
	for path, content := range files {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

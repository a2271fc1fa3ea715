package testbed

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"
)

// Certificate is a certificate that is its own authority, with its key.
type Certificate struct {
	// Pair is what a TLS server or client shows.
	Pair tls.Certificate
	// CertPEM and KeyPEM are the same as the content of files.
	CertPEM, KeyPEM []byte
}

// SelfSigned makes a certificate for 127.0.0.1, localhost and the given names, good for a day.
func SelfSigned(t testing.TB, name string, dnsNames ...string) Certificate {
	t.Helper()
	return SelfSignedUntil(t, time.Time{}, name, dnsNames...)
}

// SelfSignedUntil is SelfSigned for a certificate that expires at an instant, perhaps one that has passed; zero: in a day.
func SelfSignedUntil(t testing.TB, expires time.Time, name string, dnsNames ...string) Certificate {
	t.Helper()
	template := certificate(name)
	if !expires.IsZero() {
		template.NotBefore, template.NotAfter = expires.Add(-24*time.Hour), expires
	}
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage |= x509.KeyUsageCertSign
	template.DNSNames = append(template.DNSNames, dnsNames...)
	key, keyPEM, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	certPEM, err := authority{cert: template, key: key}.sign(template, &key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		t.Fatal(err)
	}
	return Certificate{Pair: pair, CertPEM: certPEM, KeyPEM: keyPEM}
}

package testbed

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os/exec"
	"path/filepath"
)

const storePassword = "testbed"

// brokerPEM writes the brokers' side as Kafka from 2.7 on reads it.
func (m *TLS) brokerPEM(dir string) error {
	certPEM, keyPEM, err := m.ca.issue("localhost")
	if err != nil {
		return err
	}
	store := filepath.Join(dir, "broker.pem")
	m.broker = map[string]string{
		"ssl.keystore.type": "PEM", "ssl.keystore.location": store,
		"ssl.truststore.type": "PEM", "ssl.truststore.location": m.CAFile,
	}
	return writeFiles(map[string][]byte{store: append(keyPEM, certPEM...)})
}

// brokerKeyStore writes it as older Kafka reads it. Java's keytool makes the key, and the authority signs it.
func (m *TLS) brokerKeyStore(dir, keytool string) error {
	keys, trust := filepath.Join(dir, "broker.p12"), filepath.Join(dir, "trust.p12")
	signed := filepath.Join(dir, "broker.pem")
	if _, err := runKeytool(keytool, "-genkeypair", "-alias", "broker", "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
		"CN=localhost", "-keystore", keys); err != nil {
		return err
	}
	out, err := runKeytool(keytool, "-certreq", "-alias", "broker", "-keystore", keys)
	if err != nil {
		return err
	}
	block, _ := pem.Decode(out)
	if block == nil {
		return fmt.Errorf("keytool -certreq printed no request: %s", out)
	}
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return err
	}
	certPEM, err := m.ca.sign(certificate("localhost"), request.PublicKey)
	if err != nil {
		return err
	}
	if err := writeFiles(map[string][]byte{signed: append(certPEM, m.ca.pem...)}); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"-importcert", "-noprompt", "-alias", "ca", "-file", m.CAFile, "-keystore", trust},
		{"-importcert", "-noprompt", "-alias", "ca", "-file", m.CAFile, "-keystore", keys},
		{"-importcert", "-noprompt", "-alias", "broker", "-file", signed, "-keystore", keys},
	} {
		if _, err := runKeytool(keytool, args...); err != nil {
			return err
		}
	}
	m.broker = map[string]string{
		"ssl.keystore.type": "PKCS12", "ssl.keystore.location": keys, "ssl.keystore.password": storePassword,
		"ssl.key.password":    storePassword,
		"ssl.truststore.type": "PKCS12", "ssl.truststore.location": trust, "ssl.truststore.password": storePassword,
	}
	return nil
}

func runKeytool(keytool string, args ...string) ([]byte, error) {
	var stderr bytes.Buffer
	cmd := exec.Command(keytool, append(args, "-storetype", "PKCS12", "-storepass", storePassword)...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("keytool %s: %w: %s%s", args[0], err, out, stderr.Bytes())
	}
	return out, nil
}

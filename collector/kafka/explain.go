package kafka

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// connectError is a connection that did not come about. It reads as one sentence: what was tried, what happened, how to fix
// it. It never holds a secret: neither causes nor configuration carry one.
type connectError struct {
	addresses, why string
	cause          error
}

func (e connectError) Error() string { return "connect to " + e.addresses + ": " + e.why }
func (e connectError) Unwrap() error { return e.cause }

// explain says what went wrong between us and a broker. The cause stays wrapped.
func explain(address string, cfg Config, err error) connectError {
	return connectError{addresses: address, why: reason(address, cfg, err), cause: err}
}

// together joins failures, those with the same explanation as one.
func together(failures []connectError) error {
	var merged []connectError
	for _, f := range failures {
		i := slices.IndexFunc(merged, func(m connectError) bool { return m.why == f.why })
		if i < 0 {
			merged = append(merged, f)
			continue
		}
		merged[i].addresses += ", " + f.addresses
	}
	errs := make([]error, len(merged))
	for i, f := range merged {
		errs[i] = f
	}
	return errors.Join(errs...)
}

// reason tries the tests from the most to the least specific: a refused password is also a closed connection.
func reason(address string, cfg Config, err error) string {
	for _, test := range []func(string, Config, error) string{loginReason, certificateReason, tlsReason, networkReason,
		closedReason} {
		if why := test(address, cfg, err); why != "" {
			return why
		}
	}
	return plainly(err)
}

func loginReason(_ string, cfg Config, err error) string { return cfg.SASL.Reason(err, cfg.Names) }

func certificateReason(address string, cfg Config, err error) string {
	if e, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "the broker's certificate" + issuer(e.Cert) +
			" is signed by an untrusted authority: set " + cfg.Names.Of("tls.ca_file") + " to the authority's certificate"
	}
	if e, ok := errors.AsType[x509.HostnameError](err); ok {
		return fmt.Sprintf("the broker's certificate is for %s and not for %s: set %s to a name in the certificate",
			namesOf(e.Certificate), e.Host, cfg.Names.Of("tls.server_name"))
	}
	if e, ok := errors.AsType[x509.CertificateInvalidError](err); ok && e.Reason == x509.Expired {
		return "the broker's certificate has expired or is not valid yet: renew it, and check the clock of this machine"
	}
	if !cfg.TLS.Enabled {
		return ""
	}
	switch text := err.Error(); {
	case strings.Contains(text, "certificate required"), strings.Contains(text, "handshake failure") && cfg.TLS.CertFile == "",
		strings.Contains(text, "bad certificate") && cfg.TLS.CertFile == "":
		return fmt.Sprintf("the broker requires a client certificate (mTLS): set %s and %s", cfg.Names.Of("tls.cert_file"),
			cfg.Names.Of("tls.key_file"))
	case strings.Contains(text, "remote error: tls") && cfg.TLS.CertFile != "":
		return fmt.Sprintf("the broker does not accept the client certificate %s: check that it is valid and signed by an authority that the broker trusts (%s)",
			cfg.TLS.CertFile, plainly(err))
	}
	return ""
}

func issuer(c *x509.Certificate) string {
	if c == nil || c.Issuer.CommonName == "" {
		return ""
	}
	return fmt.Sprintf(" (issuer %q)", c.Issuer.CommonName)
}

func namesOf(c *x509.Certificate) string {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return fmt.Sprintf("%q", c.Subject.CommonName)
	}
	return strings.Join(names, ", ")
}

func tlsReason(_ string, cfg Config, err error) string {
	_, notTLS := errors.AsType[tls.RecordHeaderError](err)
	enabled := cfg.Names.Of("tls.enabled")
	_, handshake := errors.AsType[*handshakeError](err)
	switch {
	case cfg.TLS.Enabled && (notTLS || handshake && closed(err)):
		return fmt.Sprintf("the broker does not speak TLS on this port: leave out %s, or use the TLS port", enabled)
	case cfg.TLS.Enabled:
		return ""
	case strings.Contains(err.Error(), "tls alert"):
		return fmt.Sprintf("the broker expects TLS on this port: set %s, or use the plaintext port", enabled)
	case strings.Contains(err.Error(), "HTTP response"):
		return "this is a web server, not a Kafka broker: check the port"
	}
	if e, ok := errors.AsType[*kgo.ErrFirstReadEOF](err); ok && strings.Contains(e.Error(), "api versions") {
		return fmt.Sprintf("the broker closed the connection at the first request: it may expect TLS on this port (set %s), or this is not Kafka",
			enabled)
	}
	return ""
}

func networkReason(_ string, cfg Config, err error) string {
	if e, ok := errors.AsType[*net.DNSError](err); ok {
		if e.IsNotFound {
			return "no such host: check the name, and that this machine can resolve it"
		}
		return fmt.Sprintf("the name cannot be resolved (%s): check the DNS of this machine", e.Err)
	}
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing is listening on this port: check host and port, and that the broker runs"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "no route to the host: check the network between this machine and the broker"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("no answer within %s: a firewall or security group may drop the packets, or the port does not speak Kafka; raise %s for a slow network",
			cfg.Timeout, cfg.Names.Of("timeout"))
	}
	return ""
}

func closedReason(_ string, cfg Config, err error) string {
	switch {
	case !closed(err):
		return ""
	case cfg.SASL.Mechanism == "":
		return fmt.Sprintf("the broker closed the connection without an answer: it may require authentication on this port (set %s, %s and %s)",
			cfg.Names.Of("sasl.mechanism"), cfg.Names.Of("sasl.username"), cfg.Names.Of("sasl.password"))
	}
	return fmt.Sprintf("the broker closed the connection without an answer: check port, %s and %s", cfg.Names.Of("tls"),
		cfg.Names.Of("sasl"))
}

func closed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, syscall.EPIPE)
}

// plainly drops the client library's own prefix, which says nothing.
func plainly(err error) string { return strings.TrimPrefix(err.Error(), "unable to dial: ") }

// denied reports whether a permission is missing.
func denied(err error) bool {
	return errors.Is(err, kerr.ClusterAuthorizationFailed) || errors.Is(err, kerr.TopicAuthorizationFailed) ||
		errors.Is(err, kerr.GroupAuthorizationFailed)
}

// refusal says in words why a broker refuses an API, or "" when err is of another kind.
func refusal(err error) string {
	switch {
	case errors.Is(err, kerr.ClusterAuthorizationFailed):
		return "the user lacks the Describe permission on the cluster"
	case errors.Is(err, kerr.TopicAuthorizationFailed):
		return "the user lacks the permission on the topic"
	case errors.Is(err, kerr.GroupAuthorizationFailed):
		return "the user lacks the Describe permission on the group"
	case errors.Is(err, kerr.UnsupportedVersion), strings.Contains(err.Error(), "broker is too old"):
		return whyUnsupported
	}
	return ""
}

// why says what went wrong with a request to a connected broker, in words.
func why(cfg Config, err error) string {
	if text := refusal(err); text != "" {
		return text
	}
	var protocol *kerr.Error
	if errors.As(err, &protocol) {
		return fmt.Sprintf("the broker answered %s", protocol.Message)
	}
	return reason("", cfg, err)
}

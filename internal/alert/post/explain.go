package post

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
)

// Explain adds what to look at to an error of the network; other errors it returns as they are.
func Explain(err error) error {
	var name *net.DNSError
	var timeout net.Error
	var untrusted x509.UnknownAuthorityError
	var other x509.HostnameError
	var hint string
	switch {
	case err == nil:
		return nil
	case errors.As(err, &name) && name.IsNotFound:
		return fmt.Errorf("no such host %s: check the address and this machine's DNS", name.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		hint = "nothing is listening on this port: check host and port"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		hint = "no answer in time: a firewall may drop the packets; raise timeout for a slow network"
	case errors.As(err, &untrusted):
		hint = "install its authority on this machine, or set SSL_CERT_FILE"
	case errors.As(err, &other):
		hint = "check the host in the address"
	case errors.Is(err, http.ErrSchemeMismatch):
		hint = "it does not speak TLS: write the address with http://, or check the port"
	default:
		return err
	}
	return fmt.Errorf("%w: %s", err, hint)
}

package auth

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"golang.org/x/oauth2"
)

// tokenReason says why there is no token. What the server says is reported only by its code: its words may repeat what it was
// sent.
func tokenReason(err error, names Names) string {
	server := names.Of("sasl.oauth.token_url")
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		if asked, ok := errors.AsType[*url.Error](err); ok {
			return noTokenServer(asked.Err) + ": check " + server + ", and that this machine reaches it"
		}
		return plainToken(err, server)
	}
	switch status := refused.Response.StatusCode; {
	case refused.ErrorCode == "invalid_client", refused.ErrorCode == "unauthorized_client", status == http.StatusUnauthorized:
		return fmt.Sprintf("it does not accept the client: check %s and %s", names.Of("sasl.oauth.client_id"),
			names.Of("sasl.oauth.client_secret"))
	case refused.ErrorCode == "invalid_scope":
		return "a scope is unknown to the server or not allowed for this client: check " + names.Of("sasl.oauth.scopes")
	case refused.ErrorCode == "unsupported_grant_type":
		return "it does not allow the client credentials grant: enable it for this client"
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return fmt.Sprintf("there is no token endpoint at this address (HTTP %d): check %s", status, server)
	default:
		return fmt.Sprintf("it answers HTTP %d: check %s, and the server's log", status, server)
	}
}

// noTokenServer says why a server could not be asked.
func noTokenServer(err error) string {
	var dns *net.DNSError
	var authority x509.UnknownAuthorityError
	var timeout net.Error
	switch {
	case errors.As(err, &dns):
		return "no such host " + dns.Name
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing is listening on this port"
	case errors.As(err, &authority):
		return "its certificate is signed by an authority that this machine does not trust (SSL_CERT_FILE names others)"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	}
	return err.Error()
}

// plainToken words errors of reading the answer itself: the library's may hold a part of the answer.
func plainToken(err error, server string) string {
	if _, ours := errors.AsType[*fieldError](err); ours {
		return err.Error()
	}
	return fmt.Sprintf("its answer contains no token: check that %s is the token endpoint, not a web page", server)
}

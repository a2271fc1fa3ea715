// Package auth logs the Kafka client in at brokers. [SASL] and [TLS] are its part of the configuration, [New] gives the
// mechanism to the client, [OpenTLS] the certificates, and [SASL.Reason] says in words why a login failed. Files (passwords,
// tokens, keytabs, certificates) are read again when they are used, so that a renewed one needs no restart. No error holds a
// secret.
package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"github.com/mskfit/mskfit/internal/secret"
)

// loginError is a login that failed before the broker could judge it: there was nothing to log in with. It says what is missing
// and how to fix it, and never holds a secret.
type loginError struct {
	why   string
	cause error
}

func (e *loginError) Error() string { return e.why }
func (e *loginError) Unwrap() error { return e.cause }

// Login says what a mechanism needs to know beside the credentials.
type Login struct {
	// Bootstrap are the bootstrap brokers, as host:port: brokers of Amazon MSK have the region in their names.
	Bootstrap []string
	// Timeout bounds one login, the requests to a token server, a KDC or AWS included.
	Timeout time.Duration
	// ClientID names the program in the payload of AWS_MSK_IAM.
	ClientID string
	// Now is the time that a login is signed for, and that a token expires by.
	Now func() time.Time
	// Names are what errors call the fields of the configuration.
	Names Names
}

// login is a SASL mechanism that reads its credentials at each login, within the timeout: the client itself sets none.
type login struct {
	name    string
	timeout time.Duration
	// begin starts a login at the broker of the address, host:port.
	begin func(ctx context.Context, address string) (sasl.Session, []byte, error)
	// end frees what begin holds; nil: nothing.
	end func()
}

var _ sasl.ClosingMechanism = login{}

// Name returns the mechanism's name as Kafka writes it.
func (l login) Name() string { return l.name }

// Authenticate begins a login.
func (l login) Authenticate(ctx context.Context, address string) (sasl.Session, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	return l.begin(ctx, address)
}

// Close is called with the client's.
func (l login) Close() {
	if l.end != nil {
		l.end()
	}
}

// New returns the mechanism of the configuration, or nil without SASL. It reads the files that the mechanism needs, so that
// one that is missing is an error now and not at the first login.
func New(cfg SASL, at Login) (sasl.Mechanism, error) {
	l := login{name: cfg.Mechanism, timeout: at.Timeout}
	var err error
	switch {
	case l.name == "":
		return nil, nil
	case cfg.UsesPassword():
		l.begin, err = cfg.withPassword(at.Names)
	case l.name == IAM:
		l.begin, err = withIAM(cfg.AWS, at)
	case l.name == oauthBearer:
		l.begin, err = withToken(cfg.OAuth, at)
	case l.name == gssapi:
		l.begin, l.end, err = withKerberos(cfg.Kerberos, at.Names)
	default:
		err = at.Names.wrap("sasl.mechanism", fmt.Errorf("%q is not supported: use %s", l.name, knownMechanisms))
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

type beginLogin = func(ctx context.Context, address string) (sasl.Session, []byte, error)

// withPassword logs in with user and password, which may have been changed in their file since the last time.
func (s SASL) withPassword(names Names) (beginLogin, error) {
	if _, err := s.password(names); err != nil {
		return nil, err
	}
	return func(ctx context.Context, address string) (sasl.Session, []byte, error) {
		password, err := s.password(names)
		if err != nil {
			return nil, nil, &loginError{err.Error(), err}
		}
		return s.passwordMechanism(password.Reveal()).Authenticate(ctx, address)
	}, nil
}

func (s SASL) password(names Names) (secret.String, error) {
	p, err := secret.Resolve(s.Password, s.PasswordFile)
	return p, names.wrap("sasl.password_file", err)
}

func (s SASL) passwordMechanism(password string) sasl.Mechanism {
	switch s.Mechanism {
	case scram256:
		return scram.Auth{User: s.Username, Pass: password}.AsSha256Mechanism()
	case scram512:
		return scram.Auth{User: s.Username, Pass: password}.AsSha512Mechanism()
	}
	return plain.Auth{User: s.Username, Pass: password}.AsMechanism()
}

package kafka

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"github.com/mskfit/mskfit/internal/secret"
)

// loginError is a login that ended before the broker could judge it: there was nothing to log in with. It says what was missing
// and how to mend it, and never holds a secret.
type loginError struct {
	why   string
	cause error
}

func (e *loginError) Error() string { return e.why }
func (e *loginError) Unwrap() error { return e.cause }

// login is a SASL mechanism that reads its credentials anew each time, within a time: the client itself sets none.
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

// newMechanism reads the files that the mechanism needs, so that one that is missing is told at once. It returns nil without SASL.
func newMechanism(cfg Config, now func() time.Time) (sasl.Mechanism, error) {
	l := login{name: cfg.SASL.Mechanism, timeout: cfg.Timeout}
	var err error
	switch {
	case l.name == "":
		return nil, nil
	case cfg.SASL.UsesPassword():
		l.begin, err = cfg.SASL.withPassword()
	case l.name == mskIAM:
		l.begin, err = withIAM(cfg, now)
	case l.name == oauthBearer:
		l.begin, err = withToken(cfg.SASL.OAuth, now)
	case l.name == gssapi:
		l.begin, l.end, err = withKerberos(cfg.SASL.Kerberos)
	default:
		err = fmt.Errorf("sasl.mechanism: %q is not supported: use %s", l.name, knownMechanisms)
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

type beginLogin = func(ctx context.Context, address string) (sasl.Session, []byte, error)

// withPassword logs in with user and password, which may have been changed in their file since the last time.
func (s SASL) withPassword() (beginLogin, error) {
	if _, err := s.password(); err != nil {
		return nil, err
	}
	return func(ctx context.Context, address string) (sasl.Session, []byte, error) {
		password, err := s.password()
		if err != nil {
			return nil, nil, &loginError{err.Error(), err}
		}
		return s.passwordMechanism(password.Reveal()).Authenticate(ctx, address)
	}, nil
}

func (s SASL) password() (secret.String, error) {
	p, err := secret.Resolve(s.Password, s.PasswordFile)
	if err != nil {
		return p, fmt.Errorf("sasl.password_file: %w", err)
	}
	return p, nil
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

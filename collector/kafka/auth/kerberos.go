package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/kerberos"
)

// tickets holds one Kerberos client for all brokers. It is safe for concurrent use.
type tickets struct {
	cfg   Kerberos
	names Names

	mu   sync.Mutex
	kept *client.Client
}

// withKerberos logs in with GSSAPI; end destroys the tickets.
func withKerberos(cfg Kerberos, names Names) (begin beginLogin, end func(), err error) {
	t := &tickets{cfg: cfg, names: names}
	if _, err := t.client(); err != nil {
		return nil, nil, err
	}
	return t.begin, t.forget, nil
}

// begin asks the KDC for tickets. After an error it starts again the next time: the keytab may have been replaced.
func (t *tickets) begin(ctx context.Context, address string) (sasl.Session, []byte, error) {
	c, err := t.client()
	if err != nil {
		return nil, nil, &loginError{err.Error(), err}
	}
	auth := kerberos.Auth{Client: c, Service: t.service(), PersistAfterAuth: true}
	session, first, err := kerberos.Kerberos(func(context.Context) (kerberos.Auth, error) { return auth, nil }).Authenticate(ctx,
		address)
	if err != nil {
		t.forget()
		return nil, nil, &loginError{"log in to Kerberos as " + t.cfg.Principal + ": " + t.reason(err), err}
	}
	return session, first, nil
}

func (t *tickets) service() string { return cmp.Or(t.cfg.ServiceName, "kafka") }

// client returns the one that is kept, or makes one of the files.
func (t *tickets) client() (*client.Client, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept != nil {
		return t.kept, nil
	}
	file := cmp.Or(t.cfg.ConfigFile, os.Getenv("KRB5_CONFIG"), "/etc/krb5.conf")
	settings, err := config.Load(file)
	if err != nil {
		return nil, t.names.wrap("sasl.kerberos.config_file", fmt.Errorf("read %s: %w", file, err))
	}
	user, realm, _ := strings.Cut(t.cfg.Principal, "@")
	realm = cmp.Or(realm, settings.LibDefaults.DefaultRealm)
	if realm == "" {
		return nil, t.names.wrap("sasl.kerberos.principal",
			fmt.Errorf("%s names no realm, and %s has no default_realm: write it as user@REALM", user, file))
	}
	keys, err := keytab.Load(t.cfg.KeytabFile)
	if err != nil {
		return nil, t.names.wrap("sasl.kerberos.keytab_file", fmt.Errorf("read %s: %w", t.cfg.KeytabFile, keytabError(err)))
	}
	// FAST is off because Active Directory does not have it by default, and MIT's KDC does without.
	t.kept = client.NewWithKeytab(user, realm, keys, settings, client.DisablePAFXFAST(true))
	return t.kept, nil
}

// keytabError keeps what the system says of a file, and nothing of what is in it.
func keytabError(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return errors.New("it is not a keytab")
}

func (t *tickets) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept != nil {
		t.kept.Destroy()
		t.kept = nil
	}
}

// reason says what the KDC, or the lack of one, means. The library distinguishes kinds only by its texts.
func (t *tickets) reason(err error) string {
	text, keytabField := err.Error(), t.names.Of("sasl.kerberos.keytab_file")
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(text, p) {
				return true
			}
		}
		return false
	}
	switch {
	case has("matching key not found in keytab"):
		return fmt.Sprintf("%s has no key of this principal: check %s and %s (klist -k shows what it has)", t.cfg.KeytabFile,
			t.names.Of("sasl.kerberos.principal"), keytabField)
	case has("KRB_AP_ERR_SKEW", "clock skew"):
		return "the clocks of this machine and of the KDC differ too much (clock skew): set this machine's clock, for example with NTP"
	case has("KDC_ERR_S_PRINCIPAL_UNKNOWN"):
		return fmt.Sprintf("the KDC does not know the broker as %s/HOST: check %s, and that %s has the names of the brokers' principals",
			t.service(), t.names.Of("sasl.kerberos.service_name"), t.names.Of("bootstrap"))
	case has("KDC_ERR_C_PRINCIPAL_UNKNOWN"):
		return fmt.Sprintf("the KDC does not know the principal: check %s, its realm too", t.names.Of("sasl.kerberos.principal"))
	case has("KDC_ERR_PREAUTH_FAILED", "KRB_AP_ERR_BAD_INTEGRITY", "Decrypting_Error"):
		return "the keys do not match: create a new keytab for " + keytabField
	case has("KDC_ERR_KEY_EXPIRED", "KDC_ERR_NAME_EXP", "KDC_ERR_CLIENT_REVOKED"):
		return "the principal has expired or is locked: have it renewed"
	case has("Networking_Error", "no KDC", "KDCs", "communication error"):
		return fmt.Sprintf("no KDC of the realm answers: check the kdc lines in %s, and the network",
			t.names.Of("sasl.kerberos.config_file"))
	}
	return text
}

package auth

import (
	"errors"
	"net/url"
	"strings"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Validate returns every problem, each a yamlfile.FieldError with its field below sasl. It reads no file.
func (s SASL) Validate() error {
	errs := []error{s.validateMechanism(), s.validateStrays()}
	switch {
	case s.UsesPassword():
		errs = append(errs, s.validatePassword())
	case s.Mechanism == IAM:
		errs = append(errs, yamlfile.Under("aws", s.AWS.validate()))
	case s.Mechanism == oauthBearer:
		errs = append(errs, yamlfile.Under("oauth", s.OAuth.validate()))
	case s.Mechanism == gssapi:
		errs = append(errs, yamlfile.Under("kerberos", s.Kerberos.validate()))
	}
	return errors.Join(errs...)
}

func (s SASL) hasUser() bool {
	return s.Username != "" || !s.Password.IsZero() || s.PasswordFile != ""
}

func (s SASL) validateMechanism() error {
	switch s.Mechanism {
	case plainMechanism, scram256, scram512, IAM, oauthBearer, gssapi:
		return nil
	case "":
		if s.hasUser() {
			return yamlfile.Invalid("mechanism", "a user is set, but no mechanism: use %s", knownMechanisms)
		}
		return nil
	}
	return yamlfile.Invalid("mechanism", "%q is not supported: use %s", s.Mechanism, knownMechanisms)
}

// validateStrays finds what another mechanism would need: it would be ignored, and its owner should know.
func (s SASL) validateStrays() error {
	var errs []error
	stray := func(given bool, field, of string) {
		if given && s.Mechanism != of {
			errs = append(errs, yamlfile.Invalid(field, "it needs mechanism %s: set that mechanism, or remove it", of))
		}
	}
	stray(s.AWS != AWS{}, "aws", IAM)
	stray(s.OAuth.given(), "oauth", oauthBearer)
	stray(s.Kerberos != Kerberos{}, "kerberos", gssapi)
	if s.hasUser() && !s.UsesPassword() && withoutUser(s.Mechanism) {
		errs = append(errs, yamlfile.Invalid("username", "%s has no user and password: leave them out", s.Mechanism))
	}
	return errors.Join(errs...)
}

func withoutUser(name string) bool {
	return name == IAM || name == oauthBearer || name == gssapi
}

func (s SASL) validatePassword() error {
	var errs []error
	if s.Username == "" {
		errs = append(errs, yamlfile.Invalid("username", "%s needs a user name", s.Mechanism))
	}
	switch {
	case s.Password.IsZero() && s.PasswordFile == "":
		errs = append(errs, yamlfile.Invalid("password", "%s needs a password, here or in password_file", s.Mechanism))
	case !s.Password.IsZero() && s.PasswordFile != "":
		errs = append(errs, yamlfile.Invalid("password_file", "the password is given twice: keep password or password_file"))
	}
	return errors.Join(errs...)
}

func (a AWS) validate() error {
	errs := []error{a.config().Validate()}
	if a.Region != "" {
		errs = append(errs, awsconf.ValidRegion("region", a.Region))
	}
	return errors.Join(errs...)
}

func (o OAuth) given() bool {
	return o.TokenURL != "" || o.ClientID != "" || !o.ClientSecret.IsZero() || o.ClientSecretFile != "" || o.TokenFile != "" ||
		len(o.Scopes)+len(o.Extensions) > 0
}

func (o OAuth) validate() error {
	var errs []error
	bad := func(field, format string, args ...any) { errs = append(errs, yamlfile.Invalid(field, format, args...)) }
	client := o.ClientID != "" || !o.ClientSecret.IsZero() || o.ClientSecretFile != "" || len(o.Scopes) > 0
	switch {
	case o.TokenURL == "" && o.TokenFile == "":
		bad("token_url", "%s needs a token: set a token server, or a file with the token", oauthBearer)
	case o.TokenURL != "" && o.TokenFile != "":
		bad("token_file", "the token is given twice: keep the token server or the file")
	case o.TokenFile != "" && client:
		bad("client_id", "client and scopes apply to a token server, and the token comes from a file: remove them")
	case o.TokenURL != "":
		errs = append(errs, o.validateServer())
	}
	for name, value := range o.Extensions {
		if !extensionName(name) || strings.ContainsAny(value, "\x00\x01") {
			bad("extensions", "%q is not a valid extension: use letters only, and not auth", name)
		}
	}
	return errors.Join(errs...)
}

// extensionName holds a name against RFC 7628, 3.1.
func extensionName(name string) bool {
	letter := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
	return name != "" && name != "auth" && !strings.ContainsFunc(name, func(r rune) bool { return !letter(r) })
}

func (o OAuth) validateServer() error {
	var errs []error
	bad := func(field, why string) { errs = append(errs, yamlfile.Invalid(field, "%s", why)) }
	switch u, err := url.Parse(o.TokenURL); {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		bad("token_url", "it is not a URL: write it as https://host/path")
	case u.User != nil:
		bad("token_url", "the URL contains credentials: move them to the client's ID and secret")
	}
	if o.ClientID == "" {
		bad("client_id", "missing: the token server needs a client ID")
	}
	switch {
	case o.ClientSecret.IsZero() && o.ClientSecretFile == "":
		bad("client_secret", "missing: set the client's secret here or in client_secret_file")
	case !o.ClientSecret.IsZero() && o.ClientSecretFile != "":
		bad("client_secret_file", "the secret is given twice: keep client_secret or client_secret_file")
	}
	return errors.Join(errs...)
}

func (k Kerberos) validate() error {
	var errs []error
	user, realm, hasRealm := strings.Cut(k.Principal, "@")
	switch {
	case k.Principal == "":
		errs = append(errs, yamlfile.Invalid("principal", "%s needs the client's principal, as user@REALM", gssapi))
	case user == "" || hasRealm && realm == "":
		errs = append(errs, yamlfile.Invalid("principal", "%q is not a principal: write it as user@REALM", k.Principal))
	}
	if k.KeytabFile == "" {
		errs = append(errs, yamlfile.Invalid("keytab_file", "%s needs the file with the principal's keys", gssapi))
	}
	return errors.Join(errs...)
}

// Validate returns every problem, each a yamlfile.FieldError with its field below tls. It reads no file.
func (t TLS) Validate() error {
	var errs []error
	set := map[string]string{"ca_file": t.CAFile, "cert_file": t.CertFile, "key_file": t.KeyFile, "server_name": t.ServerName}
	for _, field := range []string{"ca_file", "cert_file", "key_file", "server_name"} {
		if !t.Enabled && set[field] != "" {
			errs = append(errs, yamlfile.Invalid(field, "it is set, but TLS is off: set enabled: true, or remove it"))
		}
	}
	switch {
	case !t.Enabled && t.InsecureSkipVerify:
		errs = append(errs, yamlfile.Invalid("insecure_skip_verify", "it is set, but TLS is off: set enabled: true, or remove it"))
	case t.CertFile != "" && t.KeyFile == "":
		errs = append(errs, yamlfile.Invalid("key_file", "the client certificate needs its key"))
	case t.CertFile == "" && t.KeyFile != "":
		errs = append(errs, yamlfile.Invalid("cert_file", "the client key needs its certificate"))
	}
	return errors.Join(errs...)
}

package auth

import (
	"strings"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/secret"
)

// SASL says how the client authenticates.
type SASL struct {
	// Mechanism is PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, AWS_MSK_IAM, OAUTHBEARER or GSSAPI (Kerberos); empty: no SASL.
	Mechanism string `yaml:"mechanism"`
	// Username is the user of PLAIN and SCRAM.
	Username string `yaml:"username"`
	// Password, or PasswordFile with the password as its content; the file is read again at each login.
	Password     secret.String `yaml:"password"`
	PasswordFile string        `yaml:"password_file"`
	// AWS, OAuth and Kerberos belong to AWS_MSK_IAM, OAUTHBEARER and GSSAPI.
	AWS      AWS      `yaml:"aws"`
	OAuth    OAuth    `yaml:"oauth"`
	Kerberos Kerberos `yaml:"kerberos"`
}

// AWS is the identity for AWS_MSK_IAM. Empty, it is the SDK's default chain: environment, web identity (IRSA), shared files, SSO,
// container and instance roles.
type AWS struct {
	// Region is that of the cluster (default: what the broker's name says, else AWS_REGION or the profile's).
	Region string `yaml:"region"`
	// Profile names a profile of the shared AWS files (default: AWS_PROFILE).
	Profile string `yaml:"profile"`
	// RoleARN is a role to assume first (default: none), ExternalID what its trust policy asks for.
	RoleARN    string `yaml:"role_arn"`
	ExternalID string `yaml:"external_id"`
}

// OAuth says where the token of OAUTHBEARER comes from: a token server (client credentials), or a file that is renewed outside of
// mskfit.
type OAuth struct {
	// TokenURL is the token server's endpoint, https://…
	TokenURL string `yaml:"token_url"`
	// ClientID is the client ID at the token server.
	ClientID string `yaml:"client_id"`
	// ClientSecret, or ClientSecretFile with the secret as its content; the file is read again for each token.
	ClientSecret     secret.String `yaml:"client_secret"`
	ClientSecretFile string        `yaml:"client_secret_file"`
	// Scopes are asked for (default: none, which is the client's default at the server).
	Scopes []string `yaml:"scopes"`
	// TokenFile holds a token, read again at each login; instead of TokenURL.
	TokenFile string `yaml:"token_file"`
	// Extensions are sent to the broker with the token (KIP-342), for example {logicalCluster: lkc-1}.
	Extensions map[string]string `yaml:"extensions"`
}

// Kerberos is the identity for GSSAPI.
type Kerberos struct {
	// Principal is the client's, as user@REALM; without a realm, it is the default one of krb5.conf.
	Principal string `yaml:"principal"`
	// KeytabFile holds its keys. It is read again after a failed login.
	KeytabFile string `yaml:"keytab_file"`
	// ConfigFile is krb5.conf (default: KRB5_CONFIG, else /etc/krb5.conf).
	ConfigFile string `yaml:"config_file"`
	// ServiceName is the first part of the brokers' principals, sasl.kerberos.service.name there (default kafka).
	ServiceName string `yaml:"service_name"`
}

// IAM is the mechanism of Amazon MSK's access control. Brokers accept it only over TLS.
const IAM = "AWS_MSK_IAM"

// The other mechanisms, as Kafka writes them.
const (
	plainMechanism  = "PLAIN"
	scram256        = "SCRAM-SHA-256"
	scram512        = "SCRAM-SHA-512"
	oauthBearer     = "OAUTHBEARER"
	gssapi          = "GSSAPI"
	knownMechanisms = plainMechanism + ", " + scram256 + ", " + scram512 + ", " + IAM + ", " + oauthBearer + " or " + gssapi
)

// Mechanisms returns the names of all SASL mechanisms that a configuration may name.
func Mechanisms() []string {
	return []string{plainMechanism, scram256, scram512, IAM, oauthBearer, gssapi}
}

// UsesPassword reports whether the mechanism logs in with username and password.
func (s SASL) UsesPassword() bool {
	return s.Mechanism == plainMechanism || s.Mechanism == scram256 || s.Mechanism == scram512
}

// Principal is the name by which Kafka's ACLs know the user: "User:mskfit". It reports false where the configuration does
// not say it: without SASL, and where a token server or AWS decides.
func (s SASL) Principal() (principal string, known bool) {
	switch {
	case s.UsesPassword():
		return "User:" + s.Username, true
	case s.Mechanism == gssapi:
		name, _, _ := strings.Cut(s.Kerberos.Principal, "@")
		name, _, _ = strings.Cut(name, "/")
		return "User:" + name, true
	}
	return "", false
}

// config is the same in the form of all AWS clients.
func (a AWS) config() awsconf.Config {
	c := awsconf.DefaultConfig()
	c.Profile, c.RoleARN, c.ExternalID = a.Profile, a.RoleARN, a.ExternalID
	return c
}

// Files are those that logging in reads; unset ones are empty.
func (s SASL) Files() []string {
	return []string{s.PasswordFile, s.OAuth.ClientSecretFile, s.OAuth.TokenFile, s.Kerberos.KeytabFile, s.Kerberos.ConfigFile}
}

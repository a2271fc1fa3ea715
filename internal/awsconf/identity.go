package awsconf

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// sts is AWS's Security Token Service. Source of its addresses: the SDK's endpoint rules (service/sts v1.51.8).
var sts = Service{SDKID: "STS", Prefix: "sts", Name: "sts", GovIsFIPS: true}

// stsVersion is that of the API.
const stsVersion = "2011-06-15"

// Identity is who AWS takes us for.
type Identity struct {
	Account string
	// ARN is the user or the role's session.
	ARN string
}

// Identity asks AWS who we are; that needs no permission, only credentials that are accepted.
func (s *Session) Identity(ctx context.Context) (Identity, error) {
	var out struct {
		Account string `xml:"GetCallerIdentityResult>Account"`
		ARN     string `xml:"GetCallerIdentityResult>Arn"`
	}
	if err := askSTS(ctx, s.base, url.Values{"Action": {"GetCallerIdentity"}}, &out); err != nil {
		return Identity{}, Explain(Call{Action: "sts:GetCallerIdentity", Region: s.base.Region}, err)
	}
	return Identity{Account: out.Account, ARN: out.ARN}, nil
}

func askSTS(ctx context.Context, c aws.Config, form url.Values, out any) error {
	form.Set("Version", stsVersion)
	return RetryWith(ctx, c, func() error { return sts.PostQuery(ctx, c, form, out) })
}

// sessionFor is how many seconds a role's credentials are valid: 15 minutes, the least that AWS gives.
const sessionFor = "900"

// assumed gives the role's credentials, fetched with the caller's own and kept until shortly before they expire.
func assumed(base aws.Config, c Config) aws.CredentialsProvider {
	return aws.NewCredentialsCache(role{base: base, cfg: c})
}

// role fetches credentials of a role. It marks errors, so that they are not taken for those of the call that needed it.
type role struct {
	base aws.Config
	cfg  Config
}

// Retrieve calls AssumeRole (AWS STS API reference, 2011-06-15).
func (r role) Retrieve(ctx context.Context) (aws.Credentials, error) {
	form := url.Values{"Action": {"AssumeRole"}, "RoleArn": {r.cfg.RoleARN}, "RoleSessionName": {r.cfg.SessionName},
		"DurationSeconds": {sessionFor}}
	if r.cfg.ExternalID != "" {
		form.Set("ExternalId", r.cfg.ExternalID)
	}
	var out struct {
		Key        string    `xml:"AssumeRoleResult>Credentials>AccessKeyId"`
		Secret     string    `xml:"AssumeRoleResult>Credentials>SecretAccessKey"`
		Token      string    `xml:"AssumeRoleResult>Credentials>SessionToken"`
		Expiration time.Time `xml:"AssumeRoleResult>Credentials>Expiration"`
	}
	if err := askSTS(ctx, r.base, form, &out); err != nil {
		return aws.Credentials{}, &roleError{role: r.cfg.RoleARN, cause: err}
	}
	if out.Key == "" || out.Secret == "" || out.Expiration.IsZero() {
		return aws.Credentials{}, &roleError{role: r.cfg.RoleARN, cause: errors.New("the answer has no credentials")}
	}
	return aws.Credentials{AccessKeyID: out.Key, SecretAccessKey: out.Secret, SessionToken: out.Token, Source: "AssumeRole",
		CanExpire: true, Expires: out.Expiration}, nil
}

type roleError struct {
	role  string
	cause error
}

func (e *roleError) Error() string { return "assume role " + e.role + ": " + scrub(e.cause.Error()) }
func (e *roleError) Unwrap() error { return e.cause }

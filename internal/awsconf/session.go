package awsconf

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithy "github.com/aws/smithy-go/middleware"
)

// Session is one identity at AWS, for any number of regions. It is safe for concurrent use.
type Session struct {
	base aws.Config
}

// Options are what the program adds to the configuration.
type Options struct {
	// Version is the program's, for the user agent: "mskfit/1.2.3". Empty: "mskfit/dev".
	Version string
	// HTTPClient replaces the transport; nil: the SDK's, with the configuration's timeout. Tests use it.
	HTTPClient aws.HTTPClient
}

// Open reads what the configuration names (profile, environment, files) and makes a session at home in the region, where roles
// are assumed. It asks AWS nothing yet: credentials are fetched by the first call. The configuration must be valid.
func Open(ctx context.Context, c Config, region string, o Options) (*Session, error) {
	if o.HTTPClient == nil {
		o.HTTPClient = awshttp.NewBuildableClient().WithTimeout(c.Timeout)
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	load := []func(*config.LoadOptions) error{
		config.WithRegion(region),
		config.WithHTTPClient(o.HTTPClient),
		config.WithAPIOptions([]func(*smithy.Stack) error{middleware.AddUserAgentKeyValue("mskfit", o.Version)}),
		config.WithRetryer(func() aws.Retryer { return NewRetryer(c.MaxAttempts) }),
	}
	if c.Profile != "" {
		load = append(load, config.WithSharedConfigProfile(c.Profile))
	}
	if c.FIPS {
		load = append(load, config.WithUseFIPSEndpoint(aws.FIPSEndpointStateEnabled))
	}
	base, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return nil, loadError(err)
	}
	base.ConfigSources = append([]any{c.Endpoints}, base.ConfigSources...)
	if c.RoleARN != "" {
		base.Credentials = assumed(base, c)
	}
	return &Session{base: base}, nil
}

// assumed gives the role's credentials, fetched with the caller's own and kept until shortly before they expire.
func assumed(base aws.Config, c Config) aws.CredentialsProvider {
	role := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(base), c.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = c.SessionName
		if c.ExternalID != "" {
			o.ExternalID = &c.ExternalID
		}
	})
	return aws.NewCredentialsCache(roleProvider{role: c.RoleARN, inner: role})
}

// roleProvider marks errors of assuming a role, so that they are not taken for those of the call that needed it.
type roleProvider struct {
	role  string
	inner aws.CredentialsProvider
}

func (p roleProvider) Retrieve(ctx context.Context) (aws.Credentials, error) {
	c, err := p.inner.Retrieve(ctx)
	if err != nil {
		return c, &roleError{role: p.role, cause: err}
	}
	return c, nil
}

type roleError struct {
	role  string
	cause error
}

func (e *roleError) Error() string { return "assume role " + e.role + ": " + scrub(e.cause.Error()) }
func (e *roleError) Unwrap() error { return e.cause }

// GetServiceBaseEndpoint has the SDK take a service's address from the configuration, before environment and files.
func (e Endpoints) GetServiceBaseEndpoint(_ context.Context, sdkID string) (string, bool, error) {
	for _, one := range e.list() {
		if one.sdkID == sdkID && one.url != "" {
			return one.url, true, nil
		}
	}
	return "", false, nil
}

// In returns the SDK's configuration for clients of a region.
func (s *Session) In(region string) aws.Config {
	c := s.base.Copy()
	c.Region = region
	return c
}

// Region is the one that the session was opened with or, where that was empty, the one of environment or profile; empty: there
// is none.
func (s *Session) Region() string { return s.base.Region }

// Identity is who AWS takes us for.
type Identity struct {
	Account string
	// ARN is the user or the role's session.
	ARN string
}

// Identity asks AWS who we are; that needs no permission, only credentials that are accepted.
func (s *Session) Identity(ctx context.Context) (Identity, error) {
	out, err := sts.NewFromConfig(s.base).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Identity{}, Explain(Call{Action: "sts:GetCallerIdentity", Region: s.base.Region}, err)
	}
	return Identity{Account: aws.ToString(out.Account), ARN: aws.ToString(out.Arn)}, nil
}

func loadError(err error) error {
	var missing config.SharedConfigProfileNotExistError
	if errors.As(err, &missing) {
		return fmt.Errorf("read the AWS profile %q: it is in neither ~/.aws/config nor ~/.aws/credentials: add it, or set another as profile or AWS_PROFILE", missing.Profile)
	}
	var broken config.SharedConfigLoadError
	if errors.As(err, &broken) {
		return fmt.Errorf("read the AWS file %s: it is not a valid AWS shared file: fix or remove it", broken.Filename)
	}
	return fmt.Errorf("read the AWS configuration: %s", scrub(err.Error()))
}

package awsconf

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
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
		config.WithAPIOptions([]func(*smithy.Stack) error{middleware.AddUserAgentKeyValue("mskfit", o.Version),
			limitAnswers}),
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

func loadError(err error) error {
	var missing config.SharedConfigProfileNotExistError
	if errors.As(err, &missing) {
		return fmt.Errorf("read the AWS profile %q: it is in neither ~/.aws/config nor ~/.aws/credentials: add it, or set another profile", missing.Profile)
	}
	var broken config.SharedConfigLoadError
	if errors.As(err, &broken) {
		return fmt.Errorf("read the AWS file %s: it is not a valid AWS shared file: fix or remove it", broken.Filename)
	}
	return fmt.Errorf("read the AWS configuration: %s", scrub(err.Error()))
}

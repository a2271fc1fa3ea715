package awsconf

import (
	"errors"
	"net/url"
	"regexp"
	"time"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config sets the identity for AWS calls, and how they are made. The zero value of every field but the last two is the SDK's own
// default.
type Config struct {
	// Profile names a profile of the shared AWS files (default: AWS_PROFILE, else the default chain).
	Profile string `yaml:"profile"`
	// RoleARN is a role to assume before any request; use it to watch other accounts (default: none).
	RoleARN string `yaml:"role_arn"`
	// ExternalID is what the role's trust policy asks for (default: none).
	ExternalID string `yaml:"external_id"`
	// SessionName is how the role's session appears in CloudTrail (default mskfit).
	SessionName string `yaml:"session_name"`
	// Endpoints replace AWS's addresses, for VPC endpoints and emulators. AWS_ENDPOINT_URL_KAFKA and the like work too.
	Endpoints Endpoints `yaml:"endpoints"`
	// FIPS uses the FIPS 140 endpoints (default false).
	FIPS bool `yaml:"fips"`
	// Timeout bounds one attempt of a call (default 30s, 1s–5m).
	Timeout time.Duration `yaml:"timeout"`
	// MaxAttempts is how often a call is tried in all, throttling included; the SDK waits longer each time (default 8, 1–20).
	MaxAttempts int `yaml:"max_attempts"`
}

// Endpoints are addresses by service, as https://host; an empty one is AWS's own.
type Endpoints struct {
	// Kafka is that of MSK's control plane.
	Kafka string `yaml:"kafka"`
	// CloudWatch is where metrics are read.
	CloudWatch string `yaml:"cloudwatch"`
	// STS is where roles are assumed.
	STS string `yaml:"sts"`
	// SNS is where alerts are published.
	SNS string `yaml:"sns"`
	// Pricing is where mskfit catalog refresh reads prices.
	Pricing string `yaml:"pricing"`
	// ServiceQuotas is where it reads the quotas that AWS has raised.
	ServiceQuotas string `yaml:"service_quotas"`
	// CostExplorer is where bills are read.
	CostExplorer string `yaml:"cost_explorer"`
}

// DefaultConfig returns the SDK's default chain with our timeouts.
func DefaultConfig() Config {
	return Config{SessionName: "mskfit", Timeout: 30 * time.Second, MaxAttempts: 8}
}

var (
	roleARN     = regexp.MustCompile(`^arn:aws(-[a-z-]+)?:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}$`)
	sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
	externalID  = regexp.MustCompile(`^[\w+=,.@:/-]{2,}$`)
	regionName  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)
)

// ValidRegion returns a field error unless the region is written like us-east-1. Whether AWS has it is found out by asking.
func ValidRegion(field, region string) error {
	if regionName.MatchString(region) {
		return nil
	}
	return yamlfile.Invalid(field, "%q is not a region: write it as us-east-1", region)
}

// Validate returns every problem of the configuration, each a yamlfile.FieldError.
func (c Config) Validate() error {
	var errs []error
	bad := func(field, format string, args ...any) { errs = append(errs, yamlfile.Invalid(field, format, args...)) }
	if c.RoleARN != "" && !roleARN.MatchString(c.RoleARN) {
		bad("role_arn", "%q is not a role: write it as arn:aws:iam::123456789012:role/name", c.RoleARN)
	}
	if c.ExternalID != "" && c.RoleARN == "" {
		bad("external_id", "it applies to a role, and none is set: set the role, or remove it")
	}
	if c.ExternalID != "" && (!externalID.MatchString(c.ExternalID) || len(c.ExternalID) > 1224) {
		bad("external_id", "use 2 to 1224 letters, digits and _+=,.@:/-")
	}
	if !sessionName.MatchString(c.SessionName) {
		bad("session_name", "%q is not a valid session name: use 2 to 64 letters, digits and _+=,.@-", c.SessionName)
	}
	if c.Timeout < time.Second || c.Timeout > 5*time.Minute {
		bad("timeout", "%s is out of range: use 1s to 5m", c.Timeout)
	}
	if c.MaxAttempts < 1 || c.MaxAttempts > 20 {
		bad("max_attempts", "%d is out of range: use 1 to 20", c.MaxAttempts)
	}
	for _, e := range c.Endpoints.list() {
		errs = append(errs, validEndpoint("endpoints."+e.field, e.url))
	}
	return errors.Join(errs...)
}

func validEndpoint(field, text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	switch {
	case err == nil && u.User != nil:
		return yamlfile.Invalid(field, "contains credentials: remove them, requests are signed")
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return yamlfile.Invalid(field, "%q is not a URL: write it as https://host", text)
	}
	return nil
}

type endpoint struct{ field, sdkID, url string }

// list names each service as the SDK does.
func (e Endpoints) list() []endpoint {
	return []endpoint{
		{"kafka", "Kafka", e.Kafka}, {"cloudwatch", "CloudWatch", e.CloudWatch}, {"sts", "STS", e.STS}, {"sns", "SNS", e.SNS},
		{"pricing", "Pricing", e.Pricing}, {"service_quotas", "Service Quotas", e.ServiceQuotas},
		{"cost_explorer", "Cost Explorer", e.CostExplorer},
	}
}

package refresh

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/pricing"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/smithy-go"
)

// PriceList is the part of AWS's Price List API that is called.
type PriceList interface {
	GetProducts(context.Context, *pricing.GetProductsInput, ...func(*pricing.Options)) (*pricing.GetProductsOutput, error)
}

// QuotaList is the part of Service Quotas that is called. The first call leaves out quotas that the account never had
// applied to it; the second has the defaults of all.
type QuotaList interface {
	ListServiceQuotas(context.Context, *servicequotas.ListServiceQuotasInput,
		...func(*servicequotas.Options)) (*servicequotas.ListServiceQuotasOutput, error)
	ListAWSDefaultServiceQuotas(context.Context, *servicequotas.ListAWSDefaultServiceQuotasInput,
		...func(*servicequotas.Options)) (*servicequotas.ListAWSDefaultServiceQuotasOutput, error)
}

// PriceListRegions are where the Price List API answers, for the prices of all regions of the aws partition.
var PriceListRegions = []string{"us-east-1", "eu-central-1", "ap-south-1"}

// maxAttempts is for throttling: the SDK's adaptive mode slows down between them.
const maxAttempts = 8

// NewPriceList returns a client of the Price List API in one of PriceListRegions.
func NewPriceList(cfg aws.Config, region string) (*pricing.Client, error) {
	if !slices.Contains(PriceListRegions, region) {
		return nil, fmt.Errorf("price list region %q: AWS's price list answers in %s only", region,
			strings.Join(PriceListRegions, ", "))
	}
	return pricing.NewFromConfig(cfg, func(o *pricing.Options) {
		o.Region, o.Retryer = region, adaptive()
	}), nil
}

// NewQuotaList returns a client of Service Quotas in the region.
func NewQuotaList(cfg aws.Config, region string) *servicequotas.Client {
	return servicequotas.NewFromConfig(cfg, func(o *servicequotas.Options) {
		o.Region, o.Retryer = region, adaptive()
	})
}

func adaptive() aws.Retryer {
	return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.StandardOptions = append(o.StandardOptions, func(s *retry.StandardOptions) { s.MaxAttempts = maxAttempts })
	})
}

// refused are the codes with which AWS says that a permission is missing, expired those of credentials that are too old.
var (
	refused = []string{"AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "NotAuthorized"}
	expired = []string{"ExpiredTokenException", "ExpiredToken", "RequestExpired"}
	unknown = []string{"UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch"}
)

// explained says what an error of AWS means for the operator; action is the IAM action that the call needs.
func explained(ctx context.Context, action string, err error) error {
	if stopped := ctx.Err(); stopped != nil { // the SDK may give the last answer instead, when it is told to stop while it waits
		return fmt.Errorf("%s: %w", action, stopped)
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		var canceled *aws.RequestCanceledError
		if errors.As(err, &canceled) {
			return fmt.Errorf("%s: %w", action, canceled.Unwrap())
		}
		var transport *url.Error // the SDK wraps it in the counts of its attempts and an empty response
		if errors.As(err, &transport) {
			return fmt.Errorf("%s: no answer after %d attempts: %w", action, maxAttempts, transport)
		}
		return fmt.Errorf("%s: %w", action, err)
	}
	switch code := api.ErrorCode(); {
	case slices.Contains(refused, code):
		return fmt.Errorf("%s: access denied: allow the IAM action %s on resource *: %s", action, action, api.ErrorMessage())
	case slices.Contains(expired, code):
		return fmt.Errorf("%s: the credentials have expired: renew them and try again: %s", action, api.ErrorMessage())
	case slices.Contains(unknown, code):
		return fmt.Errorf("%s: AWS does not accept the credentials: %s", action, api.ErrorMessage())
	default:
		return fmt.Errorf("%s: %s: %s", action, code, api.ErrorMessage())
	}
}

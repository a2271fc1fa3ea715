package refresh

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/mskfit/mskfit/internal/awsconf"
)

// PriceList is the part of AWS's Price List API that is called.
type PriceList interface {
	// Products returns one page of the products of MSK; an empty token asks for the first.
	Products(ctx context.Context, token string) (ProductPage, error)
}

// ProductPage is an answer of GetProducts.
type ProductPage struct {
	// PriceList has one JSON document for each product.
	PriceList []string
	// NextToken asks for the next page; empty: there is none.
	NextToken string
}

// QuotaList is the part of Service Quotas that is called.
type QuotaList interface {
	// Applied returns one page of the quotas of MSK as they apply to the account. It leaves out quotas that the account never had
	// applied to it; Defaults has all of them, with AWS's own values.
	Applied(ctx context.Context, token string) (QuotaPage, error)
	Defaults(ctx context.Context, token string) (QuotaPage, error)
}

// QuotaPage is an answer of Service Quotas.
type QuotaPage struct {
	Quotas []struct {
		// QuotaCode is "L-EDD31C36". Value is nil where Service Quotas gives a reason instead.
		QuotaCode string
		Value     *float64
	}
	// NextToken asks for the next page; empty: there is none.
	NextToken string
}

// PriceListRegions are where the Price List API answers, for the prices of all regions of the aws partition.
var PriceListRegions = []string{"us-east-1", "eu-central-1", "ap-south-1"}

// maxAttempts is for throttling: the retryer slows down between them.
const maxAttempts = 8

// The services. Source of their addresses and names: the SDK's endpoint rules (service/pricing v1.51.4, servicequotas v1.43.10).
var (
	pricing       = awsconf.Service{SDKID: "Pricing", Prefix: "api.pricing", Name: "pricing"}
	serviceQuotas = awsconf.Service{SDKID: "Service Quotas", Prefix: "servicequotas", Name: "servicequotas", GovIsFIPS: true}
)

// client calls one of the services. It is safe for concurrent use.
type client struct {
	cfg     aws.Config
	retryer aws.RetryerV2
}

func newClient(cfg aws.Config, region string) *client {
	cfg = cfg.Copy()
	cfg.Region = region
	return &client{cfg, awsconf.NewRetryer(maxAttempts)}
}

func (c *client) call(ctx context.Context, service awsconf.Service, target string, in, out any) error {
	return awsconf.Retry(ctx, c.retryer, func() error { return service.PostJSON(ctx, c.cfg, target, in, out) })
}

// NewPriceList returns a client of the Price List API in one of PriceListRegions.
func NewPriceList(cfg aws.Config, region string) (PriceList, error) {
	if !slices.Contains(PriceListRegions, region) {
		return nil, fmt.Errorf("price list region %q: AWS's price list answers in %s only", region,
			strings.Join(PriceListRegions, ", "))
	}
	return newClient(cfg, region), nil
}

// NewQuotaList returns a client of Service Quotas in the region.
func NewQuotaList(cfg aws.Config, region string) QuotaList { return newClient(cfg, region) }

// request asks for a page.
type request struct {
	ServiceCode         string
	FormatVersion       string `json:",omitempty"`
	QuotaAppliedAtLevel string `json:",omitempty"`
	MaxResults          int
	NextToken           string `json:",omitempty"`
}

func (c *client) Products(ctx context.Context, token string) (out ProductPage, err error) {
	err = c.call(ctx, pricing, "AWSPriceListService.GetProducts",
		request{ServiceCode: serviceCode, FormatVersion: "aws_v1", MaxResults: 100, NextToken: token}, &out)
	return out, err
}

func (c *client) Applied(ctx context.Context, token string) (out QuotaPage, err error) {
	err = c.call(ctx, serviceQuotas, "ServiceQuotasV20190624.ListServiceQuotas",
		request{ServiceCode: quotaServiceCode, QuotaAppliedAtLevel: "ACCOUNT", MaxResults: 100, NextToken: token}, &out)
	return out, err
}

func (c *client) Defaults(ctx context.Context, token string) (out QuotaPage, err error) {
	err = c.call(ctx, serviceQuotas, "ServiceQuotasV20190624.ListAWSDefaultServiceQuotas",
		request{ServiceCode: quotaServiceCode, MaxResults: 100, NextToken: token}, &out)
	return out, err
}

// refused are the codes with which AWS says that a permission is missing, expired those of credentials that are too old.
var (
	refused = []string{"AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "NotAuthorized"}
	expired = []string{"ExpiredTokenException", "ExpiredToken", "RequestExpired"}
	unknown = []string{"UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch"}
)

// explained says what an error of AWS means for the operator; action is the IAM action that the call needs.
func explained(ctx context.Context, action string, err error) error {
	if stopped := ctx.Err(); stopped != nil { // the last answer may come instead, when it is stopped while it waits
		return fmt.Errorf("%s: %w", action, stopped)
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		var canceled *aws.RequestCanceledError
		if errors.As(err, &canceled) {
			return fmt.Errorf("%s: %w", action, canceled.Unwrap())
		}
		var transport *url.Error // it is within the error of sending the request
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
